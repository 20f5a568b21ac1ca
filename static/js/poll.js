// What the socket would bring, asked for: visitors every minute, others every half when sockets do not get through.

/**
 * @param {HTMLElement} live data-poll is the address, data-every the seconds
 * @param {{since: () => number, apply: (frames: any[], seq: number) => Promise<void>, onState: (state: "polling" | "offline") => void}} page
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
      } else if (answer.status !== 304 && answer.status < 500 && answer.status !== 429) return stop(); // signed out, or too old
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
