// SPDX-License-Identifier: Apache-2.0
// Any element with data-theme-value="light|dark|auto" chooses the colours; the current one has aria-pressed="true".

function mark() {
  const current = window.dialogTheme?.chosen() ?? "auto";
  for (const element of document.querySelectorAll("[data-theme-value]")) {
    element.setAttribute("aria-pressed", String(element.dataset.themeValue === current));
  }
}

document.addEventListener("click", (event) => {
  const element = event.target.closest?.("[data-theme-value]");
  if (!element) return;
  event.preventDefault();
  window.dialogTheme?.choose(element.dataset.themeValue);
  mark();
});

document.addEventListener("DOMContentLoaded", mark);
document.addEventListener("htmx:load", mark);
