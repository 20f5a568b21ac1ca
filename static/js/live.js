// Real time on the page. The server renders each fragment once, for everybody; this module makes it safe to apply:
// no duplicates, no stale overwrites, the viewer's own marks kept, a cursor for reconnects, polling when sockets fail.
import htmx from "htmx.org";

/**
 * @typedef {object} Frame
 * @property {number=} seq grows for the whole site @property {string=} topic
 * @property {string=} content a fragment @property {string=} event a hint: "something changed"
 * @property {string=} id of what changed @property {string=} actor who did it
 * @property {boolean=} resync too much was missed
 */

const me = document.documentElement.dataset.me;
const live = document.getElementById("live");
const status = document.getElementById("live-status");
const dot = document.getElementById("live-dot");

/** htmx normalises append, prepend, before and after to these */
const INSERTS = new Set(["beforeend", "afterbegin", "beforebegin", "afterend"]);
const HINT_SPREAD = 500; // ms; hints make many readers fetch, so each waits a random part of it
const PATIENCE = 2000; // ms without a connection before the page says so
const MOMENT = 30_000; // ms between frames that tell how busy the person is

/** @type {string[]} ids of comments inserted by the swap under way */
let inserted = [];

/** The last message seen, of the whole site; where a reconnect goes on. */
let cursor = Number(new URL(live?.dataset.poll ?? "", location.href).searchParams.get("since") ?? 0);

htmx.registerExtension("live", {
  /** @param {Element} source @param {{tasks: any[]}} detail */
  htmx_before_swap(source, { tasks }) {
    for (const task of [...tasks]) {
      const target = typeof task.target === "string" ? document.querySelector(task.target) : task.target;
      keepMarks(task.fragment);
      if (target?.isConnected) keepWriting(task.fragment, target, source);
      if (INSERTS.has(task.swapSpec.style)) {
        dropKnown(task.fragment);
        if (source === live) markNew(task.fragment);
      } else if (isStale(task.fragment.firstElementChild, target) || takesWriting(task, target, source))
        tasks.splice(tasks.indexOf(task), 1);
      else dropKnown(task.fragment, target);
    }
  },
});

/**
 * Nothing is on the page twice: the HTTP answer and the broadcast may both carry the same item, and what comes in the
 * place of a "more" link may have come by itself before.
 * @param {DocumentFragment} fragment @param {Element=} target what is replaced, with all that is in it
 */
function dropKnown(fragment, target) {
  for (const child of [...fragment.children]) {
    const item = child.matches("[id][data-rev]") ? child : child.querySelector("[id][data-rev]");
    const known = item && document.getElementById(item.id);
    if (known && !target?.contains(known)) child.remove();
  }
}

/**
 * What is gone for others stays as long as somebody writes an answer to it: sending it says what happened.
 * @param {{swapSpec: {style: string}}} task @param {Element | null} target @param {Element} source
 */
function takesWriting({ swapSpec }, target, source) {
  if (swapSpec.style !== "delete" || source !== live) return false;
  return [...(target?.querySelectorAll("form") ?? [])].some(isWriting);
}

/**
 * Comments of others that came by themselves are marked, and announced after the swap.
 * @param {DocumentFragment} fragment
 */
function markNew(fragment) {
  for (const item of /** @type {NodeListOf<HTMLElement>} */ (fragment.querySelectorAll("[id^='c-'][data-author-id]"))) {
    if (item.dataset.authorId === me) continue;
    item.dataset.new = "";
    inserted.push(item.id);
  }
}

/** An older revision never overwrites a newer one. @param {HTMLElement | null} next @param {HTMLElement | null} now */
function isStale(next, now) {
  return Boolean(next?.dataset.rev && Number(next.dataset.rev) < Number(now?.dataset.rev ?? 0));
}

/**
 * The viewer's own marks survive a fragment made for everybody: data-live-keep names the attribute; when data-actor is
 * the viewer, data-op says what became of it, else it stays as it is on the page.
 * @param {DocumentFragment} fragment
 */
