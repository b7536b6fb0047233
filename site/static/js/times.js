// Shows next free times on the clock of this browser, and says so. Without it they stand on the specialist's clock,
// which is named beside them.
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // 24 hours, as everywhere on the site

function show(root) {
  if (!own) return;
  const format = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { weekday: "short", hour: "numeric", minute: "2-digit", timeZone: own });
  for (const block of root.querySelectorAll("[data-own-times]")) {
    for (const time of block.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      const parts = Object.fromEntries(format.formatToParts(moment).map((part) => [part.type, part.value]));
      const clock = [parts.hour.padStart(2, parts.dayPeriod ? "" : "0"), parts.minute].join(":");
      (time.querySelector("bdi") ?? time).textContent = [parts.weekday, clock, parts.dayPeriod].filter(Boolean).join(" ");
    }
    const caption = block.querySelector("[data-own-caption]");
    if (caption) caption.textContent = caption.dataset.ownCaption;
  }
}

show(document);
document.addEventListener("htmx:afterSettle", (event) => show(event.target));
