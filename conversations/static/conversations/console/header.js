/** The open conversation's head: what it is about, who has it, and what this agent can do with it. */
import { el, icon, iconButton, perFrame, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { channelName, customerName, levelName, stateName, stateOf } from "./names.js";
import { answerDue, elapsedSince, formatElapsed, heat } from "./time.js";

export class ThreadHeader {
  constructor(root, { store, desk, dialogs, onBack, onFacts, onTransfer }) {
    Object.assign(this, { root, store, desk, dialogs, onBack, onFacts, onTransfer });
    this.build();
    const render = perFrame(() => this.render());
    for (const topic of ["rows", "open"]) store.on(topic, render);
    desk.on("command", render);
    setInterval(() => this.tick(), 1_000);
  }

  build() {
    this.subject = el("h2", { class: "thread-subject", tabindex: "-1" });
    this.name = el("span", { class: "thread-name" });
    this.level = el("span", { class: "level" });
    this.channel = el("span", { class: "thread-channel" });
    this.state = el("span", { class: "chip" });
    this.clock = el("span", { class: "chip thread-clock", role: "timer", hidden: true });
    const who = el("p", { class: "thread-who" }, this.state, this.clock, this.name, this.level, this.channel);
    this.claim = this.action("claim", "take", "button-primary", (id) => this.desk.claim(id));
    this.menu = el(
      "div",
      { class: "thread-menu", id: "thread-menu" },
      (this.transfer = this.action("transfer", "transfer", "", (id) => this.onTransfer(id))),
      (this.toQueue = this.action("release_queue", "queue", "", (id) => this.desk.release(id, "queue"))),
      (this.toAi = this.action("release_ai", "bot", "", (id) => this.desk.release(id, "ai"))),
      (this.close = this.action("close", "check", "button-close", (id) => this.dialogs.askClose(id))),
    );
    this.more = iconButton({
      name: "menu",
      label: t("action.more"),
      bare: true,
      className: "thread-more",
      onClick: () => this.toggleMenu(),
    });
    setAttribute(this.more, "aria-controls", "thread-menu");
    this.facts = iconButton({
      name: "panel",
      label: t("action.facts"),
      bare: true,
      className: "facts-button",
      onClick: this.onFacts,
    });
    const back = iconButton({
      name: "back",
      label: t("action.back"),
      bare: true,
      className: "back-button",
      onClick: this.onBack,
    });
    const actions = el("div", { class: "thread-actions" }, this.claim, this.menu, this.more, this.facts);
    this.root.append(back, el("div", { class: "thread-title" }, this.subject, who), actions);
    document.addEventListener("click", (event) => !this.root.contains(event.target) && this.toggleMenu(false));
    this.toggleMenu(false);
  }

  action(name, symbol, className, run) {
    const onClick = () => {
      this.toggleMenu(false);
      run(this.store.openId);
    };
    return iconButton({ name: symbol, label: t(`action.${name}`), className, onClick });
  }

  /** On a narrow screen the actions sit behind one button. */
  toggleMenu(isOpen = this.more.getAttribute("aria-expanded") !== "true") {
    setAttribute(this.more, "aria-expanded", String(isOpen));
    setAttribute(this.menu, "data-open", isOpen);
  }

  render() {
    const row = this.store.open;
    setAttribute(this.root, "data-loading", !row);
    if (!row) return this.renderUnknown();
    const state = stateOf(row);
    setText(this.subject, row.subject || t("list.noQuestion"));
    setAttribute(this.subject, "title", row.subject);
    setText(this.name, customerName(row));
    setText(this.level, levelName(row));
    toggle(this.level, Boolean(levelName(row)));
    setText(this.channel, channelName(row));
    setText(this.state, stateName(row));
    toggle(this.state, true);
    setAttribute(this.state, "data-state", state);
    this.renderActions(row, state);
    this.tick();
  }

  /** How long the customer waits, and how long that may last. */
  tick() {
    const row = this.store.open;
    const isWaiting = Boolean(row?.waiting_since) && row.status !== "closed";
    toggle(this.clock, isWaiting);
    if (!isWaiting) return;
    const waited = elapsedSince(row.waiting_since);
    const due = answerDue(row);
    const left = due - Date.now();
    const key = !due ? "clock.waits" : left > 0 ? "clock.left" : "clock.late";
    setText(this.clock, t(key, { waited: formatElapsed(waited), left: formatElapsed(Math.abs(left)) }));
    setAttribute(this.clock, "data-heat", String(due && left <= 0 ? 3 : heat(waited)));
  }

  renderUnknown() {
    setText(this.subject, this.store.openId === null ? "" : "…");
    toggle(this.state, false);
    for (const button of [this.claim, this.more, this.menu]) toggle(button, false);
  }

  renderActions(row, state) {
    const { command } = this.desk;
    const isBusy = command?.conversation === row.id;
    toggle(this.claim, canClaim(state));
    setText(this.claim.lastElementChild, t(isBusy && command.kind === "claim" ? "action.claim.busy" : "action.claim"));
    for (const button of [this.menu, this.more]) toggle(button, state === "mine");
    for (const button of [this.claim, this.transfer, this.toQueue, this.toAi, this.close]) button.disabled = isBusy;
  }
}

export function canClaim(state) {
  return ["queue", "ai", "none"].includes(state);
}

export function emptyThread(onNext) {
  const next = el("button", {
    type: "button",
    class: "button button-primary",
    text: t("empty.thread.next"),
    on: { click: onNext },
  });
  const title = el("p", { class: "empty-title" });
  const node = el(
    "div",
    { class: "empty empty-thread" },
    icon("queue"),
    title,
    el("p", { text: t("empty.thread.more") }),
    next,
  );
  const update = (waiting) => {
    setText(title, waiting > 0 ? t("empty.thread.waiting", { n: waiting }) : t("empty.thread"));
    toggle(next, waiting > 0);
  };
  return { node, update };
}
