/** Where an agent writes: replies in own chats, notes in any, a draft for each conversation. */
import { config } from "./config.js";
import { el, icon, iconButton, perFrame, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { canClaim } from "./header.js";
import { customerName, stateOf } from "./names.js";
import { Picker } from "./picker.js";

const MAX_CHARACTERS = config.max_characters ?? 2_000;
const COUNT_FROM_LEFT = 200;
const MODES = ["message", "note"];

export class Composer {
  constructor(root, { store, desk, drafts, uploads, canned, fill, onRefused }) {
    Object.assign(this, { root, store, desk, drafts, uploads, fill, onRefused });
    this.mode = "message";
    this.hasGap = false; // a place in the text waits for an order number
    this.begunAs = new Map(); // conversation: the suggestion that the draft began as
    this.build();
    this.picker = new Picker(this.field, this.text, { canned, fill, onPick: (item) => this.insert(item.text) });
    const render = perFrame(() => this.render());
    store.on("rows", render);
    store.on("open", () => this.opened());
    desk.on("command", render);
    uploads.on("change", (id) => id === store.openId && this.showUploads());
  }

  build() {
    this.tabs = { message: this.tab("message", "composer.reply"), note: this.tab("note", "composer.note", "lock") };
    this.text = el("textarea", {
      class: "composer-text",
      rows: "2",
      dir: "auto",
      enterkeyhint: "send",
    });
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    this.text.addEventListener("input", () => this.onInput());
    this.text.addEventListener("paste", (event) => this.onPaste(event));
    this.files = el("input", { type: "file", multiple: true, hidden: true, accept: config.uploads.accept.join(",") });
    this.files.addEventListener("change", () => this.takeFiles(this.files));
    this.clip = iconButton({
      name: "clip",
      label: t("upload.choose"),
      bare: true,
      className: "composer-clip",
      onClick: () => this.files.click(),
    });
    this.sendButton = el("button", { type: "submit", class: "button button-primary" }, icon("send"), el("span"));
    this.hint = el("span", { class: "composer-hint" });
    this.left = el("span", { class: "composer-left", role: "status" });
    this.blockedText = el("p");
    this.claim = el(
      "button",
      { type: "button", class: "button button-primary", on: { click: () => this.takeIt() } },
      icon("take"),
      el("span", { text: t("action.claim") }),
    );
    this.blocked = el("div", { class: "composer-blocked" }, this.blockedText, this.claim);
    this.field = el(
      "div",
      { class: "composer-field" },
      this.uploads.tray,
      this.text,
      el("div", { class: "composer-foot" }, this.clip, this.files, this.hint, this.left, this.sendButton),
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
    this.bindDrop();
  }

  tab(mode, key, symbol) {
    const props = { type: "button", class: "composer-tab", on: { click: () => this.setMode(mode, true) } };
    return el("button", props, symbol ? icon(symbol) : null, el("span", { text: t(key) }));
  }

  /** A closed chat opens again with the agent who writes. */
  takeIt() {
    const { openId, open } = this.store;
    if (open && stateOf(open) === "closed") this.desk.reopen(openId);
    else this.desk.claim(openId);
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
    setText(this.hint, t(isNote ? "composer.hint.note" : "composer.hint"));
    toggle(this.clip, !isNote);
    this.showDraft();
    this.showUploads();
  }

  renderBlocked(row) {
    const state = row ? stateOf(row) : "none";
    const key = row ? `composer.blocked.${state === "none" ? "queue" : state}` : "composer.blocked.none";
    setText(this.blockedText, t(key, { name: row?.agent?.name ?? "" }));
    toggle(this.claim, Boolean(row) && (canClaim(state) || state === "closed"));
    setText(this.claim.lastElementChild, t(state === "closed" ? "action.reopen" : "action.claim"));
    this.claim.disabled = this.desk.command?.conversation === row?.id;
  }

  /** Only when another conversation or mode is shown: a redraw must never touch what is being typed. */
  showDraft() {
    const shownFor = `${this.store.openId}/${this.mode}`;
    if (this.shownFor === shownFor) return;
    this.shownFor = shownFor;
    this.draftKey = shownFor;
    this.text.value = this.drafts.read(shownFor);
    this.picker?.close();
    this.measure();
  }

  showUploads() {
    this.uploads.render(this.mode === "note" ? null : this.store.openId);
    this.measure();
  }

  // --- writing --------------------------------------------------------------------------------

  onInput() {
    if (!this.text.value.trim() && this.mode === "message") this.begunAs.delete(this.store.openId);
    this.measure();
    this.keepDraft();
    if (this.mode === "message" && this.canReply && this.text.value.trim()) this.desk.typing(this.store.openId);
  }

  keepDraft() {
    if (this.draftKey) this.drafts.write(this.draftKey, this.text.value);
  }

  measure() {
    // As the server counts. Whoever pastes too much cuts it down here; a field that cuts by itself loses the end.
    const left = MAX_CHARACTERS - [...this.text.value.trim()].length;
    const words = left < 0 ? t("composer.over", { n: -left }) : t("composer.left", { n: left });
    setText(this.left, left < COUNT_FROM_LEFT ? words : "");
    setAttribute(this.left, "data-over", left < 0);
    setAttribute(this.text, "aria-invalid", left < 0 ? "true" : null);
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
    const hasFiles = this.mode === "message" && this.uploads.ready(this.store.openId).length > 0;
    const isWaiting = this.mode === "message" && this.uploads.isBusy(this.store.openId);
    this.sendButton.disabled = isWaiting || left < 0 || !(this.text.value.trim() || hasFiles);
  }

  // --- files ----------------------------------------------------------------------------------

  takeFiles(input) {
    this.addFiles([...input.files]);
    input.value = ""; // so that the same file can be chosen again
  }

  addFiles(files) {
    if (files.length === 0 || !this.canReply) return;
    if (this.mode === "note") this.setMode("message", true);
    const refusal = this.uploads.add(this.store.openId, files);
    if (refusal) this.onRefused(t(`upload.${refusal}`, { n: config.uploads.per_message_max }));
  }

  onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || this.mode === "note") return;
    event.preventDefault();
    this.addFiles(files);
  }

  bindDrop() {
    const area = this.root.parentElement;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    for (const type of ["dragenter", "dragover"])
      area.addEventListener(type, (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault(); // else the browser would leave the console for the file
        area.toggleAttribute("data-drop", this.canReply);
      });
    area.addEventListener("dragleave", (event) => !area.contains(event.relatedTarget) && area.removeAttribute("data-drop"));
    area.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      area.removeAttribute("data-drop");
      this.addFiles([...event.dataTransfer.files]);
    });
  }

  // --- help from beside -------------------------------------------------------------------------

  /** Put words where the caret is; what was typed stays. */
  insert(text) {
    const words = this.fill(text);
    const { selectionStart: start, selectionEnd: end, value } = this.text;
    this.text.value = value.slice(0, start) + words + value.slice(end);
    this.text.selectionStart = this.text.selectionEnd = start + words.length;
    this.hasGap = this.selectGap();
    this.onInput();
    this.text.focus();
  }

  /** Select the place that a canned reply leaves for an order number nobody knows yet; false when there is none. */
  selectGap() {
    const gap = t("canned.noOrder");
    const at = this.text.value.indexOf(gap);
    if (at >= 0) this.text.setSelectionRange(at, at + gap.length);
    return at >= 0;
  }

  /** Told once, at the first try to send it: who means these very words sends them with the second. */
  isUnfinished() {
    if (!this.hasGap) return false;
    this.hasGap = false;
    if (!this.selectGap()) return false;
    this.onRefused(t("canned.fillOrder"));
    return true;
  }

  /** A recommended reply to be edited: it takes the place of an empty draft, else it stands below it. */
  edit(item) {
    this.setMode("message", false);
    const typed = this.text.value.trim();
    this.text.value = typed ? `${typed}\n${item.text}` : item.text;
    this.begunAs.set(this.store.openId, item.id);
    this.keepDraft();
    this.measure();
    this.text.focus();
  }

  onKey(event) {
    // Enter and arrows also choose a word of a Chinese input method; 229 is what Safari reports there.
    if (event.isComposing || event.keyCode === 229 || this.picker.onKey(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.text.value.trim();
    const { openId } = this.store;
    const isAllowed = this.mode === "note" ? Boolean(this.store.open) : this.canReply;
    if (!isAllowed || this.sendButton.disabled || this.isUnfinished()) return;
    this.text.value = "";
    this.keepDraft();
    if (this.mode === "note") this.desk.write(openId, "note", text);
    else this.sendMessage(openId, text);
    this.measure();
    this.text.focus();
  }

  sendMessage(id, text) {
    const extra = { attachments: this.uploads.ready(id), suggestion: this.begunAs.get(id) ?? null };
    this.begunAs.delete(id);
    this.desk.write(id, "message", text, extra);
    this.uploads.clear(id);
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
