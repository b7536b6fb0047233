// Offers the clock of this device to somebody whose account still has none of its own.
const offer = document.querySelector("[data-own-zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (offer && own && own !== "UTC") {
  const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // 24 hours, as everywhere on the site
  const clock = new Intl.DateTimeFormat(`${language}-u-nu-latn`, { timeStyle: "short" });
  offer.elements.time_zone.value = own;
  offer.querySelector("[data-own-clock]").textContent = clock.format();
  offer.hidden = false;
}
