// Shows times on the clock of this browser, once: only where nobody has said which one, neither the address nor the
// account. `data-zone-ask` has all names of the clock that is shown, since browsers still call Kyiv's Europe/Kiev.
const bar = document.querySelector("[data-zone-ask]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
// Whoever was quicker than this and has begun to type keeps what they have typed, and the other clock.
const isTyping = [...document.querySelectorAll("main :is(input, textarea)")].some((field) => field.value !== field.defaultValue);
if (bar && own && !isTyping && !bar.dataset.zoneAsk.split(" ").includes(own)) {
  const address = new URL(location.href);
  address.searchParams.set("tz", own);
  location.replace(address);
}
