// Offers the clock of this device to somebody whose account still has none of its own.
import { locale, zone } from "./clock.js";

const offer = document.querySelector("[data-own-zone]");
if (offer && zone && zone !== "UTC") {
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  offer.elements.time_zone.value = zone;
  offer.querySelector("[data-own-clock]").textContent = clock.format();
  offer.hidden = false;
}
