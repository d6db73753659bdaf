/** A "/" in the composer opens the canned replies above it: typed on to search, arrows and Enter to choose. */
import { el, setAttribute, toggle } from "./dom.js";
import { t } from "./i18n.js";

const CALL = /(?:^|\s)\/(\S*)$/;
const SHOWN_MAX = 8;

export class Picker {
  /** `onPick(item)` gets the chosen reply after the slash and what followed it are gone from the text. */
  constructor(root, field, { canned, fill, onPick }) {
    Object.assign(this, { field, canned, fill, onPick });
    this.at = 0;
    this.found = [];
    this.list = el("ul", { class: "picker", id: "picker", role: "listbox", "aria-label": t("canned.title"), hidden: true });
    root.append(this.list);
    for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": "picker" }))
      setAttribute(field, name, value);
    field.addEventListener("input", () => this.look());
    field.addEventListener("click", () => this.look());
    // A click on a reply takes the focus for a moment first.
    field.addEventListener("blur", () => setTimeout(() => document.activeElement !== field && this.close(), 150));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  look() {
    const call = CALL.exec(this.field.value.slice(0, this.field.selectionStart));
    if (!call) return this.close();
    this.found = this.canned.search(call[1]).slice(0, SHOWN_MAX);
    this.at = 0;
    this.draw();
  }

  draw() {
    toggle(this.list, this.found.length > 0);
    setAttribute(this.field, "aria-expanded", String(this.found.length > 0));
    this.list.replaceChildren(
      ...this.found.map((item, place) =>
        el(
          "li",
          {
            class: "picker-item",
            id: `picker-${place}`,
            role: "option",
            "aria-selected": String(place === this.at),
            on: { pointerdown: (event) => this.choose(event, place) },
          },
          el("span", { class: "card-title", text: item.title }),
          item.shortcut ? el("kbd", { text: `/${item.shortcut}` }) : null,
          el("span", { class: "card-soft picker-text", text: this.fill(item.text) }),
        ),
      ),
    );
    setAttribute(this.field, "aria-activedescendant", this.found.length > 0 ? `picker-${this.at}` : null);
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  choose(event, place) {
    event.preventDefault();
    this.at = place;
    this.pick();
  }

  /** Returns whether the key was meant for the open list. */
  onKey(event) {
    if (!this.isOpen) return false;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      this.at = (this.at + moves[event.key] + this.found.length) % this.found.length;
      this.draw();
    } else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey) this.pick();
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  pick() {
    const item = this.found[this.at];
    const { value, selectionStart } = this.field;
    const before = value.slice(0, selectionStart).replace(CALL, (call) => (/^\s/.test(call) ? call[0] : ""));
    this.field.value = before + value.slice(selectionStart);
    this.field.selectionStart = this.field.selectionEnd = before.length;
    this.close();
    this.onPick(item);
  }

  close() {
    if (!this.isOpen) return;
    this.found = [];
    this.draw();
  }
}
