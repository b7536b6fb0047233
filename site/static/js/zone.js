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
const isTouched = () => [...fields].some(isChanged);

// The list of times takes the place of the other while it is being read; a form, which has scripts of its own, is
// opened anew, and so is what didn't come.
const show = async (address) => {
  const isList = Boolean(document.querySelector("form.days"));
  const answer = isList && (await fetch(address).catch(() => null));
  if (isTouched()) return;
  if (!answer?.ok) {
    location.replace(address);
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(fresh.querySelector("main"));
  history.replaceState(history.state, "", address);
};

if (bar && zone && !isTouched() && !bar.dataset.zoneAsk.split(" ").includes(zone)) {
  const address = new URL(location.href);
  address.searchParams.set("tz", zone);
  show(address);
}
