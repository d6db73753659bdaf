/** Questions that need more than one click: why to close, a canned reply to keep, which keys there are. */
import { el, iconButton, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { areLettersOn, setLetters } from "./shortcuts.js";

const CLOSE_REASONS = ["resolved", "no_reply", "duplicate", "spam", "other"];
const TITLE_MAX = 60;
const SHORTCUT_MAX = 30;
const TEXT_MAX = 2_000;
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
  [["/"], "help.canned"],
  [["Alt 1", "2", "3"], "help.suggest"],
  [["Alt Shift 1"], "help.suggestSend"],
  [["Enter"], "help.send"],
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

  askCanned(onSave) {
    const line = (name, key, maxlength, required) =>
      el(
        "label",
        { class: "field" },
        el("span", { text: t(key) }),
        el("input", { type: "text", name, class: "input", maxlength, required }),
      );
    const text = el("textarea", { name: "text", class: "input", rows: "4", maxlength: TEXT_MAX, required: true });
    const body = [
      line("title", "canned.field.title", TITLE_MAX, true),
      el("label", { class: "field" }, el("span", { text: t("canned.field.text") }), text),
      line("shortcut", "canned.field.shortcut", SHORTCUT_MAX, false),
      el("p", { class: "dialog-text", text: t("canned.places") }),
    ];
    this.ask("canned.add", body, "canned.save", (form) =>
      onSave(Object.fromEntries(["title", "text", "shortcut"].map((name) => [name, form.get(name).trim()]))),
    );
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

  /**
   * A native dialog: keeps the focus inside, closes with Escape, gives the focus back. When `onSubmit` returns a
   * text, or promises one, the dialog stays and shows it.
   */
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
    const error = el("p", { class: "dialog-error", role: "alert", hidden: true });
    const form = el(
      "form",
      { class: "dialog-form" },
      el("header", { class: "dialog-head" }, heading, dismiss),
      ...body.filter(Boolean),
      error,
      el("footer", { class: "dialog-foot" }, cancel, submit),
    );
    const dialog = el("dialog", { class: "dialog", "aria-labelledby": "dialog-title" }, form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const refusal = await onSubmit(new FormData(form));
      submit.disabled = false;
      error.textContent = refusal || "";
      toggle(error, Boolean(refusal));
      if (!refusal) dialog.close();
    });
    this.closeFromOutside(dialog, form);
    dialog.addEventListener("close", () => dialog.remove());
    this.root.append(dialog);
    dialog.showModal();
  }

  /** A click beside it closes a dialog, but not where text was typed, nor a selection that was drawn over its edge. */
  closeFromOutside(dialog, form) {
    let isTyped = false;
    let isFromOutside = false;
    form.addEventListener("input", ({ target }) => (isTyped ||= target.matches("textarea, [type=text], input:not([type])")));
    dialog.addEventListener("pointerdown", ({ target }) => (isFromOutside = target === dialog));
    dialog.addEventListener("click", ({ target }) => target === dialog && isFromOutside && !isTyped && dialog.close());
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
