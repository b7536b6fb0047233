// Passkeys: asks the browser for one when a form with `data-passkey` is sent, and sends it in the field `credential`.
// `data-passkey` says "get" (log in, show it again) or "create" (add one). The options stand in the JSON element whose
// id is in `data-passkey-options`, or come from the address in `data-passkey-url`. Such forms are hidden until this
// browser is known to have passkeys; what says otherwise has `data-passkey-without`, what says that it failed
// `data-passkey-error`.
const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (options) => {
  const publicKey = { ...options, challenge: decode(options.challenge) };
  if (options.user) publicKey.user = { ...options.user, id: decode(options.user.id) };
  for (const name of ["allowCredentials", "excludeCredentials"]) {
    publicKey[name] = (options[name] ?? []).map((one) => ({ ...one, id: decode(one.id) }));
  }
  return publicKey;
};

const asJson = (credential) => {
  const { id, type, rawId, authenticatorAttachment, response } = credential;
  const sent = { id, type, rawId: encode(rawId), authenticatorAttachment, response: {} };
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ]) {
    if (response[name]) sent.response[name] = encode(response[name]);
  }
  if (response.getTransports) sent.response.transports = response.getTransports();
  sent.clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify(sent);
};

const optionsOf = async (form) => {
  const { passkeyOptions, passkeyUrl } = form.dataset;
  if (passkeyOptions) return JSON.parse(document.getElementById(passkeyOptions).textContent);
  const answer = await fetch(passkeyUrl, { headers: { Accept: "application/json" } });
  return answer.json();
};

// A key that logs in by itself must keep the account's name, and ask for a finger, a face or a PIN.
const forLoggingIn = (publicKey) => {
  const selection = { ...publicKey.authenticatorSelection, userVerification: "required" };
  return {
    ...publicKey,
    authenticatorSelection: { ...selection, residentKey: "required", requireResidentKey: true },
  };
};

const ask = async (form) => {
  const { creation_options: creation, request_options: request } = await optionsOf(form);
  if (form.dataset.passkey === "get") {
    return navigator.credentials.get({ publicKey: withBytes(request.publicKey) });
  }
  const { passwordless } = form.elements;
  const alone = passwordless?.type === "checkbox" ? passwordless.checked : passwordless?.value;
  const publicKey = withBytes(creation.publicKey);
  return navigator.credentials.create({ publicKey: alone ? forLoggingIn(publicKey) : publicKey });
};

const prepare = (form) => {
  const error = form.querySelector("[data-passkey-error]");
  form.hidden = false;
  for (const button of form.querySelectorAll("button[hidden]")) button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (error) error.hidden = true;
    try {
      form.elements.credential.value = asJson(await ask(form));
    } catch {
      if (error) error.hidden = false;
      return;
    }
    form.submit();
  });
};

if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);
  for (const note of document.querySelectorAll("[data-passkey-without]")) note.hidden = true;
}
