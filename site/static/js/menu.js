// The header's menus close on Escape, on a click elsewhere and when the focus leaves them; a page that came back with
// errors puts the focus on their summary. All of it works without this file, only less smoothly.
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
