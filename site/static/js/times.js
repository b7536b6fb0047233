// Shows next free times on the clock of this browser, and says so. Without it they stand on the specialist's clock,
// which is named beside them.
import { language, locale, zone } from "./clock.js";

const isoDay = new Intl.DateTimeFormat("en-CA", {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  timeZone: zone,
});
const dayOf = (moment) => Date.parse(isoDay.format(moment)) / 86_400_000; // a day's number on that clock
const WEEKDAY_MEANS = 6; // how many days ahead a weekday can mean one day only; content.py has it too

function show(root) {
  if (!zone) return;
  const format = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone,
  });
  const withDate = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: zone,
  });
  const comma = language === "ar" ? "، " : ", ";
  const today = dayOf(Date.now());
  for (const block of root.querySelectorAll("[data-own-times]")) {
    for (const time of block.querySelectorAll("time[datetime]")) {
      const moment = new Date(time.dateTime);
      const parts = Object.fromEntries(format.formatToParts(moment).map((part) => [part.type, part.value]));
      const digits = [parts.hour.padStart(2, parts.dayPeriod ? "" : "0"), parts.minute].join(":");
      const clock = [digits, parts.dayPeriod].filter(Boolean).join(" ");
      const isFar = dayOf(moment) - today > WEEKDAY_MEANS;
      (time.querySelector("bdi") ?? time).textContent = isFar
        ? withDate.format(moment) + comma + clock
        : `${parts.weekday} ${clock}`;
    }
    const caption = block.querySelector("[data-own-caption]");
    if (caption) caption.textContent = caption.dataset.ownCaption;
  }
}

show(document);
document.addEventListener("htmx:afterSettle", (event) => show(event.target));
