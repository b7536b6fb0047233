// Shows times on the clock of this browser, once: only where nobody has said which one, neither the address nor the
// account. `data-zone-ask` has all names of the clock that is shown, since browsers still call Kyiv's Europe/Kiev.
import { zone } from "./clock.js";

const bar = document.querySelector("[data-zone-ask]");
// Whoever was quicker than this and has begun to type keeps what they have typed, and the other clock.
const isChanged = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options)
    return (
      [...field.options].some((one) => one.defaultSelected) && !field.selectedOptions[0]?.defaultSelected
    );
  return field.value !== field.defaultValue;
};
const fields = document.querySelectorAll("main :is(input:not([type=hidden]), textarea, select)");
if (bar && zone && ![...fields].some(isChanged) && !bar.dataset.zoneAsk.split(" ").includes(zone)) {
  const address = new URL(location.href);
  address.searchParams.set("tz", zone);
  location.replace(address);
}
