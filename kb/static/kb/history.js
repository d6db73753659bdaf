// Imports of conversations: progress is fetched anew while one works; the names of a column are shown when it is chosen.
// Review of a question: an answer is taken over by a click, decisions have keys.
(function () {
  "use strict";

  const EVERY_MS = 1500;

  function watch(place) {
    const stateOf = () => place.querySelector("[data-status]").dataset;
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
      // The columns are asked for on the page itself, and its end has other buttons.
      if (stateOf().isLive !== "1") window.location.reload();
      else setTimeout(look, document.hidden ? 5 * EVERY_MS : EVERY_MS);
    }

    setTimeout(look, EVERY_MS);
  }

  function nameColumns(form) {
    const look = form.querySelector("[data-look]");
    look.hidden = true;
    form.elements.who.addEventListener("change", () => form.requestSubmit(look.querySelector("button")));
  }

  function review(form) {
    for (const button of document.querySelectorAll("[data-use]")) {
      button.addEventListener("click", () => {
        form.elements.answer.value = button.closest(".bo-reply").querySelector("[data-answer]").innerText;
        form.elements.answer.focus();
      });
    }
  }

  function press(event) {
    const form = document.querySelector("[data-review]");
    const isWriting = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "j" && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = document.querySelector("[data-next]");
      if (next) window.location.assign(next.href);
      return;
    }
    if (!form || !(event.ctrlKey || event.metaKey) || (event.key === "Backspace" && isWriting)) return;
    const button = [...form.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  }

  function start() {
    for (const button of document.querySelectorAll("[data-confirm]")) {
      button.addEventListener("click", (event) => window.confirm(button.dataset.confirm) || event.preventDefault());
    }
    const place = document.querySelector("[data-progress]");
    if (place) watch(place);
    const columns = document.querySelector("[data-columns]");
    if (columns) nameColumns(columns);
    const form = document.querySelector("[data-review]");
    if (form) review(form);
    document.addEventListener("keydown", press);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