function keepMarks(fragment) {
  /** @type {NodeListOf<HTMLElement>} */
  const marked = fragment.querySelectorAll("[data-live-keep][data-actor]");
  for (const next of marked) {
    const keep = /** @type {string} */ (next.dataset.liveKeep);
    const now = document.getElementById(next.id);
    if (next.dataset.actor === me) next.setAttribute(keep, String(next.dataset.op === "add"));
    else if (now?.hasAttribute(keep)) next.setAttribute(keep, /** @type {string} */ (now.getAttribute(keep)));
  }
}

/**
 * What somebody is writing inside a region that is replaced from outside stays: its holder, an element with an id right
 * around the form, is kept as it is (`hx-preserve`). The form's own answer replaces it as usual.
 * @param {DocumentFragment} fragment @param {Element} target @param {Element} source
 */
function keepWriting(fragment, target, source) {
  for (const form of target.querySelectorAll("[id] > form")) {
    const holder = /** @type {Element} */ (form.parentElement);
    if (form.contains(source) || !isWriting(form)) continue;
    fragment.querySelector(`[id="${CSS.escape(holder.id)}"]`)?.setAttribute("hx-preserve", "");
  }
}

/** @param {Element} form */
function isWriting(form) {
  /** @type {NodeListOf<HTMLTextAreaElement>} */
  const texts = form.querySelectorAll("textarea");
  return [...texts].some((text) => text === document.activeElement || text.value !== text.defaultValue);
}

/**
 * Take note of a frame, from the socket or from polling.
 * @param {Frame} frame @returns {boolean} whether its content is to be applied
 */
function accept(frame) {
  if (frame.resync) {
    cursor = frame.seq ?? cursor;
    htmx.trigger(document.body, "live:resync");
    return false;
  }
  if (frame.seq && frame.seq <= cursor) return false; // replayed, already applied
  if (frame.seq) cursor = frame.seq;
  if (frame.event) hint(/** @type {Frame & {event: string}} */ (frame));
  return frame.content !== undefined;
}

/** "Something changed": the regions that listen pull what is theirs. @param {Frame & {event: string}} frame */
function hint(frame) {
  if (frame.actor === me && frame.id && document.querySelector(`[id$="-${CSS.escape(frame.id)}"]`)) return;
  setTimeout(() => htmx.trigger(document.body, frame.event, frame), Math.random() * HINT_SPREAD);
}

// ---- the socket

/** @type {any} htmx's connection, replaced when it reconnects */
let connection = null;
let failures = 0;
let quiet = 0; // timer until the page says that it is not live
let final = false; // the server asked to stay away

document.addEventListener("htmx:ws:before:message:incoming", (event) => {
  /** @type {Frame} */
  let frame;
  try {
    frame = JSON.parse(event.detail.message.data);
  } catch {
    return event.preventDefault();
  }
  if (!accept(frame)) event.preventDefault();
  goOn(event.detail.connection);
});

document.addEventListener("htmx:ws:before:connection", (event) => goOn(event.detail.connection));

/** The next socket asks for what came after the last message seen. @param {{url: string}} connection */
function goOn(connection) {
  const address = new URL(connection.url);
  address.searchParams.set("since", String(cursor));
  connection.url = address.href;
}

document.addEventListener("htmx:ws:after:connection", (event) => {
  connection = event.detail.connection;
  failures = 0;
  poll?.stop();
  poll = null;
  show("live");
  tell(true);
});

document.addEventListener("htmx:ws:close", (event) => {
  const { code } = event.detail;
  if (code === 1000 && !leaving) setTimeout(connect);
  if (document.hidden || event.detail.reason === "removed") return; // comes back by itself when the tab is seen
  if (code === 1008 || code >= 4000) return stayAway(code);
  failures += 1;
  if (!poll) show("offline");
  if (failures >= 2) startPolling();
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) clearTimeout(quiet), (quiet = 0);
});

