// Offers the time zone of this device to somebody whose account still has none of its own.
const offer = document.querySelector("[data-own-zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (offer && own && own !== "UTC") {
  offer.elements.time_zone.value = own;
  offer.querySelector("[data-own-zone-name]").textContent = own.replaceAll("_", " ");
  offer.hidden = false;
}
