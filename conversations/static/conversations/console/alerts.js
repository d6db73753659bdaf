/** Nobody waits unnoticed: sound, title, desktop notification and toast, until somebody looks. */
import { config } from "./config.js";
import { has, t } from "./i18n.js";
import { customerName, lastMessage, reasonName } from "./names.js";

const RING_EVERY_MS = 12_000;
const FLASH_EVERY_MS = 1_200;
const SAME_NEWS_MS = 3_000;
const QUEUE = "queue";
const MINE = new Set(["transferred", "assigned", "answer_due", "set_away", "bad_rating"]); // about one chat of this very agent
const byId = (id) => document.getElementById(id);
const LOOKING = ["pointermove", "pointerdown", "keydown", "wheel", "focus"];

export class Alerts {
  constructor({ store, desk, sound, toasts, onOpen }) {
    Object.assign(this, { store, desk, sound, toasts, onOpen });
    this.isLookedAt = true;
    this.recent = new Map();
    this.notices = new Map();
    store.on("row", (change) => this.onRow(change));
    for (const topic of ["counts", "rows"]) store.on(topic, () => this.showTitle());
    store.on("open", () => store.openId !== null && this.withdraw(store.openId));
    desk.on("notification", (frame) => this.onNotification(frame));
    for (const type of LOOKING) addEventListener(type, () => this.looked(), { capture: true, passive: true });
    setInterval(() => this.ring(), RING_EVERY_MS);
    setInterval(() => this.showTitle(), FLASH_EVERY_MS);
  }

  // --- what is news ---------------------------------------------------------------------------

  onRow({ before, row }) {
    const { store } = this;
    if (before?.owner === "queue" && row.owner !== "queue") this.withdraw(row.id);
    if (row.owner === "queue" && before?.owner !== "queue") return this.customerWaits(row);
    const isNew = row.unread > (before?.unread ?? 0) && store.isMine(row) && before && store.isMine(before);
    if (!isNew) return;
    if (row.id === store.openId && document.hasFocus()) return this.desk.markRead(row.id);
    const title = t("alert.message", { name: customerName(row) });
    this.tell({ id: row.id, key: `chat-${row.id}`, sound: "message", title, text: lastMessage(row), isShown: false });
  }

  customerWaits(row) {
    // Put back by this agent, or under the agent's eyes: no news.
    if (row.id === this.store.openId && document.hasFocus()) return;
    const reason = reasonName(row.handoff_reason);
    const text = [row.subject || lastMessage(row), reason].filter(Boolean).join(" · ");
    this.tell({
      id: row.id,
      key: QUEUE,
      sound: "queue",
      title: t("alert.queued"),
      text,
      isShown: this.isQueueInSight(),
    });
    this.isLookedAt = false;
    this.showTitle();
  }

  /** Whoever sees the row appear needs no toast about it. */
  isQueueInSight() {
    return this.store.view === "queue" && document.hasFocus() && byId("list").offsetParent !== null;
  }

  onNotification(frame) {
    const { kind, conversation: id, text } = frame;
    if (kind === "ticket_overdue") return this.ticketOverdue(frame);
    if (kind === "set_away") {
      this.desk.presence = "away"; // or the next connection would say online again
      this.desk.emit("presence");
    }
    const isInSight = id === this.store.openId && document.hasFocus();
    if (isInSight && ["queued", "bad_rating"].includes(kind)) return;
    const title = has(`alert.${kind}`) ? t(`alert.${kind}`) : text;
    const isQueue = !MINE.has(kind);
    this.tell({
      id,
      key: isQueue ? QUEUE : `chat-${id}`,
      sound: "queue",
      title,
      text: title === text ? "" : text,
      isShown: isQueue && this.isQueueInSight(),
    });
    this.isLookedAt = false;
  }

  /** A ticket has a page of its own, and often no chat. */
  ticketOverdue({ ticket, subject }) {
    const run = () => window.open(`${config.tickets_url}${encodeURIComponent(ticket)}/`, "_blank", "noopener");
    this.tell({
      id: `ticket-${ticket}`,
      key: `ticket-${ticket}`,
      sound: "message",
      title: t("alert.ticket_overdue"),
      text: [ticket, subject].filter(Boolean).join(" · "),
      isShown: false,
      run,
    });
  }

  // --- how it is told -------------------------------------------------------------------------

  /** A row and a notification may bring the same news within a moment: told once. */
  tell({ id, key, sound, title, text, isShown, run = () => this.onOpen(id) }) {
    const now = Date.now();
    if (now - (this.recent.get(id) ?? 0) < SAME_NEWS_MS) return;
    this.recent.set(id, now);
    this.sound.play(sound);
    const action = id ? { label: t("action.open"), run } : null;
    // One toast for the queue however many wait, one for each chat: never a wall of them.
    if (!isShown) this.toasts.show({ kind: "alert", key, title: this.titled(key, title), text, action, about: id });
    if (!document.hasFocus()) this.notify({ id, title, text, run });
  }

  notify({ id, title, text, run }) {
    if (!canNotify() || Notification.permission !== "granted") return;
    const notice = new Notification(title, { body: text, tag: `cs-${id}`, renotify: true, silent: true });
    notice.onclick = () => {
      window.focus();
      if (id) run();
      notice.close();
    };
    this.notices.set(id, notice);
  }

  titled(key, title) {
    return key === QUEUE && this.waiting > 1 ? t("empty.thread.waiting", { n: this.waiting }) : title;
  }

  /** Served already, by a colleague or by opening it: nobody should run after it any more. */
  withdraw(id) {
    this.notices.get(id)?.close();
    this.notices.delete(id);
    this.toasts.dismissAbout(id);
  }

  // --- until somebody looks -------------------------------------------------------------------

  looked() {
    if (this.isLookedAt || document.visibilityState !== "visible") return;
    this.isLookedAt = true;
    this.showTitle();
  }

  get waiting() {
    // Rows arrive at once, counts once a second.
    return Math.max(this.store.counts.queue ?? 0, this.store.inView("queue").length);
  }

  ring() {
    if (this.waiting === 0) this.isLookedAt = true;
    if (!this.isLookedAt && this.desk.presence === "online") this.sound.play("queue");
  }

  showTitle() {
    const unread = this.store.inView("mine").filter((row) => this.store.unread(row) > 0).length;
    const total = this.waiting + unread;
    const usual = total > 0 ? `(${total}) ${t("app.title")}` : t("app.title");
    const isFlash = !this.isLookedAt && this.waiting > 0 && Math.floor(Date.now() / FLASH_EVERY_MS) % 2 === 0;
    const title = isFlash ? `● ${t("alert.title")} (${this.waiting})` : usual;
    if (document.title !== title) document.title = title;
  }
}

/** Browsers offer notifications only to pages loaded over https or from this machine. */
export function canNotify() {
  return "Notification" in window && window.isSecureContext;
}
