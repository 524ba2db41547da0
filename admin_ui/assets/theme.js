// SPDX-License-Identifier: Apache-2.0
// Loaded in <head> without `defer`, so that the colours are right before the first paint.
// The choice is "light", "dark" or "auto" (follow the system) and stays in this browser.

const KEY = "dialog-theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try {
    const value = window.localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto"; // storage may be closed in a private window
  }
}

function apply() {
  const choice = chosen();
  const root = document.documentElement;
  root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
  root.dataset.themeChoice = choice;
}

function choose(value) {
  try {
    if (value === "light" || value === "dark") window.localStorage.setItem(KEY, value);
    else window.localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts for this page.
    document.documentElement.dataset.bsTheme = value;
    return;
  }
  apply();
}

apply();
dark.addEventListener("change", apply);
window.addEventListener("storage", (event) => event.key === KEY && apply());
window.dialogTheme = { chosen, choose };
