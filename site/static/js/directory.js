// Makes the directory smoother where htmx updates it in place; all of it works without this file.

// Before htmx starts, which is when the document is ready: no styles of its own, which the policy forbids, and no copy of
// pages in the browser's storage.
Object.assign(window.htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  selfRequestsOnly: true,
  scrollIntoViewOnBoost: false,
});

// Groups of options that somebody has unfolded stay unfolded when the panel is replaced.
const unfolded = new Map();

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.(".options")) unfolded.set(event.target.id, event.target.open);
  },
  true,
);

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  for (const group of event.detail.fragment.querySelectorAll(".options")) {
    if (unfolded.has(group.id)) group.open = unfolded.get(group.id);
  }
});

// Empty fields stay out of the address, so that it can be read and shared.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.formData;
  // oxlint-disable-next-line no-useless-spread -- a copy: the loop deletes from what it would walk through
  for (const [name, value] of [...form.entries()]) if (value === "") form.delete(name);
});

// What tells the page's address, such as the link to log in and come back here, tells the one in which it is now.
const TELLING = "link[rel=canonical], link[rel=alternate][hreflang], .head a[href]";
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "found") return;
  const fresh = new DOMParser()
    .parseFromString(event.detail.xhr.responseText, "text/html")
    .querySelectorAll(TELLING);
  const stale = document.querySelectorAll(TELLING);
  if (fresh.length === stale.length)
    stale.forEach((link, number) => link.setAttribute("href", fresh[number].getAttribute("href")));
});

// What was searched stays in the address alone, not in the browser's storage.
document.addEventListener("htmx:pushedIntoHistory", () =>
  sessionStorage.removeItem("htmx-current-path-for-history"),
);

// On a phone the fields are in a sheet while they are wanted: a dialog, so nothing behind it can be reached. Its button
// shows the results; a tap beside it, its cross and Escape just close it.
const opener = document.querySelector(".filters__switch");
const sheet = document.querySelector(".sheet");
if (opener && sheet) {
  const fields = () => document.querySelector("#options"); // htmx replaces it
  opener.open = false;
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    sheet.append(fields());
    sheet.showModal();
  });
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-closes]")) sheet.close();
  });
  sheet.addEventListener("close", () => {
    opener.after(fields());
    opener.querySelector("summary").focus({ preventScroll: true });
  });
  matchMedia("(min-width:62rem)").addEventListener("change", () => sheet.close());
  document.querySelector("#directory").addEventListener("submit", () => {
    if (!sheet.open) return;
    sheet.close();
    document.querySelector("#found").scrollIntoView();
  });
}
