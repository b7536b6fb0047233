// Lets people see the password that they type: the button after each password field, which can't be seen without this.
for (const button of document.querySelectorAll("[data-password-toggle]")) {
  const field = document.getElementById(button.dataset.passwordToggle);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.firstElementChild.hidden = shown;
    button.lastElementChild.hidden = !shown;
  };
  button.dataset.ready = "1";
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers offer to keep passwords, not texts; and *Back* shows none.
  field.form.addEventListener("submit", () => show(false));
}
