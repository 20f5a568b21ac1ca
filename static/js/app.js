// The only script of a page: htmx and its extension first, then ours; what few pages need is imported on demand.
import "htmx.org";
import "htmx-ext/hx-ws.js";
import "relative-time";
import "./live.js";
import "./ui.js";

/** @type {Record<string, string>} what a page must contain -> the module it then needs */
const ON_DEMAND = {
  "md-composer, [data-autosave]": "./composer.js", "[data-passkey]": "./passkeys.js", "[data-upload]": "./upload.js",
};

function importNeeded() {
  for (const [selector, module] of Object.entries(ON_DEMAND))
    if (document.querySelector(selector)) import(module);
}
importNeeded();
document.addEventListener("htmx:after:swap", importNeeded);

// A form that comes back with the page says what is wrong at its first bad field, though nobody gave that the focus.
if (document.activeElement === document.body)
  /** @type {HTMLElement | null} */ (document.querySelector("main form[action^='/'] [aria-invalid='true']"))?.focus();

// htmx 4.0.1 swallows modified clicks on links that it handles
addEventListener("click", (event) => {
  const modified = event.ctrlKey || event.metaKey || event.shiftKey;
  if (modified && /** @type {Element} */ (event.target).closest?.("a[href]")) event.stopPropagation();
}, true);

// Focus never falls to <body>: the neighbour of what was deleted gets it, or the region that was replaced.
/** @type {string | null} */
let replaced = null;

document.addEventListener("htmx:before:swap", (event) => {
  const active = document.activeElement;
  replaced = null;
  for (const task of event.detail.tasks) {
    const target = typeof task.target === "string" ? document.querySelector(task.target) : task.target;
    if (!active || active === document.body || !target?.contains(active)) continue;
    if (task.swapSpec.style === "delete")
      focusNear(target.nextElementSibling ?? target.previousElementSibling ?? target.parentElement, target);
    else if (task.swapSpec.style.startsWith("outer")) replaced = target.id;
  }
});

document.addEventListener("htmx:after:swap", () => {
  if (replaced && document.activeElement === document.body) focusNear(document.getElementById(replaced));
  replaced = null;
});

// The reader lost a right to something this page may show: it is read once more.
document.addEventListener("page:stale", () => location.reload());

const TAKERS = "a, button, [tabindex]";

/**
 * @param {Element | null | undefined} element itself or the first thing in it that takes focus
 * @param {Element=} leaving what goes away and cannot have it
 */
function focusNear(element, leaving) {
  if (!element) return;
  const inside = [...element.querySelectorAll(TAKERS)].find((one) => !leaving?.contains(one));
  const taker = element.matches(TAKERS) ? element : inside;
  if (!taker) element.setAttribute("tabindex", "-1");
  /** @type {HTMLElement} */ (taker ?? element).focus({ preventScroll: true });
}
