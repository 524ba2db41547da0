// SPDX-License-Identifier: Apache-2.0
// Further fields that are there, and required, only under conditions: <form data-fields-check="/…"> asks the server,
// which alone knows the conditions, while one fills it in.

const WAIT_MS = 250;
const waiting = new WeakMap();
const asked = new WeakMap();

function show(field, isVisible, isRequired) {
  const isNew = field.hidden === isVisible;
  field.hidden = !isVisible;
  field.toggleAttribute("data-required", isRequired);
  // What is hidden is not sent.
  for (const input of field.querySelectorAll("input, select, textarea")) input.disabled = !isVisible;
  return isNew;
}

function settle(form) {
  for (const group of form.querySelectorAll("[data-ticket-fields]")) {
    group.hidden = !group.querySelector("[data-ticket-field]:not([hidden])");
  }
}

async function check(form, rounds = 5) {
  if (!form.isConnected || !form.querySelector("[data-ticket-field]")) return;
  const values = new FormData(form);
  for (const [name, value] of [...values]) if (value instanceof File) values.delete(name);
  const turn = (asked.get(form) ?? 0) + 1;
  asked.set(form, turn);
  const token = document.querySelector('meta[name="csrf-token"]').content;
  try {
    const answer = await fetch(form.dataset.fieldsCheck, { method: "POST", body: values, headers: { "X-CSRFToken": token, "HX-Request": "true" } });
    if (!answer.ok || answer.redirected || asked.get(form) !== turn) return;
    const found = await answer.json();
    let isNew = false;
    for (const field of form.querySelectorAll("[data-ticket-field]")) {
      const key = field.dataset.ticketField;
      isNew = show(field, found.visible.includes(key), found.required.includes(key)) || isNew;
    }
    settle(form);
    // What has come back brings its value with it, which others may depend on.
    if (isNew && rounds > 0) await check(form, rounds - 1);
  } catch {
    // the next change asks again, and the server judges what is sent
  }
}

function checkSoon(event) {
  const form = event.target.closest?.("form[data-fields-check]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(check, WAIT_MS, form));
}

function ready(root) {
  for (const form of root.querySelectorAll?.("form[data-fields-check]") ?? []) {
    for (const field of form.querySelectorAll("[data-ticket-field]")) {
      show(field, !field.hidden, field.hasAttribute("data-required"));
    }
    settle(form);
  }
}

document.addEventListener("input", checkSoon);
document.addEventListener("change", checkSoon);
document.addEventListener("draft-restored", checkSoon);
document.addEventListener("DOMContentLoaded", () => ready(document));
document.addEventListener("htmx:load", (event) => ready(event.target.parentElement ?? event.target));
