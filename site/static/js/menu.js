// The header's menus close on Escape, on a click elsewhere and when the focus leaves them; a page that came back with
// errors puts the focus on their summary. All of it works without this file, only less smoothly.
// A page that the browser kept from before somebody logged in or out is loaded anew when they come back to it.
const menus = [...document.querySelectorAll("details[data-closes]")];

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((one) => one.open)) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}
document.querySelector("[data-focus]")?.focus();

const account = document.querySelector("[data-account]")?.dataset.account;
addEventListener("pageshow", (event) => {
  try {
    if (!event.persisted) sessionStorage.setItem("account", account);
    else if (sessionStorage.getItem("account") !== account) location.reload();
  } catch {
    // A browser that keeps nothing for pages: the next one that is loaded is right.
  }
});
