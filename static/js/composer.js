// Where people write: preview, completion, text that survives, autosave. Imported where a page has a composer.
import htmx from "htmx.org";
import "markdown-toolbar";

const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };

// ---- the Markdown field

customElements.define("md-composer", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("keydown", this);
    this.addEventListener("input", this);
    if (this.querySelector("text-expander")) import("text-expander");
    const { draft, text } = this;
    if (draft && text && !text.value) text.value = sessionStorage.getItem(draft) ?? "";
  }

  get text() {
    return this.querySelector("textarea");
  }

  get draft() {
    const key = this.text?.dataset.draft;
    return key && `draft:${key}`;
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.type === "click") {
      const button = /** @type {HTMLElement | null} */ (target.closest("[data-mode]"));
      if (button) this.show(button.dataset.mode === "preview");
    } else if (event.type === "input") {
      if (this.draft && target === this.text) remember(this.draft, this.text.value);
    } else if (isSend(/** @type {KeyboardEvent} */ (event))) this.text?.form?.requestSubmit();
  }

  /** @param {boolean} preview */
  show(preview) {
    /** @type {NodeListOf<HTMLElement>} */
    const parts = this.querySelectorAll("text-expander, textarea, markdown-toolbar");
    for (const part of parts) part.hidden = preview;
    /** @type {HTMLElement} */ (this.querySelector(".composer__preview")).hidden = !preview;
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-mode]")))
      button.setAttribute("aria-pressed", String((button.dataset.mode === "preview") === preview));
    if (!preview) this.text?.focus();
  }
});

/** @param {string} key @param {string} value */
function remember(key, value) {
  if (value) sessionStorage.setItem(key, value);
  else sessionStorage.removeItem(key);
}

/** @param {KeyboardEvent} event */
function isSend(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey);
}

/** What was sent is no draft any more. @param {HTMLFormElement} form */
function forgetDrafts(form) {
  for (const text of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-draft]")))
    sessionStorage.removeItem(`draft:${text.dataset.draft}`);
}
document.addEventListener("htmx:after:request", ({ detail }) => {
  const form = detail.ctx.sourceElement;
  if (form instanceof HTMLFormElement && detail.ctx.response.status < 400) forgetDrafts(form);
});

// ---- completion: the server answers a list of options, data-value is what gets written. Its events do not bubble.

/** @type {AbortController | undefined} */
let asking;

document.addEventListener("text-expander-change", (event) => {
  const { key, text, provide } = event.detail;
  const { url } = /** @type {HTMLElement} */ (event.target).dataset;
  if (url && text) provide(suggest(`${url}?key=${encodeURIComponent(key)}&q=${encodeURIComponent(text)}`));
}, true);
document.addEventListener("text-expander-value", ({ detail }) => {
  detail.value = detail.item.dataset.value;
}, true);

/** @param {string} address */
async function suggest(address) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address, { headers: PARTIAL, signal: asking.signal });
    const holder = document.createElement("div");
    holder.innerHTML = answer.ok ? await answer.text() : "";
    const fragment = /** @type {HTMLElement | null} */ (holder.firstElementChild);
    return { matched: Boolean(fragment?.querySelector("[role=option]")), fragment };
  } catch {
    return { matched: false };
  }
}

// ---- autosave: a form with data-autosave posts itself while it is dirty

const EVERY = 10_000; // ms
const KEEPALIVE_LIMIT = 60_000; // bytes a browser sends for a page that is gone
/** @typedef {{dirty: boolean, busy: boolean, stopped: boolean, timer: number}} Saving */
/** @type {WeakMap<HTMLFormElement, Saving>} */
const savings = new WeakMap();

/** @param {HTMLFormElement} form @returns {Saving} */
function savingOf(form) {
  const known = savings.get(form) ?? { dirty: false, busy: false, stopped: false, timer: 0 };
  savings.set(form, known);
  return known;
}

/** @param {Event} event @returns {HTMLFormElement | null | undefined} */
function autosaved(event) {
  return /** @type {Element} */ (event.target).closest?.("form[data-autosave]");
}

for (const kind of ["input", "change"])
  document.addEventListener(kind, (event) => {
    const form = autosaved(event);
    if (!form) return;
    const saving = savingOf(form);
    saving.dirty = true;
    schedule(form, saving);
  });

document.addEventListener("submit", (event) => {
  const form = autosaved(event);
  if (form) settle(savingOf(form));
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  /** @type {NodeListOf<HTMLFormElement>} */
  const forms = document.querySelectorAll("form[data-autosave]");
  for (const form of forms) save(form, true);
});

/** @param {Saving} saving nothing more to save */
function settle(saving) {
  clearTimeout(saving.timer);
  Object.assign(saving, { dirty: false, timer: 0 });
}

/** @param {HTMLFormElement} form @param {Saving} saving */
function schedule(form, saving) {
  if (!saving.stopped) saving.timer ||= setTimeout(() => save(form), EVERY);
}

/** @param {HTMLFormElement} form @param {boolean} leaving the page may be gone before the answer comes */
async function save(form, leaving = false) {
  const saving = savingOf(form);
  clearTimeout(saving.timer);
  saving.timer = 0;
  if (!saving.dirty || saving.busy || saving.stopped || !form.isConnected) return;
  Object.assign(saving, { dirty: false, busy: true });
  const saved = await post(form, leaving);
  saving.busy = false;
  saving.stopped = saved === "conflict";
  if (saved === "failed") saving.dirty = true;
  if (saving.dirty) schedule(form, saving);
}

/** @param {HTMLFormElement} form @param {boolean} leaving @returns {Promise<"saved" | "conflict" | "failed">} */
async function post(form, leaving) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const body = new URLSearchParams(/** @type {[string, string][]} */ (fields));
  const status = form.querySelector("[data-autosave-status]");
  try {
    const keepalive = leaving && body.toString().length < KEEPALIVE_LIMIT;
    const address = /** @type {string} */ (form.dataset.autosave);
    const answer = await fetch(address, { method: "POST", body, headers: PARTIAL, keepalive });
    const text = await answer.text();
    const clash = answer.status === 409;
    if ((!answer.ok && !clash) || answer.headers.has("HX-Redirect")) throw new Error(String(answer.status));
    const target = clash ? form.querySelector("[data-conflict]") : status;
    await htmx.swap({ sourceElement: form, target, swap: "innerHTML", text });
    return clash ? "conflict" : "saved";
  } catch {
    if (status) status.textContent = /** @type {HTMLElement} */ (status).dataset.failed ?? "";
    return "failed";
  }
}
