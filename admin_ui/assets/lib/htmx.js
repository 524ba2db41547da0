// SPDX-License-Identifier: Apache-2.0
// htmx under the platform's Content-Security-Policy: no inline script, no inline style, no eval.

import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false; // they stand in app.css: an inserted <style> would be refused
htmx.config.attributesToSettle = ["class"]; // a style attribute that is copied would be refused like any inline style
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // no customer's data is left behind in the browser's storage
htmx.config.refreshOnHistoryMiss = true;
htmx.config.timeout = 20_000;

// Forms carry their own token; all other requests take it from <meta name="csrf-token">.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

export default htmx;
