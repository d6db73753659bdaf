/** The left pane: views with counts, the list of conversations, keyboard and paging. */
import { el, icon, perFrame, reconcile, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { buildRow, tickRow, updateRow } from "./row.js";
import { VIEWS } from "./store.js";

const TICK_MS = 1_000;
const LOAD_AHEAD = "240px";

export class ListPane {
  constructor(root, store, desk, onOpen) {
    Object.assign(this, { root, store, desk, onOpen });
    this.cursorId = null;
    this.build();
    const render = perFrame(() => this.render());
    for (const topic of ["rows", "counts", "view", "open"]) store.on(topic, render);
    setInterval(() => document.visibilityState === "visible" && this.tick(), TICK_MS);
    this.render();
  }

  build() {
    this.tabs = new Map(VIEWS.map((view) => [view, this.buildTab(view)]));
    const tabList = el("div", { class: "tabs", role: "tablist", "aria-label": t("view.label") }, ...this.tabs.values());
    tabList.addEventListener("keydown", (event) => this.onTabKey(event));
    this.rows = el("ul", {
      class: "rows",
      "aria-label": t("list.label"),
      on: { click: (event) => this.onClick(event) },
    });
    this.rows.addEventListener("keydown", (event) => this.onRowKey(event));
    this.skeleton = el(
      "div",
      { class: "skeleton-rows", "aria-hidden": "true" },
      ...[1, 2, 3, 4, 5].map(() => el("div", { class: "skeleton-row" })),
    );
    this.empty = el("div", { class: "empty", hidden: true });
    this.more = el("button", {
      type: "button",
      class: "button more",
      hidden: true,
      on: { click: () => this.desk.loadMore() },
    });
    this.scroller = el(
      "div",
      { class: "list-scroll", role: "tabpanel", id: "list-panel" },
      this.skeleton,
      this.rows,
      this.more,
      this.empty,
    );
    this.root.append(tabList, this.scroller);
    const sight = new IntersectionObserver(([entry]) => entry.isIntersecting && this.desk.loadMore(), {
      root: this.scroller,
      rootMargin: LOAD_AHEAD,
    });
    sight.observe(this.more);
  }

  buildTab(view) {
    const count = el("span", { class: "tab-count", hidden: true });
    const props = {
      type: "button",
      role: "tab",
      class: "tab",
      id: `tab-${view}`,
      "aria-controls": "list-panel",
      data: { view },
    };
    const tab = el(
      "button",
      { ...props, on: { click: () => this.show(view) } },
      el("span", { text: t(`view.${view}`) }),
      count,
    );
    tab.count = count;
    return tab;
  }

  show(view) {
    if (view !== this.store.view) this.cursorId = null;
    this.desk.showView(view);
    this.scroller.scrollTop = 0;
  }

  // --- drawing --------------------------------------------------------------------------------

  render() {
    const { store } = this;
    const page = store.pages[store.view];
    const rows = store.listed();
    const focusedId = this.focusedId();
    this.renderTabs();
    reconcile(
      this.rows,
      rows,
      (row) => row.id,
      buildRow,
      (node, row) =>
        updateRow(node, row, { isOpen: row.id === store.openId, unread: store.unread(row), view: store.view }),
    );
    this.keepFocus(rows, focusedId);
    toggle(this.skeleton, !page.loaded && rows.length === 0);
    toggle(this.more, Boolean(page.cursor));
    setText(this.more, t(page.loading ? "list.loading" : "list.more"));
    this.renderEmpty(page.loaded && rows.length === 0);
    this.tick();
  }

  renderTabs() {
    for (const [view, tab] of this.tabs) {
      const isShown = view === this.store.view;
      setAttribute(tab, "aria-selected", String(isShown));
      setAttribute(tab, "tabindex", isShown ? "0" : "-1");
      const count = this.store.counts[view];
      toggle(tab.count, Number.isInteger(count));
      setText(tab.count, count > 999 ? "999+" : String(count ?? ""));
      setAttribute(tab.count, "data-urgent", view === "queue" && count > 0);
    }
    setAttribute(this.scroller, "aria-labelledby", `tab-${this.store.view}`);
  }

  renderEmpty(isEmpty) {
    toggle(this.empty, isEmpty);
    if (!isEmpty || this.empty.dataset.view === this.store.view) return;
    this.empty.dataset.view = this.store.view;
    const { view } = this.store;
    const symbol = { queue: "check", mine: "take", ai: "bot", all: "queue" }[view];
    this.empty.replaceChildren(
      icon(symbol),
      el("p", { class: "empty-title", text: t(`empty.${view}`) }),
      el("p", { text: t(`empty.${view}.more`) }),
    );
  }

  tick() {
    const now = Date.now();
    for (const item of this.rows.children) tickRow(item, now);
  }

  // --- keyboard -------------------------------------------------------------------------------

  node(id) {
    return this.rows.querySelector(`[data-id="${Number(id)}"]`);
  }

  focusedId() {
    const node = document.activeElement?.closest?.(".row");
    return node && this.rows.contains(node) ? Number(node.dataset.id) : null;
  }

  /** Exactly one row is in the tab order; a row that moved keeps the focus it had. */
  keepFocus(rows, focusedId) {
    const isListed = rows.some((row) => row.id === this.cursorId);
    if (!isListed)
      this.cursorId = rows.some((row) => row.id === this.store.openId) ? this.store.openId : (rows[0]?.id ?? null);
    for (const node of this.rows.children)
      setAttribute(
        node.firstElementChild,
        "tabindex",
        Number(node.firstElementChild.dataset.id) === this.cursorId ? "0" : "-1",
      );
    if (focusedId !== null && this.focusedId() === null) this.focusCursor();
  }

  focusCursor() {
    const node = this.cursorId !== null && this.node(this.cursorId);
    if (!node) return this.tabs.get(this.store.view).focus();
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const ids = this.store.listed().map((row) => row.id);
    const at = ids.indexOf(this.cursorId);
    const wasFocused = this.focusedId() !== null;
    const target = wasFocused ? Math.min(ids.length - 1, Math.max(0, at + step)) : Math.max(0, at);
    this.moveTo(ids[target]);
  }

  moveTo(id) {
    if (id === undefined) return;
    const before = this.cursorId !== null && this.node(this.cursorId);
    if (before) before.tabIndex = -1;
    this.cursorId = id;
    this.node(id).tabIndex = 0;
    this.focusCursor();
  }

  onRowKey(event) {
    const ids = this.store.listed().map((row) => row.id);
    const moves = {
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      Home: () => this.moveTo(ids[0]),
      End: () => this.moveTo(ids.at(-1)),
    };
    if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moves[event.key]();
  }

  onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const view = VIEWS[(VIEWS.indexOf(this.store.view) + step + VIEWS.length) % VIEWS.length];
    this.show(view);
    this.tabs.get(view).focus();
  }

  onClick(event) {
    const node = event.target.closest(".row");
    if (!node) return;
    this.cursorId = Number(node.dataset.id);
    this.onOpen(this.cursorId);
  }
}
