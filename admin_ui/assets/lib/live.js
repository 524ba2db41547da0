// SPDX-License-Identifier: Apache-2.0
// One stream of events per page. What happens becomes a DOM event `live` (detail: {kind, ticket_id}); when the server
// has no room for a stream, the page asks every ten seconds instead. A hidden tab holds no connection: browsers allow
// six per site, and the seventh tab would not load.

const POLL_MS = 10_000;
const RETRY_STREAM_MS = 30_000;
const GRACE_MS = 1_500; // a worker that is being replaced comes back within a second: not worth a red dot
const COUNT_MS = 1_000;

let source = null;
let address = "";
let lastId = "";
let polling = 0;
let retry = 0;
let grace = 0;

function show(state) {
  for (const element of document.querySelectorAll("[data-live-state]")) {
    element.hidden = false;
    element.dataset.live = state;
    const dot = element.querySelector(".live-dot");
    if (dot) dot.dataset.live = state;
  }
}

function publish(detail) {
  document.dispatchEvent(new CustomEvent("live", { detail }));
}

function poll() {
  publish({ kind: "poll" });
}

function stopPolling() {
  clearInterval(polling);
  clearTimeout(retry);
  polling = retry = 0;
}

function startPolling() {
  if (!polling) polling = setInterval(poll, POLL_MS);
  clearTimeout(retry);
  retry = setTimeout(open, RETRY_STREAM_MS);
}

function open() {
  close();
  const url = new URL(address, location.href);
  if (lastId) url.searchParams.set("after", lastId);
  source = new EventSource(url);
  source.addEventListener("open", () => {
    clearTimeout(grace);
    stopPolling();
    show("on");
  });
  source.addEventListener("message", (event) => {
    lastId = event.lastEventId || lastId;
    try {
      publish(JSON.parse(event.data));
    } catch {
      poll();
    }
  });
  source.addEventListener("reset", (event) => {
    lastId = event.lastEventId || "";
    poll();
  });
  source.addEventListener("error", () => {
    clearTimeout(grace);
    grace = setTimeout(show, GRACE_MS, "off");
    if (source?.readyState === EventSource.CLOSED) startPolling();
  });
}

function close() {
  clearTimeout(grace);
  source?.close();
  source = null;
}

// --- counters of the menu and of the tabs

let counting = 0;

async function count() {
  counting = 0;
  try {
    const answer = await fetch(document.body.dataset.liveCounts, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const counts = await answer.json();
    for (const element of document.querySelectorAll("[data-counter]")) {
      const value = counts[element.dataset.counter];
      if (value === undefined) continue;
      element.textContent = value;
      element.hidden = !value;
    }
  } catch {
    // the next event asks again
  }
}

document.addEventListener("live", () => {
  if (!counting && document.body.dataset.liveCounts) counting = setTimeout(count, COUNT_MS);
});

// --- fragments that fetch themselves anew: data-live-kinds="inbox_ chat_" data-poll="15" with hx-trigger="live-refresh"

const refreshing = new WeakMap();

function refresh(element) {
  if (refreshing.get(element)) return;
  refreshing.set(
    element,
    setTimeout(() => {
      refreshing.delete(element);
      if (!element.contains(document.activeElement) || document.activeElement === document.body) {
        window.htmx.trigger(element, "live-refresh");
      } else refresh(element); // somebody is working in it: later
    }, 700),
  );
}

document.addEventListener("live", (event) => {
  const kind = event.detail.kind;
  for (const element of document.querySelectorAll("[data-live-kinds]")) {
    const kinds = element.dataset.liveKinds.split(" ");
    if (kind === "poll" || kinds.some((start) => kind.startsWith(start))) refresh(element);
  }
});

// --- start

function start() {
  address = document.body.dataset.live ?? "";
  if (!address) return;
  open();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
      stopPolling();
    } else if (!source) {
      open();
      if (!lastId) poll();
    }
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      open();
      poll();
    }
  });
  for (const element of document.querySelectorAll("[data-poll]")) {
    setInterval(() => !document.hidden && refresh(element), Number(element.dataset.poll) * 1000);
  }
}

document.addEventListener("DOMContentLoaded", start);
