// Lists whose rows are dragged into another order: <form data-reorder> with rows [data-row="<id>"], sent as `ids`.
// Without it, and by keyboard, the arrow buttons of the rows do the same.

/** @type {HTMLElement | null} */
let held = null;

/** @param {Event} event */
const rowOf = (event) => /** @type {Element} */ (event.target).closest?.("[data-row]");

document.addEventListener("dragstart", (event) => {
  const row = rowOf(event);
  if (!row?.closest("[data-reorder]")) return;
  held = /** @type {HTMLElement} */ (row);
  held.classList.add("is-held");
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const row = rowOf(event);
  if (!held || !row || row.parentElement !== held.parentElement) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  row.parentElement?.insertBefore(held, event.clientY < top + height / 2 ? row : row.nextElementSibling);
});

document.addEventListener("dragend", () => {
  const list = held?.closest("[data-reorder]");
  held?.classList.remove("is-held");
  held = null;
  if (!list) return;
  const form = /** @type {HTMLFormElement} */ (document.getElementById(/** @type {HTMLElement} */ (list).dataset.reorder ?? ""));
  form.replaceChildren(...[...list.querySelectorAll("[data-row]")].map((row) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "ids", value: /** @type {HTMLElement} */ (row).dataset.row });
    return field;
  }));
  form.requestSubmit();
});
