// While a broadcast runs its figures are fetched anew every two seconds; when it has ended the page is loaded once more.
(function () {
  "use strict";

  const EVERY_MS = 2000;

  function start() {
    for (const button of document.querySelectorAll("[data-confirm]")) {
      button.addEventListener("click", (event) => window.confirm(button.dataset.confirm) || event.preventDefault());
    }
    const place = document.querySelector("[data-progress]");
    if (!place) return;
    const stateOf = () => place.querySelector("[data-status]").dataset;
    const first = stateOf().status;
    if (stateOf().isLive !== "1") return;

    async function look() {
      try {
        const answer = await fetch(place.dataset.progress);
        if (answer.ok) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          place.replaceChildren(...page.body.childNodes);
        }
      } catch (error) {
        // the next look may succeed
      }
      if (stateOf().status !== first) window.location.reload(); // other buttons
      else setTimeout(look, document.hidden ? 5 * EVERY_MS : EVERY_MS);
    }

    setTimeout(look, EVERY_MS);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
