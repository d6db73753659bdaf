// While a file is read or stored the page asks how far it is; when the next step is reached it is loaded anew.
(function () {
  "use strict";

  const EVERY_MS = 500;
  const FOLLOWS = { waiting: "reading", queued: "storing" }; // no other page

  function watch(place) {
    const bar = place.querySelector("progress");
    const count = place.querySelector("[data-count]");
    const slow = place.querySelector("[data-slow]");
    const began = Date.now();

    async function look() {
      try {
        const answer = await fetch(place.dataset.upload, { headers: { Accept: "application/json" } });
        if (answer.ok) {
          const { stage, done, of } = await answer.json();
          if (stage !== place.dataset.stage && stage !== FOLLOWS[place.dataset.stage]) {
            window.location.reload();
            return;
          }
          if (of) {
            bar.max = of;
            bar.value = done;
            count.textContent = `${done} / ${of}`;
          } else if (Date.now() - began > 15_000) slow.hidden = false;
        }
      } catch (error) {
        // the next look may succeed
      }
      setTimeout(look, document.hidden ? 4 * EVERY_MS : EVERY_MS);
    }

    setTimeout(look, EVERY_MS);
  }

  function start() {
    const place = document.querySelector("[data-upload]");
    if (place) watch(place);
    for (const form of document.querySelectorAll("form[data-busy]")) {
      form.addEventListener("submit", () => {
        const button = form.querySelector("button[type=submit]");
        button.disabled = true;
        button.textContent = form.dataset.busy;
      });
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
