// Says that the connection is lost, keeps a form from being sent into nothing, and offers to try again.
const bar = document.querySelector("[data-offline]");

const show = (lost) => {
  bar.hidden = !lost;
};

const retry = async () => {
  try {
    await fetch(location.href, { method: "HEAD", cache: "no-store" });
    show(false);
  } catch {
    show(true);
  }
};

if (bar) {
  addEventListener("offline", () => show(true));
  addEventListener("online", retry);
  bar.querySelector("[data-retry]").addEventListener("click", retry);
  document.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    show(true);
  });
  if (!navigator.onLine) show(true);
}
