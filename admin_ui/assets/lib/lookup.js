// SPDX-License-Identifier: Apache-2.0
// An input that looks up while one types: [data-lookup="/lookup/…"] with an input, a hidden id and a list of options.

const WAIT_MS = 180;
const waiting = new WeakMap();
const asked = new WeakMap();

const partsOf = (box) => ({
  input: box.querySelector("[role=combobox]"),
  id: box.querySelector("[data-lookup-id]"),
  list: box.querySelector("[role=listbox]"),
  chosen: box.querySelector("[data-lookup-chosen]"),
});

function hide(box) {
  const { input, list } = partsOf(box);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function mark(box, id) {
  const { id: field, chosen } = partsOf(box);
  const changed = field.value !== id;
  field.value = id;
  chosen.hidden = !id;
  const name = field.name.replace(/_id$/, "");
  for (const part of document.querySelectorAll(`[data-only-new="${name}"]`)) part.hidden = Boolean(id);
  if (changed) field.dispatchEvent(new Event("change", { bubbles: true }));
}

async function look(box) {
  const { input, list } = partsOf(box);
  const text = input.value.trim();
  asked.set(box, text);
  if (text.length < 2) return hide(box);
  try {
    const answer = await fetch(`${box.dataset.lookup}?q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } });
    const options = answer.ok && !answer.redirected ? await answer.text() : "";
    // Whoever is in another field already would have it covered by the late list.
    if (!options || asked.get(box) !== text || document.activeElement !== input) return;
    list.innerHTML = options;
    for (const [index, option] of list.querySelectorAll("[role=option]").entries()) option.id = `${list.id}-${index}`;
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  } catch {
    hide(box);
  }
}

function choose(box, option) {
  const { input } = partsOf(box);
  input.value = option.dataset.title;
  if (box.dataset.lookup.includes("tickets")) input.value = option.dataset.id;
  mark(box, option.dataset.id);
  hide(box);
  const organisation = option.dataset.organisation;
  const other = box.closest("form")?.querySelector('[data-lookup-id][name="organisation_id"]')?.closest("[data-lookup]");
  if (organisation && other && other !== box && !partsOf(other).input.value) {
    partsOf(other).input.value = option.dataset.organisationName;
    mark(other, organisation);
  }
}

function step(box, by) {
  const { input, list } = partsOf(box);
  const options = [...list.querySelectorAll("[role=option]")];
  if (list.hidden || !options.length) return;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(at + by + options.length) % options.length];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[role=combobox]")?.closest("[data-lookup]");
  if (!box) return;
  mark(box, "");
  clearTimeout(waiting.get(box));
  waiting.set(box, setTimeout(look, WAIT_MS, box));
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[role=combobox]")?.closest("[data-lookup]");
  if (!box) return;
  const { list } = partsOf(box);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) look(box);
    else step(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden) {
    const option = list.querySelector('[aria-selected="true"]');
    if (option) {
      event.preventDefault();
      choose(box, option);
    }
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    hide(box);
  }
});

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".lookup-option");
  if (!option) return;
  event.preventDefault(); // the input keeps the focus
  choose(option.closest("[data-lookup]"), option);
});

document.addEventListener("click", (event) => {
  const clear = event.target.closest?.("[data-lookup-clear]");
  if (!clear) return;
  const box = clear.closest("[data-lookup]");
  partsOf(box).input.value = "";
  mark(box, "");
  hide(box);
  partsOf(box).input.focus();
});

document.addEventListener("focusout", (event) => {
  const box = event.target.closest?.("[data-lookup]");
  if (box && !box.contains(event.relatedTarget)) hide(box);
});

function ready(root) {
  for (const box of root.querySelectorAll("[data-lookup]")) {
    const { id, chosen } = partsOf(box);
    chosen.hidden = !id.value;
    const name = id.name.replace(/_id$/, "");
    for (const part of document.querySelectorAll(`[data-only-new="${name}"]`)) part.hidden = Boolean(id.value);
  }
}

document.addEventListener("DOMContentLoaded", () => ready(document));
document.addEventListener("draft-restored", (event) => ready(event.target));
document.addEventListener("htmx:load", (event) => ready(event.target));
