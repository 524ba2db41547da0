// SPDX-License-Identifier: Apache-2.0
// What is being written stays in this browser until it was sent: <form data-draft="name">. A form that the server
// refused and filled in again is not overwritten.

const PREFIX = "dialog-draft:";
const MOST_DAYS = 14;
const SKIPPED = new Set(["csrf_token", "form_key", "version"]);
const saving = new WeakMap();

// The drafts of one person are not shown to the next one in the same browser.
const keyOf = (form) => `${PREFIX}${document.body.dataset.person ?? ""}:${form.dataset.draft}`;

function fieldsOf(form) {
  return [...form.elements].filter((each) => each.name && !SKIPPED.has(each.name) && each.type !== "file" && each.type !== "submit");
}

export function save(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    if (field.type === "checkbox") values[`${field.name}=${field.value}`] = field.checked; // several may have one name
    else if (field.type === "radio") {
      if (field.checked) values[field.name] = field.value;
    } else values[field.name] = field.value;
  }
  const state = form.querySelector("[data-draft-state]");
  const text = form.querySelector("textarea")?.value.trim();
  try {
    if (text) localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
    else localStorage.removeItem(keyOf(form));
    if (state) state.textContent = text ? state.dataset.kept : "";
  } catch {
    if (state) state.textContent = "";
  }
}

export function restore(form) {
  if (form.querySelector("textarea")?.value) return; // the server gave back what it refused
  if (location.search && form.hasAttribute("data-draft-plain")) return; // the address says what the form is about
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(keyOf(form)) ?? "null");
  } catch {
    return;
  }
  if (!kept || Date.now() - kept.at > MOST_DAYS * 86_400_000) return;
  for (const field of fieldsOf(form)) {
    const value = kept.values[field.type === "checkbox" ? `${field.name}=${field.value}` : field.name];
    if (value === undefined) continue;
    if (field.type === "checkbox") field.checked = value;
    else if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = state.dataset.kept;
  form.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
}

export function forget(form) {
  clearTimeout(saving.get(form));
  try {
    localStorage.removeItem(keyOf(form));
  } catch {
    // nothing was kept then either
  }
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = "";
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(saving.get(form));
  saving.set(form, setTimeout(save, 300, form));
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (form) save(form);
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = event.detail.elt?.closest?.("form[data-draft]");
  if (form && event.detail.xhr.getResponseHeader("HX-Redirect")) forget(form);
});

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
});
