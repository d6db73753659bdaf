/** Canned replies: the list in the right pane, and what the composer's picker searches. */
import { config } from "./config.js";
import { el, iconButton, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { customerName, errorText } from "./names.js";
import { Topics } from "./topics.js";

/** What this agent may use, loaded once and again after each change. */
export class CannedReplies extends Topics {
  constructor(desk) {
    super();
    this.items = [];
    this.desk = desk;
    desk.on("canned", ({ items }) => {
      this.items = items;
      this.emit("change");
    });
  }

  load() {
    this.desk.send({ type: "canned" });
  }

  /** Those whose shortcut, title or text has the words; shortcuts that begin with them first. */
  search(words) {
    const wanted = words.trim().toLowerCase();
    const rank = (item) => {
      if (!wanted) return 1;
      if (item.shortcut.toLowerCase().startsWith(wanted)) return 0;
      if (item.title.toLowerCase().includes(wanted)) return 1;
      return item.text.toLowerCase().includes(wanted) ? 2 : -1;
    };
    return this.items
      .map((item) => ({ item, at: rank(item) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  save(values) {
    return this.desk.ask({ type: "canned_save", ...values }, "canned");
  }

  forget(id) {
    return this.desk.ask({ type: "canned_forget", id }, "canned");
  }
}

/** {name}, {agent} and {order} as they are in this chat. Nobody is greeted by the number of a visitor. */
export function fillIn(text, row, orderNumber) {
  const values = {
    name: row && row.customer?.is_named !== false ? customerName(row) : t("canned.noName"),
    agent: config.user.name,
    order: orderNumber || t("canned.noOrder"),
  };
  return text.replace(/\{(name|agent|order)\}/g, (place, name) => values[name]);
}

export class CannedPanel {
  constructor(root, { canned, dialogs, toasts, onUse }) {
    Object.assign(this, { root, canned, dialogs, toasts, onUse });
    this.search = el("input", {
      type: "search",
      class: "input",
      placeholder: t("canned.search"),
      "aria-label": t("canned.search"),
    });
    this.search.addEventListener("input", () => this.render());
    const add = iconButton({
      name: "plus",
      label: t("canned.add"),
      className: "button-small",
      onClick: () => this.dialogs.askCanned((values) => this.save(values)),
    });
    this.list = el("ul", { class: "cards" });
    this.none = el("p", { class: "assist-none" });
    this.root.append(
      el("div", { class: "canned-head" }, this.search, add),
      el("p", { class: "assist-hint", text: t("canned.hint") }),
      this.list,
      this.none,
    );
    canned.on("change", () => this.render());
    this.render();
  }

  /** What was typed stays in the dialog until the server has kept it. */
  async save(values) {
    try {
      await this.canned.save(values);
    } catch (error) {
      return errorText(error);
    }
    this.toasts.show({ title: t("canned.saved") });
    return "";
  }

  async forget(item) {
    try {
      await this.canned.forget(item.id);
    } catch (error) {
      this.toasts.show({ kind: "error", title: errorText(error) });
    }
  }

  render() {
    const found = this.canned.search(this.search.value);
    toggle(this.none, found.length === 0);
    setText(this.none, t(this.canned.items.length ? "canned.nothing" : "canned.none"));
    this.list.replaceChildren(...found.map((item) => this.buildItem(item)));
  }

  buildItem(item) {
    const use = el(
      "button",
      { type: "button", class: "card-button", on: { click: () => this.onUse(item) } },
      el(
        "span",
        { class: "card-line" },
        el("span", { class: "card-title", text: item.title }),
        item.shortcut ? el("kbd", { text: `/${item.shortcut}` }) : null,
      ),
      el("span", { class: "card-soft canned-text", text: item.text }),
      item.group || item.is_own
        ? el("span", { class: "card-soft", text: item.group || t("canned.own") })
        : null,
    );
    const forget =
      item.is_own &&
      iconButton({
        name: "close",
        label: t("canned.forget", { title: item.title }),
        bare: true,
        className: "button-small",
        onClick: () => this.forget(item),
      });
    return el("li", { class: "card-item canned-item" }, use, forget);
  }
}
