// SPDX-License-Identifier: Apache-2.0
// Lists of tickets: they follow what happens, show which rows have changed, and obey a few keys.

const WAIT_MS = 800;
let soon = 0;

const list = () => document.querySelector("[data-live-list]");

async function refresh() {
  const element = list();
  if (!element || document.hidden) return;
  const before = new Map([...element.querySelectorAll(".ticket-row")].map((row) => [row.id, row.dataset.changed]));
  const focused = document.activeElement?.closest?.(".ticket-row")?.id;
  await window.htmx.ajax("GET", element.dataset.liveUrl, { target: "#queue-list", swap: "innerHTML" });
  for (const row of list()?.querySelectorAll(".ticket-row") ?? []) {
    if (before.size && before.get(row.id) !== row.dataset.changed) row.classList.add("has-changed");
  }
  if (focused) document.querySelector(`#${CSS.escape(focused)} .row-link`)?.focus();
}

document.addEventListener("live", (event) => {
  if (!list()) return;
  const { kind, ticket_id: id } = event.detail;
  if (kind !== "poll" && !id) return;
  if (!soon) {
    soon = setTimeout(() => {
      soon = 0;
      refresh();
    }, WAIT_MS);
  }
});

// The way back leads to the list that one came from.
document.addEventListener("DOMContentLoaded", () => {
  try {
    if (list()) sessionStorage.setItem("dialog-list", location.pathname + location.search);
    const back = document.querySelector("[data-back]");
    const address = sessionStorage.getItem("dialog-list");
    if (back && address?.startsWith("/queue")) back.href = address;
  } catch {
    // then it leads to the first list
  }
});

document.addEventListener("htmx:pushedIntoHistory", () => {
  try {
    if (list()) sessionStorage.setItem("dialog-list", location.pathname + location.search);
  } catch {
    // as above
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-auto-submit]")) event.target.form.requestSubmit();
});

// --- keys: never while somebody types or a dialog is open

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll(".ticket-row .row-link")];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(rows.length - 1, at + 1) : Math.max(0, at - 1);
    event.preventDefault();
    rows[next].focus();
    return;
  }
  const target = [...document.querySelectorAll("[data-shortcut]")].find((each) => each.dataset.shortcut === event.key);
  if (!target) return;
  event.preventDefault();
  if (target.matches("textarea, input")) target.focus();
  else target.click();
});

// --- the new-ticket form: what is still asked for, while one writes

let checking = 0;

async function check(form) {
  const place = document.getElementById("new-check");
  if (!place) return;
  const values = new FormData(form);
  values.delete("files");
  const token = document.querySelector('meta[name="csrf-token"]').content;
  try {
    const answer = await fetch(place.dataset.check, { method: "POST", body: values, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  } catch {
    // the next change asks again
  }
}

function checkSoon(event) {
  const form = event.target.closest?.("form.new-ticket");
  if (!form || !form.isConnected) return;
  clearTimeout(checking);
  checking = setTimeout(check, 400, form);
}

document.addEventListener("input", checkSoon);
document.addEventListener("change", checkSoon);
document.addEventListener("draft-restored", checkSoon);

// --- several inputs of one kind

document.addEventListener("click", (event) => {
  const add = event.target.closest?.("[data-several-add]");
  if (!add) return;
  const last = [...add.parentElement.querySelectorAll("input")].pop();
  const next = last.cloneNode();
  next.value = "";
  last.after(next);
  next.focus();
});