// A page that is left closes its socket for good; the browser may keep the page and show it again on the way back.
let leaving = false;
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", ({ persisted }) => {
  leaving = false;
  if (persisted) setTimeout(connect);
});

/** Open the socket again, unless there is one. */
function connect() {
  if (live?.hasAttribute("hx-ws:connect") && !final) htmx.trigger(live, "live:connect");
}

/** The server closed for good: say why and offer the way on. @param {number} code */
function stayAway(code) {
  final = true;
  show("offline", false);
  if (code === 4404 || !status) return;
  if (code === 4401) say(status.dataset.signedOut, status.dataset.login, status.dataset.loginUrl);
  else say(status.dataset.outdated, status.dataset.reload, location.href);
}

// A region that fetches itself never takes the reader elsewhere: what they are typing would be gone.
document.addEventListener("htmx:before:response", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (!sourceElement?.matches?.("[hx-trigger*='from:document']") || !response.headers.has("HX-Redirect")) return;
  event.preventDefault();
  stayAway(4401);
});

// ---- polling, for visitors and where sockets do not get through

/** @type {{stop: () => void} | null} */
let poll = null;

async function startPolling() {
  if (poll || final || !live?.dataset.poll) return;
  poll = { stop() {} };
  const { startPoll } = await import("./poll.js");
  if (!poll) return; // the socket came back meanwhile
  poll = startPoll(live, { since: () => cursor, apply, onState: (state) => show(state) });
}

/** Apply polled frames the way the socket's are. @param {Frame[]} frames @param {number} seq */
async function apply(frames, seq) {
  const into = { sourceElement: live, target: live, swap: "none swapEmpty:false", transition: false };
  for (const frame of frames) if (accept(frame)) await htmx.swap({ ...into, text: frame.content });
  cursor = Math.max(cursor, seq);
}

if (live && !live.hasAttribute("hx-ws:connect")) setTimeout(startPolling, Number(live.dataset.every) * 1000);

// ---- what people see of it

/** @param {"live" | "polling" | "offline"} state @param {boolean} speak whether words follow after a while */
function show(state, speak = true) {
  if (dot) {
    dot.dataset.state = state;
    dot.title = dot.dataset[state] ?? "";
  }
  if (!status) return;
  if (state === "live" || !speak) {
    clearTimeout(quiet);
    quiet = 0;
    if (speak) status.hidden = true;
  } else quiet ||= setTimeout(complain, PATIENCE);
}

/** Say what has been wrong for a while. */
function complain() {
  const state = dot?.dataset.state ?? "offline";
  if (!document.hidden && !final && state !== "live") say(status?.dataset[state]);
}

/** @param {string | undefined} text @param {string=} action @param {string=} url */
function say(text, action, url) {
  if (!status || live?.dataset.every === "60") return; // visitors always poll: nothing to tell
  status.textContent = text ?? "";
  if (action && url) {
    const link = Object.assign(document.createElement("a"), { href: url, textContent: action });
    status.append(" ", link);
  }
  status.hidden = false;
}

// ---- what the server is told: how long ago the person did something

let touched = Date.now();
let told = "";
for (const kind of ["pointerdown", "keydown", "scroll", "focus"])
  addEventListener(kind, () => { touched = Date.now(); tell(); }, { passive: true, capture: true });
setInterval(() => tell(true), MOMENT);

/** @param {boolean} always also when nothing changed */
function tell(always = false) {
  const idle = (Date.now() - touched) / 60_000;
  const state = idle < 2 ? "ACTIVE" : idle < 10 ? "IDLE" : "AWAY";
  if ((state === told && !always) || connection?.socket?.readyState !== WebSocket.OPEN) return;
  connection.socket.send(JSON.stringify({ type: "state", state }));
  told = state;
}

document.addEventListener("htmx:after:swap", async () => {
  if (!inserted.length) return;
  const ids = inserted.splice(0);
  const { announce } = await import("./arrivals.js");
  announce(ids);
});
