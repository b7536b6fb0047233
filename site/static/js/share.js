// Shows the ways to share that need the browser's help, where it has them: its own share sheet and the clipboard.
for (const row of document.querySelectorAll("[data-share]")) {
  const { title, url } = row.dataset;
  const on = (name, act) => {
    const item = row.querySelector(`[data-share-${name}]`);
    item.hidden = false;
    item.querySelector("button").addEventListener("click", act);
  };
  if (navigator.share) on("system", () => navigator.share({ title, url }).catch(() => {}));
  if (navigator.clipboard) {
    on("copy", async () => {
      await navigator.clipboard.writeText(url);
      const status = row.querySelector("[data-share-status]");
      status.textContent = status.dataset.copied;
    });
  }
}
