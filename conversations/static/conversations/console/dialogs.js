/** Questions that need more than one click: whom to transfer to, why to close, which keys there are. */
import { config } from "./config.js";
import { el, iconButton, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { areLettersOn, setLetters } from "./shortcuts.js";

const CLOSE_REASONS = ["resolved", "no_reply", "duplicate", "spam", "other"];
const SEARCH_FROM_AGENTS = 7;
const MAX_NOTE = 500;

const SHORTCUTS = [
  [["J", "K"], "help.move"],
  [["Enter"], "help.enter"],
  [["1", "2", "3", "4"], "help.views"],
  [["T"], "help.claim"],
  [["R"], "help.reply"],
  [["N"], "help.note"],
  [["G"], "help.next"],
  [["I"], "help.facts"],
  [["Enter", "Ctrl/⌘ Enter"], "help.send"],
  [["Shift Enter"], "help.newline"],
  [["Esc"], "help.escape"],
  [["?"], "help.help"],
];

export class Dialogs {
  constructor(root, desk) {
    Object.assign(this, { root, desk });
  }

  get isOpen() {
    return Boolean(this.root.querySelector("dialog[open]"));
  }

  askClose(id) {
    const other = el("input", {
      type: "text",
      name: "other",
      class: "input",
      maxlength: MAX_NOTE,
      "aria-label": t("close.other.label"),
      placeholder: t("close.other.label"),
      hidden: true,
    });
    const choices = CLOSE_REASONS.map((reason, at) => radio("reason", reason, t(`close.${reason}`), at === 0));
    const fields = el("fieldset", { class: "choices" }, el("legend", { text: t("close.reason") }), ...choices, other);
    fields.addEventListener("change", ({ target }) => {
      toggle(other, target.value === "other");
      if (target.value === "other") other.focus();
    });
    const body = [el("p", { class: "dialog-text", text: t("close.text") }), fields];
    this.ask("close.title", body, "close.submit", (form) => {
      const reason = form.get("reason");
      this.desk.close(id, reason === "other" && form.get("other").trim() ? form.get("other").trim() : reason);
    });
  }

  askTransfer(id) {
    const colleagues = (config.agents ?? []).filter((agent) => agent.id !== config.user.id);
    const choices = colleagues.map((agent, at) => radio("agent", agent.id, agent.name, at === 0));
    const search = el("input", {
      type: "search",
      class: "input",
      placeholder: t("transfer.search"),
      "aria-label": t("transfer.search"),
      hidden: colleagues.length < SEARCH_FROM_AGENTS,
    });
    search.addEventListener("input", () => {
      const wanted = search.value.trim().toLowerCase();
      for (const choice of choices) toggle(choice, choice.textContent.toLowerCase().includes(wanted));
    });
    const list = el(
      "fieldset",
      { class: "choices choices-scroll" },
      el("legend", { text: t("transfer.to") }),
      ...choices,
    );
    const note = el("textarea", {
      name: "note",
      class: "input",
      rows: "3",
      maxlength: MAX_NOTE,
      placeholder: t("transfer.note"),
      "aria-label": t("transfer.note"),
    });
    const body = colleagues.length
      ? [search, list, note]
      : [el("p", { class: "dialog-text", text: t("transfer.none") })];
    const submit = (form) => this.desk.transfer(id, Number(form.get("agent")), form.get("note").trim());
    this.ask("transfer.title", body, colleagues.length ? "transfer.submit" : null, submit);
  }

  showHelp() {
    const keys = SHORTCUTS.map(([names, key]) =>
      el(
        "div",
        { class: "shortcut" },
        el("dt", {}, ...names.map((name) => el("kbd", { text: name }))),
        el("dd", { text: t(key) }),
      ),
    );
    const letters = el("input", { type: "checkbox", checked: areLettersOn() });
    letters.addEventListener("change", () => setLetters(letters.checked));
    const choice = el("label", { class: "choice" }, letters, el("span", { text: t("help.letters") }));
    this.ask("help.title", [el("dl", { class: "shortcuts" }, ...keys), choice], null, () => {});
  }

  /** A native dialog: keeps the focus inside, closes with Escape, gives the focus back. */
  ask(title, body, submitKey, onSubmit) {
    if (this.isOpen) return;
    const heading = el("h2", { id: "dialog-title", text: t(title) });
    const dismiss = iconButton({ name: "close", label: t("help.close"), bare: true, onClick: () => dialog.close() });
    const cancel = el("button", {
      type: "button",
      class: "button",
      text: t(submitKey ? "action.cancel" : "help.close"),
      on: { click: () => dialog.close() },
    });
    const submit = submitKey && el("button", { type: "submit", class: "button button-primary", text: t(submitKey) });
    const form = el(
      "form",
      { class: "dialog-form" },
      el("header", { class: "dialog-head" }, heading, dismiss),
      ...body,
      el("footer", { class: "dialog-foot" }, cancel, submit),
    );
    const dialog = el("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onSubmit(new FormData(form));
      dialog.close();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    this.root.append(dialog);
    dialog.showModal();
  }
}

function radio(name, value, label, isChecked) {
  return el(
    "label",
    { class: "choice" },
    el("input", { type: "radio", name, value, checked: isChecked }),
    el("span", { text: label }),
  );
}
