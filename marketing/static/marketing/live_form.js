// A panel that shows what the form beside it means right now: asked of the server a moment after the last change.
(function () {
  "use strict";

  const PAUSE_MS = 350;

  function start() {
    const panel = document.querySelector("[data-live]");
    const form = panel && panel.closest("form");
    if (!form) return;
    let timer = 0;
    let asked = 0;

    async function ask() {
      const number = (asked += 1);
      panel.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(panel.dataset.live, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
        if (number !== asked || !answer.ok) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        panel.replaceChildren(...page.body.childNodes);
      } catch (error) {
        // the form works without it
      } finally {
        if (number === asked) panel.removeAttribute("aria-busy");
      }
    }

    function askSoon() {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
    }

    form.addEventListener("input", askSoon);
    form.addEventListener("change", askSoon);
    if (window.django && django.jQuery) django.jQuery(form).on("change", "select", askSoon); // Select2 speaks jQuery only
    ask();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
