// Passkeys: the browser makes or uses one, the form it belongs to brings what it said to the server.
import { toast } from "./ui.js";

const MAKE = "/settings/security/passkeys/options";
const USE = "/login/passkey/options";

/** @type {AbortController | null} what waits in the autofill of the log-in; only one question can be open */
let waiting = null;

/** @param {string} address */
async function options(address) {
  const response = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
  if (response.status === 403) location.reload(); // the page asks to confirm first
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** @param {HTMLButtonElement} button */
async function ask(button) {
  const making = button.dataset.passkey === "create";
  const asked = await options(making ? MAKE : USE);
  waiting?.abort();
  const answer = making
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  send(button.form, button.dataset.field ?? "", answer);
}

/** @param {HTMLFormElement | null} form @param {string} field @param {Credential | null} answer */
function send(form, field, answer) {
  if (!form || !answer) return;
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem(field));
  input.value = JSON.stringify(/** @type {PublicKeyCredential} */ (answer).toJSON());
  form.submit();
}

document.addEventListener("click", async (event) => {
  /** @type {HTMLButtonElement | null | undefined} */
  const button = /** @type {Element} */ (event.target).closest?.("[data-passkey]");
  if (!button || button.disabled) return;
  if (button.dataset.passkey === "create" && !button.form?.reportValidity()) return;
  button.disabled = true;
  try {
    await ask(button);
  } catch {
    toast(button.dataset.failed ?? "", "danger");
  } finally {
    button.disabled = false;
  }
});

/** Offer passkeys where the name is typed, without a click. */
async function offer() {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("passkey-form"));
  if (!form || !document.querySelector('input[autocomplete~="webauthn"]')) return;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await options(USE));
    send(form, "credential", await navigator.credentials.get({ publicKey, mediation: "conditional", signal: waiting.signal }));
  } catch {
    // nobody picked one: the button and the password are still there
  }
}

function show() {
  const known = "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
  for (const button of document.querySelectorAll("[data-passkey]")) /** @type {HTMLElement} */ (button).hidden = !known;
  return known;
}

if (show()) offer();
document.addEventListener("htmx:after:swap", show);
