/** Recommended replies: one click sends, one click puts them into the composer; steps and cautions stand below. */
import { el, iconButton, perFrame, setText, toggle } from "./dom.js";
import { has, t } from "./i18n.js";
import { stateOf } from "./names.js";

const KEYS = 3;

export class SuggestionsPanel {
  /** `onUse(item, isSent)`: send it as it is, or edit it first. `onTeach(question)`: propose knowledge. */
  constructor(root, { store, desk, onUse, onTeach }) {
    Object.assign(this, { root, store, desk, onUse, onTeach });
    this.byConversation = new Map();
    this.asked = el("p", { class: "assist-asked" });
    this.list = el("ol", { class: "suggestions" });
    this.products = el("div", { class: "products" });
    this.empty = el("div", { class: "assist-empty", role: "status" });
    this.root.append(this.asked, this.empty, this.list, this.products);
    this.draw = perFrame(() => this.render());
    desk.on("suggestions", (frame) => this.receive(frame));
    desk.on("suggestion", (used) => this.markUsed(used));
    for (const topic of ["open", "rows"]) store.on(topic, this.draw);
  }

  receive(frame) {
    this.byConversation.set(frame.conversation, frame);
    if (frame.conversation === this.store.openId) this.draw();
    this.desk.emit("suggested", frame);
  }

  get current() {
    return this.byConversation.get(this.store.openId) ?? null;
  }

  get isMine() {
    return Boolean(this.store.open) && stateOf(this.store.open) === "mine";
  }

  /** The keyboard: the first three have numbers. */
  use(place, isSent) {
    const item = this.current?.items[place];
    if (item && this.isMine) this.pick(item, isSent);
  }

  pick(item, isSent) {
    this.onUse(item, isSent);
  }

  markUsed({ conversation, suggestion }) {
    const item = this.byConversation.get(conversation)?.items.find(({ id }) => id === suggestion);
    if (item) item.is_used = true;
    this.draw();
  }

  render() {
    const row = this.store.open;
    const found = row && !["ai", "closed", "none"].includes(stateOf(row)) ? this.current : null;
    const version = JSON.stringify([this.store.openId, this.isMine, row && stateOf(row), found]);
    if (version === this.version) return; // a redraw must not take the focus from a button
    this.version = version;
    setText(this.asked, found?.question ? t("suggest.asked", { question: found.question }) : "");
    toggle(this.asked, Boolean(found?.question));
    this.list.replaceChildren(...(found?.items ?? []).map((item, place) => this.buildItem(item, place)));
    this.products.replaceChildren(...(found?.products ?? []).map(buildProduct));
    this.renderEmpty(row, found);
  }

  renderEmpty(row, found) {
    toggle(this.empty, !found?.items.length);
    const state = row ? stateOf(row) : "none";
    const key = ["ai", "closed"].includes(state) ? state : found?.question ? "nothing" : found ? "quiet" : "waiting";
    const teach =
      key === "nothing" &&
      el("button", {
        type: "button",
        class: "button button-small",
        text: t("teach.propose"),
        on: { click: () => this.onTeach(found.question) },
      });
    this.empty.replaceChildren(el("p", { text: t(`suggest.empty.${key}`) }), ...(teach ? [teach] : []));
  }

  buildItem(item, place) {
    const send = iconButton({
      name: "send",
      label: t("suggest.send"),
      className: "button-small button-primary",
      title: place < KEYS ? t("suggest.send.key", { n: place + 1 }) : "",
      onClick: () => this.pick(item, true),
    });
    const edit = iconButton({
      name: "edit",
      label: t("suggest.edit"),
      className: "button-small",
      title: place < KEYS ? t("suggest.edit.key", { n: place + 1 }) : "",
      onClick: () => this.pick(item, false),
    });
    send.disabled = edit.disabled = !this.isMine;
    const why = [has(`suggest.reason.${item.reason}`) ? t(`suggest.reason.${item.reason}`) : "", item.category];
    const head = el(
      "div",
      { class: "suggestion-head" },
      el("strong", { class: "suggestion-question", text: item.question }),
      el("span", {
        class: "chip",
        data: { sure: sureness(item) },
        title: t("suggest.confidence", { n: Math.round(item.confidence * 100) }),
        text: t(`suggest.sure.${sureness(item)}`),
      }),
    );
    return el(
      "li",
      { class: "suggestion", data: { used: String(item.is_used) } },
      head,
      el("p", { class: "suggestion-why", text: why.filter(Boolean).join(" · ") }),
      el("p", { class: "suggestion-text", dir: "auto", text: item.text }),
      buildNotes(item),
      el(
        "div",
        { class: "suggestion-foot" },
        send,
        edit,
        item.is_used
          ? el("span", { class: "suggestion-used", text: t("suggest.used") })
          : !this.isMine && el("span", { class: "suggestion-used", text: t("suggest.claimFirst") }),
      ),
    );
  }
}

/** A figure of 12 % tells an agent less than a word. */
function sureness({ confidence }) {
  if (confidence >= 0.5) return "high";
  return confidence >= 0.2 ? "some" : "low";
}

function buildNotes({ steps, cautions, note, is_for_people: isForPeople }) {
  const notes = el("dl", { class: "suggestion-notes" });
  const add = (key, value) => notes.append(el("dt", { text: t(key) }), el("dd", {}, value));
  if (steps.length > 0) add("suggest.steps", el("ol", {}, ...steps.map((step) => el("li", { text: step }))));
  if (cautions.length > 0) add("suggest.cautions", el("ul", {}, ...cautions.map((text) => el("li", { text }))));
  if (note) add("suggest.note", el("p", { text: note }));
  else if (isForPeople) add("suggest.note", el("p", { text: t("suggest.forPeople") }));
  return notes.childElementCount ? notes : null;
}

function buildProduct(product) {
  const facts = el("dl", { class: "suggestion-notes" });
  for (const [key, text] of [
    ["product.policy", product.after_sales_policy],
    ["product.delivery", product.delivery_rules],
  ])
    if (text) facts.append(el("dt", { text: t(key) }), el("dd", {}, el("p", { text })));
  return el(
    "article",
    { class: "product" },
    el("h3", { class: "product-name" }, el("span", { text: product.name }), el("b", { text: product.price })),
    product.summary ? el("p", { class: "suggestion-why", text: product.summary }) : null,
    facts.childElementCount ? facts : null,
  );
}
