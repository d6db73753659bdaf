/** What the console knows about conversations: rows, views, counts, which one is open. */
import { Topics } from "./topics.js";

export const VIEWS = ["queue", "mine", "ai", "all"];

const instant = (iso) => (iso ? Date.parse(iso) : 0);
// Sorting hundreds of rows at each change must not parse their dates each time.
const timed = (row) =>
  Object.assign(row, { waitingAt: instant(row.waiting_since), lastAt: instant(row.last_message_at) });
const newestFirst = (a, b) => b.lastAt - a.lastAt || b.id - a.id;
const longestWaitFirst = (a, b) => (b.priority ?? 0) - (a.priority ?? 0) || a.waitingAt - b.waitingAt || a.id - b.id;

function waitingThenNewest(a, b) {
  const waiting = Number(Boolean(b.waiting_since)) - Number(Boolean(a.waiting_since));
  return waiting || (a.waiting_since ? longestWaitFirst(a, b) : newestFirst(a, b));
}

const ORDER = { queue: longestWaitFirst, mine: waitingThenNewest, ai: newestFirst, all: newestFirst };

export class Store extends Topics {
  constructor(userId) {
    super();
    this.userId = userId;
    this.rows = new Map();
    this.counts = { queue: null, mine: null, ai: null, all: null };
    this.view = "queue";
    this.openId = null;
    this.pages = Object.fromEntries(
      VIEWS.map((view) => [view, { loaded: false, loading: false, cursor: null, last: null, requestedAt: 0 }]),
    );
    this.readMarks = new Map();
    this.touchedAt = new Map();
  }

  get open() {
    return this.rows.get(this.openId) ?? null;
  }

  isMine(row) {
    return row.owner === "agent" && row.agent?.id === this.userId;
  }

  belongs(row, view) {
    if (view === "queue") return row.owner === "queue";
    if (view === "mine") return this.isMine(row);
    if (view === "ai") return row.owner === "ai";
    return true;
  }

  /** Rows of a view in its order; what lies behind the last loaded page waits for "load more". */
  listed(view = this.view) {
    const { cursor, last } = this.pages[view];
    const order = ORDER[view];
    const rows = this.inView(view).sort(order);
    return cursor && last ? rows.filter((row) => order(row, last) <= 0) : rows;
  }

  inView(view) {
    return [...this.rows.values()].filter((row) => this.belongs(row, view));
  }

  applyPage({ view, items, cursor }, isFirst) {
    const page = this.pages[view];
    if (!page) return;
    items.forEach(timed);
    // What is shown may be ordered a little differently from the server's pages, so the end is the furthest row.
    const loaded = isFirst || !page.last ? items : [page.last, ...items];
    const last = [...loaded].sort(ORDER[view]).at(-1) ?? null;
    Object.assign(page, { loaded: true, loading: false, cursor: cursor ?? null, last });
    if (isFirst) this.forgetMissing(view, items);
    for (const row of items) this.rows.set(row.id, row);
    this.emit("rows");
  }

  /** After a reconnect the first page is the truth: what it should hold and does not has left the view. */
  forgetMissing(view, items) {
    const present = new Set(items.map((row) => row.id));
    const { requestedAt } = this.pages[view];
    for (const { id } of this.listed(view)) {
      // A row pushed while the page was on its way is newer than the page.
      const isNewer = (this.touchedAt.get(id) ?? 0) >= requestedAt;
      if (!present.has(id) && !isNewer && id !== this.openId) this.rows.delete(id);
    }
  }

  startLoading(view) {
    Object.assign(this.pages[view], { loading: true, requestedAt: performance.now() });
  }

  applyRow(row) {
    const before = this.rows.get(row.id);
    if (before && row.epoch < before.epoch) return; // overtaken on its way by a newer one
    this.rows.set(row.id, timed(row));
    this.touchedAt.set(row.id, performance.now());
    this.emit("rows");
    this.emit("row", { before, row });
  }

  applyCounts({ type: _type, ...counts }) {
    Object.assign(this.counts, counts);
    this.emit("counts");
  }

  setView(view) {
    if (view === this.view) return;
    this.view = view;
    this.emit("view");
  }

  setOpen(id) {
    this.openId = id;
    this.emit("open");
  }

  /** The server counts unread until somebody answers; this agent has seen the part before the mark. */
  unread(row) {
    const mark = this.readMarks.get(row.id) ?? 0;
    if (row.unread >= mark) return row.unread - mark;
    this.readMarks.delete(row.id);
    return row.unread;
  }

  markRead(id) {
    const row = this.rows.get(id);
    if (!row || !this.unread(row)) return;
    this.readMarks.set(id, row.unread);
    this.emit("rows");
  }
}
