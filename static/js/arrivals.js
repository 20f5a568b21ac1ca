// Comments that came by themselves: announced politely, marked, and offered by a button when they are out of sight.
// They scroll nothing and take no focus.

const PAUSE = 5000; // ms between two announcements
const line = document.getElementById("say");
const button = document.getElementById("new-replies");

/** @type {Set<HTMLElement>} out of sight, not yet looked at */
const unseen = new Set();
let unsaid = 0;
let timer = 0;

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) forget(/** @type {HTMLElement} */ (target));
});

/** Count them for the status line and look which are out of sight. @param {string[]} ids of comments just inserted */
export function announce(ids) {
  const items = ids.map((id) => document.getElementById(id)).filter((item) => item !== null);
  if (!items.length) return;
  unsaid += items.length;
  timer ||= setTimeout(speak, unsaid === items.length ? 0 : PAUSE);
  for (const item of items) {
    const { top, bottom } = item.getBoundingClientRect();
    if (top < innerHeight && bottom > 0) continue;
    unseen.add(item);
    seen.observe(item);
  }
  offer();
}

function speak() {
  const text = unsaid === 1 ? line?.dataset.comment : line?.dataset.comments?.replace("{n}", String(unsaid));
  if (line) line.textContent = text ?? "";
  unsaid = 0;
  timer = setTimeout(() => { timer = 0; if (unsaid) speak(); }, PAUSE);
}

/** @param {HTMLElement} item */
function forget(item) {
  unseen.delete(item);
  seen.unobserve(item);
  offer();
}

function offer() {
  for (const item of unseen) if (!item.isConnected) unseen.delete(item);
  if (!button) return;
  button.hidden = unseen.size === 0;
  const text = unseen.size === 1 ? button.dataset.one : button.dataset.many?.replace("{n}", String(unseen.size));
  /** @type {Element} */ (button.querySelector("span")).textContent = text ?? "";
}

button?.addEventListener("click", () => {
  const [first] = unseen;
  if (!first) return;
  first.tabIndex = -1;
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
});
