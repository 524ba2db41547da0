// SPDX-License-Identifier: Apache-2.0
// What every page does: toasts, copying, one submit per form, the search key, the state of the live connection.

const SHOWN_FOR = 6000;

function dismiss(toast) {
  toast.remove();
}

function start(toast) {
  // What went wrong stays until it was read.
  if (toast.dataset.kind !== "error") setTimeout(dismiss, SHOWN_FOR, toast);
}

// From a response: HX-Trigger: {"toast": {"text": "…", "kind": "success|warning|error|info"}}
document.addEventListener("toast", (event) => {
  const stack = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!stack || !template || !event.detail?.text) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.kind = event.detail.kind ?? "info";
  toast.querySelector(".toast-text").textContent = event.detail.text;
  stack.append(toast);
  start(toast);
});

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-toast-close]");
  if (close) dismiss(close.closest("[data-toast]"));
});

// --- copying

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  if (!source) return;
  const text = source.value ?? source.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    source.select?.(); // over plain http the clipboard is closed to scripts
    document.execCommand("copy");
  }
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-select-all]")) event.target.select();
});

// --- tabs that do not fit: the present one is in sight, and that there are more on either side

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".page-tabs [aria-current], .queue-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
});

// --- one submit per form: a double click sends once. htmx has hx-sync and hx-disabled-elt for its own requests.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button:not([type=button])")) button.classList.add("is-sending");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".is-sending")) button.classList.remove("is-sending");
  }
});

// --- a question before a step that is hard to undo: <form data-confirm="…">

document.addEventListener(
  "submit",
  (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  },
  true,
);

// --- keys

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const target = [...document.querySelectorAll("[data-hotkey]")].find((each) => each.dataset.hotkey === event.key);
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.select?.();
});

// --- the live connection (server-sent events through htmx)

function live(state) {
  for (const element of document.querySelectorAll("[data-live-state]")) {
    element.hidden = false;
    element.dataset.live = state;
    const dot = element.querySelector(".live-dot");
    if (dot) dot.dataset.live = state;
  }
}

document.addEventListener("htmx:sseOpen", () => live("on"));
document.addEventListener("htmx:sseError", () => live("off"));

document.addEventListener("DOMContentLoaded", () => {
  for (const toast of document.querySelectorAll("[data-toast]")) start(toast);
});
