// A form that is on its way isn't sent twice; coming back with *Back* frees it again.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}
// Leaving with something typed that isn't saved is asked about first, unless a link of the form's own says so.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const ask = (event) => event.preventDefault();
  form.addEventListener("input", () => addEventListener("beforeunload", ask));
  form.addEventListener("submit", () => removeEventListener("beforeunload", ask));
  form.addEventListener(
    "click",
    (event) => event.target.closest("a") && removeEventListener("beforeunload", ask),
  );
}
