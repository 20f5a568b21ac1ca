// What the socket would bring, asked for: visitors every minute, others every half when sockets do not get through.

/** Logged out, or the page is too old: asking again would not help. @param {number} status */
const isFinal = (status) => status >= 400 && status < 500 && status !== 429;

/**
 * @param {HTMLElement} live data-poll is the address, data-every the seconds
 * @param {object} page
 * @param {() => number} page.since where to go on @param {(frames: any[], seq: number) => Promise<void>} page.apply
 * @param {(state: "polling" | "offline") => void} page.onState
 * @returns {{stop: () => void}}
 */
export function startPoll(live, page) {
  const every = Number(live.dataset.every) * 1000;
  let etag = "";
  let asked = "";
  let stopped = false;

  async function ask() {
    if (document.hidden) return;
    const address = new URL(/** @type {string} */ (live.dataset.poll), location.href);
    address.searchParams.set("since", String(page.since()));
    if (address.href !== asked) etag = "";
    asked = address.href;
    try {
      const answer = await fetch(asked, { headers: etag ? { "If-None-Match": etag } : {} });
      if (answer.ok) {
        const { frames, seq } = await answer.json();
        if (stopped) return;
        await page.apply(frames, seq);
        etag = answer.headers.get("ETag") ?? "";
      } else if (isFinal(answer.status)) return stop();
      page.onState("polling");
    } catch {
      page.onState("offline");
    }
  }

  function stop() {
    stopped = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", ask);
  }

  const timer = setInterval(ask, every);
  document.addEventListener("visibilitychange", ask);
  if (page.since() && live.hasAttribute("hx-ws:connect")) ask(); // something may have been missed already
  return { stop };
}
