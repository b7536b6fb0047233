// A profile that the browser had fetched in advance is asked for once more when it is opened: what is fetched early isn't
// counted as a visit, and this is one.
const [opened] = performance.getEntriesByType("navigation");
if (opened?.deliveryType === "navigational-prefetch")
  fetch(location.href, { cache: "reload", priority: "low" }).catch(() => {});
