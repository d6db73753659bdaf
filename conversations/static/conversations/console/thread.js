/** The middle pane's message log: whole history, kept at the newest message, older ones on demand. */
import { el, icon, perFrame, reconcile, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import {
  buildDay,
  buildMessage,
  buildPending,
  buildRating,
  buildUnreadLine,
  kindOf,
  updateMessage,
  updatePending,
} from "./message.js";
import { customerName } from "./names.js";

const PAGE_OF_MESSAGES = 80;
const FREEZE_ABOVE = 400;
const NEAR_BOTTOM_PX = 90;
const NEAR_TOP_PX = 300;
const GROUP_WITHIN_MS = 3 * 60_000;
const QUIET_AFTER_OPENING_MS = 1_500;

export class ThreadPane {
  constructor(root, { store, desk, outbox, isOnline, onEdit, teaching }) {
    Object.assign(this, { root, store, desk, outbox, isOnline, onEdit, teaching });
    this.shownCount = PAGE_OF_MESSAGES;
    this.isAtBottom = true;
    this.newCount = 0;
    this.build();
    this.draw = perFrame(() => this.render());
    store.on("open", () => this.opened());
    store.on("rows", this.draw);
    desk.on("typing", this.draw);
    desk.on("message", (message) => this.onMessage(message));
    outbox.on("added", () => this.jumpToLatest());
    outbox.on("change", (id) => id === store.openId && this.draw());
  }

  build() {
    this.earlier = el("button", {
      type: "button",
      class: "button earlier",
      hidden: true,
      on: { click: () => this.showEarlier() },
    });
    this.skeleton = el(
      "div",
      { class: "skeleton-thread", "aria-hidden": "true" },
      ...["a", "b", "c", "d"].map((name) => el("div", { class: `skeleton-bubble skeleton-${name}` })),
    );
    this.list = el("ol", { class: "messages" });
    this.log = el(
      "div",
      { class: "log", role: "log", tabindex: "0", "aria-label": t("thread.label") },
      this.earlier,
      this.skeleton,
      this.list,
    );
    this.typing = el("p", { class: "typing", role: "status" });
    this.jump = el(
      "button",
      { type: "button", class: "button jump", hidden: true, on: { click: () => this.jumpByHand() } },
      icon("down"),
      el("span"),
    );
    this.gap = el("p", { class: "gap", role: "status", hidden: true, text: t("thread.gap") });
    this.root.append(this.log, this.gap, el("div", { class: "log-foot" }, this.typing, this.jump));
    this.log.addEventListener("scroll", () => this.onScroll(), { passive: true });
    new ResizeObserver(() => this.isAtBottom && this.scrollToEnd()).observe(this.log);
  }

  get history() {
    return this.store.openId === null ? null : this.desk.history(this.store.openId);
  }

  opened() {
    Object.assign(this, { shownCount: PAGE_OF_MESSAGES, isAtBottom: true, newCount: 0, unreadAfter: null });
    const row = this.store.open;
    this.unreadCount = row ? this.store.unread(row) : 0;
    this.hush();
    this.draw();
  }

  /** A screen reader reads out what comes from now on, not the whole history that takes the place of another one. */
  hush() {
    clearTimeout(this.hushed);
    setAttribute(this.log, "aria-live", "off");
    this.hushed = setTimeout(() => setAttribute(this.log, "aria-live", "polite"), QUIET_AFTER_OPENING_MS);
  }

  onMessage(message) {
    if (message.conversation !== this.store.openId) return;
    const isSeen = this.isAtBottom && document.visibilityState === "visible";
    if (message.sender === "customer" && !isSeen && this.unreadAfter !== null) this.newCount += 1;
    if (message.isOwn) this.isAtBottom = true;
    if (isSeen) this.desk.markRead(message.conversation);
    this.draw();
  }

  // --- drawing --------------------------------------------------------------------------------

  render() {
    const { history } = this;
    if (!history) return;
    const { messages } = history;
    this.placeUnreadLine(messages);
    const first = Math.max(0, messages.length - this.shownCount);
    // While the history streams in, a screen reader must not read all of it aloud.
    setAttribute(this.log, "aria-busy", String(!history.hasLoaded));
    toggle(this.skeleton, !history.hasLoaded);
    toggle(this.earlier, first > 0);
    setText(this.earlier, t("thread.earlier", { n: first }));
    if (!this.isFrozen) this.renderWindow(messages.slice(first));
    this.renderFoot(history);
  }

  /** Somebody reads far up: what arrives at the end is drawn when the reader comes back to it. */
  get isFrozen() {
    return !this.isAtBottom && !this.isGrowingUp && this.shownCount > FREEZE_ABOVE;
  }

  renderWindow(messages) {
    const fromEnd = this.log.scrollHeight - this.log.scrollTop;
    this.renderEntries(this.entries(messages));
    if (this.isAtBottom) this.scrollToEnd();
    else if (this.isGrowingUp) this.log.scrollTop = this.log.scrollHeight - fromEnd;
    this.isGrowingUp = false;
  }

  /** The line stands where this agent stopped reading when the conversation was opened. */
  placeUnreadLine(messages) {
    if (this.unreadAfter !== null || messages.length === 0) return;
    const customers = messages.filter((message) => message.sender === "customer");
    const firstUnread = this.unreadCount > 0 ? customers.at(-this.unreadCount) : null;
    this.unreadAfter = firstUnread && firstUnread !== messages[0] ? firstUnread.id : false;
  }

  entries(messages) {
    const entries = [];
    let previous = null;
    const seenId = this.lastSeenId(messages);
    const { wrong } = this.history;
    const ratings = this.ratingsSince(messages[0]?.at ?? 0);
    const rated = (until) => {
      while (ratings.length > 0 && ratings[0].at < until) entries.push(ratingEntry(ratings.shift()));
    };
    for (const message of messages) {
      rated(message.at);
      if (!previous || previous.day !== message.day)
        entries.push({ key: `day-${message.day}`, build: () => buildDay(message.created_at) });
      if (message.id === this.unreadAfter) entries.push({ key: "unread", build: buildUnreadLine });
      const continues = isContinuation(previous, message);
      entries.push({
        key: keyOf(message),
        build: () => buildMessage(message, this.teaching),
        update: (node) =>
          updateMessage(node, { continues, isSeen: message.id === seenId, wrong: wrong.get(message.id) }),
      });
      previous = message;
    }
    rated(Infinity);
    for (const item of this.outbox.of(this.store.openId)) {
      entries.push({
        key: `pending-${item.client_id}`,
        build: () => buildPending(item, this.outbox, this.onEdit),
        update: (node) => updatePending(node, item, this.isOnline()),
      });
    }
    return entries;
  }

  /** What the customer thought of the service stands where it was said. */
  ratingsSince(moment) {
    return [...this.history.ratings.values()].filter(({ at }) => at >= moment).sort((a, b) => a.at - b.at);
  }

  /** The newest message of an agent that the customer has read. */
  lastSeenId(messages) {
    const { readSeq } = this.history;
    return messages.findLast((message) => kindOf(message) === "agent" && message.seq <= readSeq)?.id;
  }

  renderEntries(entries) {
    reconcile(
      this.list,
      entries,
      (entry) => `${this.store.openId}/${entry.key}`,
      (entry) => entry.build(),
      (node, entry) => entry.update?.(node),
    );
  }

  renderFoot(history) {
    const isTyping = history.typingUntil > Date.now();
    setText(this.typing, isTyping ? t("thread.typing", { name: this.typingName(history) }) : "");
    toggle(this.gap, history.hasGap && history.hasLoaded && Boolean(history.gapTimer));
    toggle(this.jump, !this.isAtBottom);
    setText(this.jump.lastElementChild, this.newCount > 0 ? t("thread.new", { n: this.newCount }) : t("thread.latest"));
  }

  typingName({ typingSender }) {
    const row = this.store.open;
    if (typingSender === "customer" && row) return customerName(row);
    return typingSender === "agent" && row?.agent
      ? row.agent.name
      : t(`sender.${typingSender === "ai" ? "ai" : "customer"}`);
  }

  // --- scrolling ------------------------------------------------------------------------------

  onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const wasAtBottom = this.isAtBottom;
    this.isAtBottom = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
    if (scrollTop < NEAR_TOP_PX && !this.earlier.hidden && !this.isAtBottom) this.showEarlier();
    if (this.isAtBottom === wasAtBottom) return;
    if (this.isAtBottom && this.store.openId !== null) this.caughtUp();
    this.draw();
  }

  caughtUp() {
    this.newCount = 0;
    // Back from reading far up: the old messages leave the page again.
    this.shownCount = PAGE_OF_MESSAGES;
    if (document.visibilityState === "visible") this.desk.markRead(this.store.openId);
  }

  showEarlier() {
    if (this.isGrowingUp) return;
    this.isGrowingUp = true;
    this.isAtBottom = false;
    this.shownCount += PAGE_OF_MESSAGES;
    this.draw();
  }

  jumpToLatest() {
    this.isAtBottom = true;
    this.caughtUp();
    this.draw();
  }

  jumpByHand() {
    this.jumpToLatest();
    this.log.focus({ preventScroll: true });
  }

  scrollToEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

/** What is drawn once and must be drawn anew has another key then. */
function keyOf({ id, isProvisional, card }) {
  if (isProvisional) return `local-${id}`;
  return card?.submitted ? `${id}-filled` : id;
}

function ratingEntry(rating) {
  return { key: `rating-${rating.id}-${rating.score}-${rating.comment}`, build: () => buildRating(rating) };
}

function isContinuation(previous, message) {
  if (!previous || kindOf(previous) !== kindOf(message) || kindOf(message) === "system") return false;
  const isSamePerson = previous.name === message.name || message.isOwn;
  return isSamePerson && message.at - previous.at < GROUP_WITHIN_MS;
}
