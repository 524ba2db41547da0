/* SPDX-License-Identifier: Apache-2.0 */
/* Load the page again when the module behind it was loaded anew; what somebody is writing is not taken away. */
(() => {
  const panel = document.getElementById("dialog-dev");
  if (!panel) return;
  const { boot, method } = panel.dataset;
  const OPEN = "dialog-dev-open";
  let isWriting = false;

  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const visible = () =>
    document.hidden
      ? new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }))
      : Promise.resolve();

  function arrive() {
    if (isWriting) {
      panel.classList.add("is-stale");
    } else if (method === "GET") {
      location.reload();
    } else {
      location.replace(location.href);
    }
  }

  async function follow() {
    for (;;) {
      await visible();
      const ending = new AbortController();
      const hide = () => ending.abort();
      // A page that nobody looks at keeps no connection: browsers have six for all pages of a server.
      document.addEventListener("visibilitychange", hide, { once: true });
      try {
        const answer = await fetch(`/-/dev/changes?boot=${boot}`, { signal: ending.signal, cache: "no-store" });
        const found = await answer.json();
        if (found.boot !== boot) return arrive();
      } catch {
        await pause(300);
      } finally {
        document.removeEventListener("visibilitychange", hide);
      }
    }
  }

  document.addEventListener("input", (event) => { isWriting ||= !panel.contains(event.target); }, true);
  document.addEventListener("submit", () => { isWriting = false; }, true);
  if (panel.tagName === "DETAILS") {
    panel.open = sessionStorage.getItem(OPEN) === "yes";
    panel.addEventListener("toggle", () => sessionStorage.setItem(OPEN, panel.open ? "yes" : "no"));
    panel.querySelector(".dev-stale").addEventListener("click", (event) => { event.preventDefault(); isWriting = false; arrive(); });
    for (const select of panel.querySelectorAll("select")) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
  }
  follow();
})();
