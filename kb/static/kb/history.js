// Imports of conversations: progress is fetched anew while one works; the names of a column are shown when it is chosen.
// Review of a question: an answer is taken over by a click, decisions have keys.
(function () {
  "use strict";

  const EVERY_MS = 1500;
  const PAUSE_MS = 250; // in writing, before the words are looked for

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

  // What to merge into is looked for while one writes; the list stays as it is when the network fails.
  function merge(form) {
    const words = form.querySelector("[type=search]");
    const list = form.elements.target;
    let waiting = 0;
    words.hidden = false;

    async function look() {
      const wanted = words.value;
      try {
        const answer = await fetch(`${form.dataset.merge}?words=${encodeURIComponent(wanted)}`);
        if (answer.ok && words.value === wanted) list.innerHTML = await answer.text();
      } catch (error) {
        // the next letter looks again
      }
    }

    words.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, PAUSE_MS);
    });
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      event.preventDefault(); // Enter goes to the list: what is merged is seen before
      list.focus();
    });
  }

  function letter(key, form) {
    const next = document.querySelector("[data-next]");
    const words = document.getElementById("merge-words");
    if (key === "j" && next) window.location.assign(next.href);
    else if (key === "m" && words) words.focus();
    else if (form) {
      const button = form.querySelector(`[data-letter="${CSS.escape(key)}"]`);
      if (button) form.requestSubmit(button);
    }
  }

  function press(event) {
    if (event.isComposing || event.altKey || event.repeat) return;
    const form = document.querySelector("[data-review]");
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && field) field.blur();
    if (!event.ctrlKey && !event.metaKey) {
      if (field || event.key.length !== 1) return;
      if (event.key === "m") event.preventDefault();
      letter(event.key.toLowerCase(), form);
      return;
    }
    const button = form && [...form.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
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
    const target = document.querySelector("[data-merge]");
    if (target) merge(target);
    document.addEventListener("keydown", press);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
