// SPDX-License-Identifier: Apache-2.0
// The entry of the staff UI, loaded with `defer` on each page. README.md beside it says how to add to it.

import htmx from "./lib/htmx.js";
import "htmx-ext-sse/dist/sse.esm.js";
// Only the Bootstrap parts in use. They listen for `data-bs-toggle` on the document, so that fragments which htmx
// brings in later work without any further step.
import "@tabler/core/js/src/bootstrap/alert";
import "@tabler/core/js/src/bootstrap/collapse";
import "@tabler/core/js/src/bootstrap/dropdown";
import "@tabler/core/js/src/bootstrap/modal";
import "@tabler/core/js/src/bootstrap/offcanvas";
import "@tabler/core/js/src/bootstrap/tab";
import "./lib/theme-switch.js";
import "./lib/shell.js";
import "./lib/live.js";
import "./lib/drafts.js";
import "./lib/fields.js";
import "./lib/lookup.js";
import "./lib/queue.js";
import "./lib/ticket.js";

window.htmx = htmx;
