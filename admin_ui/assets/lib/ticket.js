// SPDX-License-Identifier: Apache-2.0
// The page of a ticket: it fetches what has changed, keeps what is being written, and opens small forms in a sheet.

import { forget } from "./drafts.js";

const page = () => document.querySelector("[data-ticket]");
const composer = () => document.getElementById("composer");
const sheet = () => document.getElementById("sheet");

// --- what has changed: one request at a time, one more when something happened meanwhile

let isFetching = false;
let isAsked = false;

async function fetchFresh() {
  const ticket = page();
  if (!ticket) return;
  if (isFetching) {
    isAsked = true;
    return;
  }
  isFetching = true;
  const before = document.getElementById("timeline")?.childElementCount ?? 0;
  const days = document.querySelectorAll("[data-day]");
  const values = {
    after: document.getElementById("timeline-position")?.value ?? 0,
    day: days.length ? days[days.length - 1].dataset.day : "",
  };
  const isAtEnd = window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 240;
  try {
    await window.htmx.ajax("GET", ticket.dataset.fresh, { target: "#live-sink", swap: "innerHTML", values });
  } finally {
    isFetching = false;
  }
  const after = document.getElementById("timeline")?.childElementCount ?? 0;
  if (after > before) {
    const words = document.getElementById("live-words");
    if (words) words.textContent = `${words.dataset.new} · ${new Date().toLocaleTimeString()}`;
    if (isAtEnd) document.getElementById("timeline").lastElementChild.scrollIntoView({ block: "center", behavior: "smooth" });
  }
  if (isAsked) {
    isAsked = false;
    fetchFresh();
  }
}

let soon = 0;

document.addEventListener("live", (event) => {
  const ticket = page();
  if (!ticket) return;
  const { kind, ticket_id: id } = event.detail;
  if (kind !== "poll" && String(id) !== ticket.dataset.ticket) return;
  clearTimeout(soon);
  soon = setTimeout(fetchFresh, 150);
});

document.addEventListener("ticket-changed", fetchFresh);

// Parts that are replaced keep what the person did to them: the choice of what is written, and where the focus was.
let kept = null;

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const target = event.detail.target;
  const form = composer();
  if (target.id === "composer-modes" && form) {
    kept = { mode: form.elements.mode?.value, way: form.elements.delivered_by?.value };
  }
  const active = document.activeElement;
  if (target.contains(active) && active.id) target.dataset.focus = active.id;
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const target = event.detail.target;
  if (target.id === "composer-modes" && kept) {
    pick(kept.mode);
    const way = composer()?.elements.delivered_by;
    if (way && kept.way) way.value = kept.way;
    kept = null;
  }
  if (target.dataset.focus) {
    document.getElementById(target.dataset.focus)?.focus();
    delete target.dataset.focus;
  }
  remembered(target);
  showMode();
});

// A fragment that turns out to be a whole page (the session ended): go where it leads.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (/^\s*<!doctype html/i.test(event.detail.serverResponse ?? "")) {
    event.detail.shouldSwap = false;
    location.reload();
  } else if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// --- the composer

function pick(mode) {
  const form = composer();
  const radio = form?.querySelector(`input[name="mode"][value="${CSS.escape(mode ?? "")}"]`);
  if (radio) radio.checked = true;
  showMode();
}

function showMode() {
  const form = composer();
  if (!form) return;
  const radio = form.querySelector('input[name="mode"]:checked');
  form.dataset.mode = radio?.value ?? "";
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== form.dataset.mode;
  const way = form.querySelector("[data-ways]");
  if (way) way.hidden = form.dataset.mode === "note";
  const text = form.elements.text;
  if (text && radio) text.placeholder = radio.dataset.placeholder;
}

function grow(text) {
  text.rows = Math.min(16, Math.max(3, text.value.split("\n").length + 1));
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.('#composer input[name="mode"]')) {
    showMode();
    composer().elements.text.focus();
  }
  const files = event.target.dataset?.files;
  if (files) document.querySelector(files).textContent = [...event.target.files].map((file) => file.name).join(", ");
});

