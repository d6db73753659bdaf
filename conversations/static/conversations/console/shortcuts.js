/** The keyboard: single letters outside of text fields, Escape step by step outwards. */
import { VIEWS } from "./store.js";

const STORED = "cs.shortcuts";
const TEXT_FIELDS = "input, textarea, select, [contenteditable]";

/** Single letters can be switched off: speech input and shaky hands trigger them by accident. */
export function areLettersOn() {
  return localStorage.getItem(STORED) !== "off";
}

export function setLetters(isOn) {
  localStorage.setItem(STORED, isOn ? "on" : "off");
}

/** `actions` names what the console can do; each is called without arguments unless said otherwise. */
export function bindShortcuts(actions, isBlocked) {
  const keys = {
    j: () => actions.move(1),
    k: () => actions.move(-1),
    t: actions.claim,
    r: actions.reply,
    n: actions.note,
    g: actions.openNext,
    i: actions.toggleFacts,
    "?": actions.help,
  };
  VIEWS.forEach((view, at) => (keys[String(at + 1)] = () => actions.showView(view)));

  addEventListener("keydown", (event) => {
    const place = event.altKey && /^Digit[123]$/.test(event.code) ? Number(event.code.at(-1)) - 1 : -1;
    if (place >= 0 && !event.ctrlKey && !event.metaKey && !isBlocked()) {
      event.preventDefault(); // on a Mac the key would type a character
      return actions.suggest(place, event.shiftKey);
    }
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isBlocked()) return;
    if (event.key === "Escape") return actions.escape(event);
    if (event.target.matches?.(TEXT_FIELDS) || !areLettersOn()) return;
    const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}
