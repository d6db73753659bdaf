/** Where an agent writes: replies in own chats, notes in any, a draft for each conversation. */
import { config } from "./config.js";
import { el, icon, perFrame, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { canClaim } from "./header.js";
import { customerName, stateOf } from "./names.js";

const MAX_CHARACTERS = config.max_characters ?? 2_000;
const COUNT_FROM_LEFT = 200;
const MODES = ["message", "note"];

export class Composer {
  constructor(root, { store, desk, drafts }) {
    Object.assign(this, { root, store, desk, drafts });
    this.mode = "message";
    this.build();
    const render = perFrame(() => this.render());
    store.on("rows", render);
    store.on("open", () => this.opened());
    desk.on("command", render);
  }

  build() {
    this.tabs = { message: this.tab("message", "composer.reply"), note: this.tab("note", "composer.note", "lock") };
    this.text = el("textarea", {
      class: "composer-text",
      rows: "2",
      maxlength: MAX_CHARACTERS,
      dir: "auto",
      enterkeyhint: "send",
    });
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    this.text.addEventListener("input", () => this.onInput());
    this.sendButton = el("button", { type: "submit", class: "button button-primary" }, icon("send"), el("span"));
    this.hint = el("span", { class: "composer-hint", text: t("composer.hint") });
    this.left = el("span", { class: "composer-left", role: "status" });
    this.blockedText = el("p");
    this.claim = el(
      "button",
      { type: "button", class: "button button-primary", on: { click: () => this.desk.claim(this.store.openId) } },
      icon("take"),
      el("span", { text: t("action.claim") }),
    );
    this.blocked = el("div", { class: "composer-blocked" }, this.blockedText, this.claim);
    this.field = el(
      "div",
      { class: "composer-field" },
      this.text,
      el("div", { class: "composer-foot" }, this.hint, this.left, this.sendButton),
    );
    this.form = el(
      "form",
      { class: "composer-form" },
      el(
        "div",
        { class: "composer-tabs", role: "group", "aria-label": t("composer.modes") },
        this.tabs.message,
        this.tabs.note,
      ),
      this.blocked,
      this.field,
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.root.append(this.form);
  }

  tab(mode, key, symbol) {
    const props = { type: "button", class: "composer-tab", on: { click: () => this.setMode(mode, true) } };
    return el("button", props, symbol ? icon(symbol) : null, el("span", { text: t(key) }));
  }

  get canReply() {
    const row = this.store.open;
    return Boolean(row) && stateOf(row) === "mine";
  }

  opened() {
    // The phone keyboard would hide the history, so nothing takes the focus here.
    this.setMode("message", false);
  }

  setMode(mode, withFocus) {
    this.keepDraft();
    this.mode = mode;
    this.shownFor = null;
    this.render();
    if (withFocus) this.focus();
  }

  focus() {
    if (!this.field.hidden) this.text.focus();
    else if (!this.claim.hidden && !this.blocked.hidden) this.claim.focus();
  }

  // --- drawing --------------------------------------------------------------------------------

  render() {
    const { openId, open } = this.store;
    if (openId === null) return;
    const isNote = this.mode === "note";
    const canWrite = isNote ? Boolean(open) : this.canReply;
    for (const mode of MODES) setAttribute(this.tabs[mode], "aria-pressed", String(mode === this.mode));
    setAttribute(this.root, "data-mode", this.mode);
    toggle(this.field, canWrite);
    toggle(this.blocked, !canWrite);
    if (!canWrite) this.renderBlocked(open);
    setAttribute(
      this.text,
      "placeholder",
      isNote
        ? t("composer.note.placeholder")
        : t("composer.reply.placeholder", { name: open ? customerName(open) : "" }),
    );
    setAttribute(this.text, "aria-label", t(isNote ? "composer.note" : "composer.reply"));
    setText(this.sendButton.lastElementChild, t(isNote ? "composer.save" : "composer.send"));
    this.showDraft();
  }

  renderBlocked(row) {
    const state = row ? stateOf(row) : "none";
    const key = row ? `composer.blocked.${state === "none" ? "queue" : state}` : "composer.blocked.none";
    setText(this.blockedText, t(key, { name: row?.agent?.name ?? "" }));
    toggle(this.claim, Boolean(row) && canClaim(state));
    this.claim.disabled = this.desk.command?.conversation === row?.id;
  }

  /** Only when another conversation or mode is shown: a redraw must never touch what is being typed. */
  showDraft() {
    const shownFor = `${this.store.openId}/${this.mode}`;
    if (this.shownFor === shownFor) return;
    this.shownFor = shownFor;
    this.draftKey = shownFor;
    this.text.value = this.drafts.read(shownFor);
    this.measure();
  }

  // --- writing --------------------------------------------------------------------------------

  onInput() {
    this.measure();
    this.keepDraft();
    if (this.mode === "message" && this.canReply && this.text.value.trim()) this.desk.typing(this.store.openId);
  }

  keepDraft() {
    if (this.draftKey) this.drafts.write(this.draftKey, this.text.value);
  }

  measure() {
    const left = MAX_CHARACTERS - this.text.value.length;
    setText(this.left, left < COUNT_FROM_LEFT ? t("composer.left", { n: left }) : "");
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
    this.sendButton.disabled = !this.text.value.trim();
  }

  onKey(event) {
    // Enter also confirms a word of a Chinese input method; 229 is what Safari reports there.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || event.altKey || isComposing) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.text.value.trim();
    const isAllowed = this.mode === "note" ? Boolean(this.store.open) : this.canReply;
    if (!text || !isAllowed) return;
    this.text.value = "";
    this.keepDraft();
    this.desk.write(this.store.openId, this.mode, text);
    this.measure();
    this.text.focus();
  }

  /** A message that could not be sent comes back for a change; what was being typed stays below it. */
  putBack({ kind, text }) {
    this.setMode(kind, false);
    this.text.value = [text, this.text.value].filter(Boolean).join("\n");
    this.keepDraft();
    this.measure();
    this.focus();
  }
}

/** Drafts live as long as the browser tab: a shared shop computer keeps none of them. */
export class Drafts {
  constructor(prefix) {
    this.prefix = prefix;
  }

  read(key) {
    return sessionStorage.getItem(`${this.prefix}/${key}`) ?? "";
  }

  write(key, text) {
    if (text) sessionStorage.setItem(`${this.prefix}/${key}`, text);
    else sessionStorage.removeItem(`${this.prefix}/${key}`);
  }
}