document.addEventListener("input", (event) => {
  if (event.target.id === "composer-text") grow(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest?.("form");
  if (!form || !event.target.matches("textarea, input")) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("composer-sent", () => {
  const form = composer();
  if (!form) return;
  forget(form);
  form.reset();
  const text = form.elements.text;
  text.value = "";
  grow(text);
  form.elements.form_key.value = crypto.getRandomValues(new Uint8Array(18)).reduce((all, byte) => all + byte.toString(16).padStart(2, "0"), "");
  document.getElementById("composer-problem").textContent = "";
  document.getElementById("composer-files").textContent = "";
  showMode();
});

document.addEventListener("click", (event) => {
  const compose = event.target.closest?.("[data-compose]");
  if (compose) {
    pick(compose.dataset.compose);
    composer()?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    composer()?.elements.text.focus();
  }
  const quote = event.target.closest?.("[data-quote]");
  const text = composer()?.elements.text;
  if (quote && text) {
    const chosen = String(getSelection());
    const source = document.getElementById(quote.dataset.quote);
    const words = source?.contains(getSelection().anchorNode) && chosen ? chosen : (source?.textContent ?? "");
    text.value += `${text.value && !text.value.endsWith("\n") ? "\n" : ""}${words.replace(/^/gm, "> ")}\n`;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }
  const unclip = event.target.closest?.("[data-unclip]");
  if (unclip) {
    document.getElementById(unclip.dataset.unclip)?.removeAttribute("data-clip");
    unclip.remove();
  }
  const copied = event.target.closest?.("[data-copy-text]");
  if (copied) {
    navigator.clipboard?.writeText(copied.dataset.copyText);
    copied.classList.add("is-copied");
    setTimeout(() => copied.classList.remove("is-copied"), 1200);
  }
});

// --- the sheet

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-sheet]");
  if (link && sheet() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const body = document.getElementById("sheet-body");
    body.textContent = "";
    window.htmx.ajax("GET", link.href, { target: "#sheet-body", swap: "innerHTML" }).then(() => {
      if (!body.childElementCount) return;
      if (!sheet().open) sheet().showModal();
      const first = body.querySelector("[autofocus], textarea, select:not([disabled]), input:not([type=hidden])");
      (first ?? sheet()).focus();
    });
  }
  if (event.target.closest?.("[data-sheet-close]") && sheet()?.open) {
    event.preventDefault();
    sheet().close();
  }
  if (event.target === sheet()) sheet().close(); // the background
});

document.addEventListener("sheet-close", () => sheet()?.open && sheet().close());

// --- parts that were folded stay folded

function remembered(root) {
  for (const part of root.querySelectorAll?.("details[data-remember]") ?? []) {
    try {
      if (localStorage.getItem(`dialog-folded:${part.dataset.remember}`)) part.open = false;
    } catch {
      return;
    }
  }
}

document.addEventListener(
  "toggle",
  (event) => {
    const name = event.target.dataset?.remember;
    if (!name) return;
    try {
      if (event.target.open) localStorage.removeItem(`dialog-folded:${name}`);
      else localStorage.setItem(`dialog-folded:${name}`, "1");
    } catch {
      // then it is not remembered
    }
  },
  true,
);

// The page opens at the latest words; pictures above them that load a moment later do not push them out of sight.
function showLast() {
  const last = document.querySelector("#timeline > :last-child");
  if (!last) return;
  const show = () => last.scrollIntoView({ block: "end" });
  show();
  const images = [...document.querySelectorAll("#timeline img")];
  const stop = () => {
    for (const image of images) image.removeEventListener("load", show);
  };
  for (const image of images) image.addEventListener("load", show);
  for (const act of ["wheel", "touchstart", "keydown", "pointerdown"]) window.addEventListener(act, stop, { once: true, passive: true });
  setTimeout(stop, 4000);
}

document.addEventListener("DOMContentLoaded", () => {
  remembered(document);
  showMode();
  const text = document.getElementById("composer-text");
  if (text) grow(text);
  if (!location.hash && !document.querySelector(".registered-note")) showLast();
});

document.addEventListener("draft-restored", () => {
  showMode();
  const text = document.getElementById("composer-text");
  if (text) grow(text);
});
