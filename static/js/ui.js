// Small behaviour of the interface: toasts, questions, shortcuts, reactions that answer at once.
import htmx from "htmx.org";

const flash = document.getElementById("flash");

// ---- toasts

const STAYS = 6000; // ms; errors stay until they are dismissed
const UNDO_STAYS = 10_000; // ms, with a way back in it
const MOST = 3;

customElements.define("ui-toast", class extends HTMLElement {
  timer = 0;

  connectedCallback() {
    this.addEventListener("click", this);
    for (const kind of ["pointerenter", "pointerleave", "focusin", "focusout"]) this.addEventListener(kind, this);
    this.wait();
    const older = this.parentElement?.querySelectorAll("ui-toast") ?? [];
    if (older.length > MOST) older[0].remove();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "click") {
      if (/** @type {Element} */ (event.target).closest("[data-close], a")) this.remove();
    } else if (event.type === "pointerenter" || event.type === "focusin") clearTimeout(this.timer);
    else this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    if (this.dataset.tone === "danger") return;
    this.timer = setTimeout(() => this.remove(), this.querySelector("form") ? UNDO_STAYS : STAYS);
  }
});

/** @param {string} text @param {"ok" | "danger"} tone */
export function toast(text, tone = "ok") {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("toast-template"));
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const element = /** @type {HTMLElement} */ (copy.firstElementChild);
  element.dataset.tone = tone;
  /** @type {Element} */ (element.querySelector("p")).textContent = text;
  flash?.append(element);
}

// HX-Trigger: {"toast": {"text": "Saved", "tone": "ok"}}, or only a text
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));

document.addEventListener("htmx:finally:request", ({ detail }) => {
  detail.ctx.sourceElement?.closest?.("ui-toast")?.remove(); // "Undo" was pressed
});

// 4xx bring their own message; what the server could not say is said here. Nothing was swapped: all text stays.
document.addEventListener("htmx:response:error", ({ detail }) => {
  undo(detail.ctx);
  unsay(detail.ctx);
  if (detail.ctx.response.status >= 500) toast(flash?.dataset.failed ?? "", "danger");
});
document.addEventListener("htmx:error", ({ detail }) => {
  undo(detail.ctx);
  unsay(detail.ctx);
  if (detail.ctx) toast((navigator.onLine ? flash?.dataset.failed : flash?.dataset.offline) ?? "", "danger");
});

// ---- questions: hx-confirm="Delete this comment?" in our own dialog

document.addEventListener("htmx:confirm", (event) => {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("confirm"));
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!dialog || !ctx.confirm) return;
  event.preventDefault();
  const yes = /** @type {HTMLElement} */ (dialog.querySelector("[value=yes]"));
  /** @type {Element} */ (dialog.querySelector("h2")).textContent = ctx.confirm;
  yes.textContent = ctx.sourceElement.dataset.confirmLabel ?? yes.dataset.label;
  dialog.returnValue = "";
  const decide = () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest());
  dialog.addEventListener("close", decide, { once: true });
  dialog.showModal();
});

// ---- reactions: shown at once, put right by the answer, taken back on an error

/** @type {WeakMap<object, HTMLElement>} */
const flipped = new WeakMap();

document.addEventListener("htmx:before:request", ({ detail }) => {
  const { ctx } = detail;
  const pressed = ctx.sourceEvent?.submitter;
  const bar = ctx.sourceElement?.closest?.(".reactions");
  if (!bar || !pressed || document.documentElement.dataset.role?.includes("guest")) return;
  const chip = document.getElementById(`${bar.id}-${pressed.value}`);
  if (!chip) return;
  flip(chip);
  flipped.set(ctx, chip);
});

/** @param {HTMLElement} chip */
function flip(chip) {
  const on = chip.getAttribute("aria-pressed") === "true";
  const figure = /** @type {Element} */ (chip.querySelector(".num"));
  chip.setAttribute("aria-pressed", String(!on));
  figure.textContent = String(Math.max(0, Number(figure.textContent) + (on ? -1 : 1)));
}

/** @param {object | undefined} ctx */
function undo(ctx) {
  const chip = ctx && flipped.get(ctx);
  if (!chip) return;
  flipped.delete(/** @type {object} */ (ctx));
  flip(chip);
}

// following is shown at once: the button says what it will be; the answer, or the error, puts the right one there
/** @type {WeakMap<object, [Element, string]>} */
const said = new WeakMap();
document.addEventListener("htmx:before:request", ({ detail }) => {
  const form = /** @type {HTMLElement | null} */ (detail.ctx.sourceElement?.closest?.("form[data-then]"));
  const label = form?.querySelector("[data-label]");
  if (!form || !label) return;
  said.set(detail.ctx, [label, label.textContent ?? ""]);
  label.textContent = form.dataset.then ?? "";
});

/** @param {object | undefined} ctx */
function unsay(ctx) {
  const before = ctx && said.get(ctx);
  if (before) before[0].textContent = before[1];
}

// one picker serves every bar: its buttons send the form of the bar it was opened from
document.addEventListener("click", (event) => {
  const opener = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest?.("[data-pick]"));
  const picker = document.getElementById("picker");
  if (!opener || !picker) return;
  event.preventDefault();
  for (const choice of picker.querySelectorAll("button")) choice.setAttribute("form", opener.dataset.pick ?? "");
  picker.showPopover({ source: opener });
  picker.querySelector("button")?.focus();
});

// a choice closes the popover it was made in
document.addEventListener("click", (event) => {
  const choice = /** @type {Element} */ (event.target).closest?.(".menu [type=submit], .picker button");
  /** @type {HTMLElement | null | undefined} */ (choice?.closest("[popover]"))?.hidePopover();
});

// ---- shortcuts

const ITEMS = "article.card-post, article.post, article.comment, [data-item]";
const SWITCH = "shortcuts";
const help = /** @type {HTMLDialogElement | null} */ (document.getElementById("shortcuts"));
const toggle = /** @type {HTMLInputElement | null} */ (document.getElementById("shortcuts-on"));

if (toggle) {
  toggle.checked = localStorage.getItem(SWITCH) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target.matches("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return help?.showModal();
  if (toggle && !toggle.checked) return;
  if (event.key === "j" || event.key === "k") return step(event.key === "j" ? 1 : -1);
  /** @type {HTMLElement | null} */
  const control = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!control?.checkVisibility()) return;
  event.preventDefault();
  if (control.matches("input, textarea")) control.focus();
  else control.click();
});

/** @param {1 | -1} by */
function step(by) {
  const items = [...document.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility());
  const at = items.findLastIndex((item) => item.contains(document.activeElement));
  const next = /** @type {HTMLElement | undefined} */ (items[at === -1 && by === -1 ? items.length - 1 : at + by]);
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}
