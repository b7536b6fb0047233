// Shows how a chosen photo will be cut, before it is sent. Drawn on a canvas: nothing leaves the page.
// Which part to keep is asked of a chosen photo alone.
const input = document.querySelector("[data-portrait]");
const canvas = document.querySelector("[data-portrait-preview]");
const now = document.querySelector("[data-portrait-now]");
const crop = input?.form.elements.crop;
const CENTRES = { face: 0.3, top: 0, middle: 0.5 }; // as directory/profile/portraits.py has them

async function show() {
  const [file] = input.files;
  const field = crop.closest(".field");
  field.hidden = !file && !field.matches(".field--wrong");
  const picture = file && (await createImageBitmap(file).catch(() => null));
  canvas.hidden = !picture;
  now.hidden = Boolean(picture);
  if (!picture) return;
  const side = Math.min(picture.width, picture.height);
  const start = (picture.width - side) / 2;
  const top = (picture.height - side) * CENTRES[crop.value];
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, start, top, side, side, 0, 0, canvas.width, canvas.height);
}

input?.addEventListener("change", show);
crop?.addEventListener("change", show);
if (input) show();
