// Files that are chosen, dropped or pasted go at once, and a bar shows how far they are.
import htmx from "htmx.org";
import "file-attachment";

document.addEventListener("file-attachment-accepted", (event) => {
  const drop = /** @type {HTMLElement} */ (event.target);
  if (!drop.matches("[data-upload]")) return;
  const { file } = event.detail.attachments[0];
  if (file.size > Number(drop.dataset.limit)) complain(drop, drop.dataset.tooLarge ?? "");
  else send(drop, file);
});

/** @param {HTMLElement} drop @param {File} file */
function send(drop, file) {
  const form = /** @type {HTMLFormElement} */ (drop.closest("form"));
  const panel = /** @type {HTMLElement} */ (form.closest("[data-state]"));
  const bar = /** @type {HTMLProgressElement} */ (drop.querySelector("progress"));
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("HX-Request-Type", "partial");
  request.upload.onprogress = ({ loaded, total }) => { bar.value = (100 * loaded) / total; };
  request.onload = () => show(drop, panel, request.responseText);
  request.onerror = () => complain(drop, document.getElementById("flash")?.dataset.failed ?? "");
  request.onloadend = () => { bar.hidden = true; };
  complain(drop, "");
  bar.value = 0;
  bar.hidden = false;
  request.send(body);
}

/** The answer is the panel anew, or says in a toast why there is none. @param {HTMLElement} drop @param {HTMLElement} panel @param {string} html */
function show(drop, panel, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const next = template.content.getElementById(panel.id);
  if (!next) {
    const said = template.content.querySelector("ui-toast p")?.textContent;
    return complain(drop, said ?? document.getElementById("flash")?.dataset.failed ?? "");
  }
  const held = panel.contains(document.activeElement);
  panel.replaceWith(next);
  htmx.process(next);
  if (held) next.querySelector("input")?.focus({ preventScroll: true });
}

/** @param {HTMLElement} drop @param {string} text what is wrong, or nothing */
function complain(drop, text) {
  const place = /** @type {HTMLElement} */ (drop.querySelector("[data-error]"));
  /** @type {Element} */ (place.querySelector("span")).textContent = text;
  place.hidden = !text;
  if (text) place.setAttribute("role", "alert");
  else place.removeAttribute("role");
}
