/** How the conversation stands: below the customer in the right pane. */
import { el, perFrame, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { channelName, ownerName, reasonName, stateName, stateOf } from "./names.js";
import { elapsedSince, formatElapsed, formatFull, heat } from "./time.js";

const SAFE_PAGE = /^https?:\/\//;

const CONVERSATION_FACTS = [
  ["id", (row) => `#${row.id}`],
  ["channel", channelName],
  ["status", stateName],
  ["owner", ownerName],
  ["waiting", () => ""],
  ["reason", (row) => reasonName(row.handoff_reason)],
  ["group", (row) => row.group?.name ?? ""],
  ["subject", (row) => row.subject],
  ["last", (row) => (row.last_message_at ? formatFull(row.last_message_at) : "")],
];

export class FactsPane {
  constructor(root, store) {
    Object.assign(this, { root, store });
    this.values = new Map();
    this.tags = el("ul", { class: "tags" });
    this.page = el("dd", { class: "fact-page" });
    const conversation = this.section("facts.conversation", CONVERSATION_FACTS);
    this.tagFact = el("div", { class: "fact" }, el("dt", { text: t("facts.tags") }), el("dd", {}, this.tags));
    conversation.append(el("div", { class: "fact" }, el("dt", { text: t("facts.page") }), this.page), this.tagFact);
    this.root.append(el("h3", { class: "facts-title", text: t("facts.conversation") }), conversation);
    const render = perFrame(() => this.render());
    for (const topic of ["rows", "open"]) store.on(topic, render);
    setInterval(() => this.tick(), 1_000);
  }

  section(label, facts) {
    const list = el("dl", { class: "facts-list", "aria-label": t(label) });
    for (const [name] of facts) {
      const value = el("dd", { data: { fact: name } });
      this.values.set(name, value);
      list.append(el("div", { class: "fact" }, el("dt", { text: t(`facts.${name}`) }), value));
    }
    return list;
  }

  render() {
    const row = this.store.open;
    setAttribute(this.root, "data-empty", !row);
    if (!row) return;
    for (const [name, read] of CONVERSATION_FACTS) this.show(name, read(row));
    setAttribute(this.values.get("status"), "data-state", stateOf(row));
    this.renderPage(row.page);
    this.tags.replaceChildren(
      ...(row.tags ?? []).map((tag) => el("li", { class: "chip", text: typeof tag === "string" ? tag : tag.name })),
    );
    toggle(this.tagFact, Boolean(row.tags?.length));
    this.tick();
  }

  show(name, text) {
    const value = this.values.get(name);
    if (name !== "waiting") setText(value, text ?? "");
    toggle(value.parentElement, Boolean(text));
  }

  renderPage(page) {
    const url = page?.url ?? "";
    const label = page?.title || url;
    toggle(this.page.parentElement, Boolean(label));
    // Whatever a visitor's browser reports is data: only web addresses become links.
    const shown = SAFE_PAGE.test(url)
      ? el("a", { href: url, text: label, title: url, target: "_blank", rel: "noopener noreferrer nofollow" })
      : el("span", { text: label });
    this.page.replaceChildren(shown);
  }

  tick() {
    const row = this.store.open;
    const value = this.values.get("waiting");
    const isWaiting = Boolean(row?.waiting_since) && row.status !== "closed";
    toggle(value.parentElement, isWaiting);
    if (!isWaiting) return;
    const waited = elapsedSince(row.waiting_since);
    setText(value, formatElapsed(waited));
    setAttribute(value, "data-heat", String(heat(waited)));
  }
}
