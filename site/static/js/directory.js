// Makes the directory smoother where htmx updates it in place; all of it works without this file.
// Groups of options that somebody has unfolded stay unfolded when the panel is replaced.
const unfolded = new Map();

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".options")) unfolded.set(event.target.id, event.target.open);
}, true);

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  for (const group of event.detail.fragment.querySelectorAll(".options")) {
    if (unfolded.has(group.id)) group.open = unfolded.get(group.id);
  }
});

// Empty fields stay out of the address, so that it can be read and shared.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.formData;
  for (const [name, value] of [...form.entries()]) if (value === "") form.delete(name);
});

// What tells the page's address, such as the link to log in and come back here, tells the one in which it is now.
const TELLING = "link[rel=canonical], link[rel=alternate][hreflang], .head a[href]";
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "found") return;
  const fresh = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html").querySelectorAll(TELLING);
  const stale = document.querySelectorAll(TELLING);
  if (fresh.length === stale.length) stale.forEach((link, number) => link.setAttribute("href", fresh[number].getAttribute("href")));
});

// What was searched stays in the address alone, not in the browser's storage.
document.addEventListener("htmx:pushedIntoHistory", () => sessionStorage.removeItem("htmx-current-path-for-history"));

// On a phone the panel is a sheet: Escape closes it, and so does its button, which then shows the results.
const sheet = document.querySelector(".filters__switch");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !sheet?.open) return;
  sheet.open = false;
  sheet.querySelector("summary").focus();
});
document.querySelector("#directory")?.addEventListener("submit", () => {
  if (!sheet?.open) return;
  sheet.open = false;
  document.querySelector("#found")?.scrollIntoView();
});
