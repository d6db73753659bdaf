/** What an agent can do, as frames to the server, and what the server's frames mean for the store. */
import { History } from "./history.js";
import { uuid } from "./outbox.js";
import { Requests } from "./requests.js";
import { Topics } from "./topics.js";

const GAP_WAIT_MS = 400;
const LIST_WAIT_MS = 8_000;
const GAP_RETRIES = 3;
const COMMAND_TIMEOUT_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
const TYPING_SHOWN_MS = 5_000;
const READ_AFTER_MS = 400;
const HISTORIES_KEPT = 25;
const MAX_REFILL_PAGES = 20;
const PASSED_ON = new Set(["suggestions", "facts", "contact", "canned", "automatic", "remarks"]);
const PASSING_ERRORS = new Set(["busy", "internal", "rate_limited"]);

const ownership = (row) => row && [row.epoch, row.owner, row.status, row.agent?.id].join("/");

export class Desk extends Topics {
  constructor(store, outbox, send) {
    super();
    Object.assign(this, { store, outbox, send });
    this.requests = new Requests(send);
    this.histories = new Map();
    this.gapTries = new Map();
    this.command = null;
    this.typingSentAt = 0;
    this.readTimer = null;
    this.refillTo = 0;
    this.presence = "online";
    this.isPresenceUnsent = false;
  }

  // --- connection -----------------------------------------------------------------------------

  connected() {
    const { store } = this;
    // The server knows the switch; this tab's own word counts only when it was said without a connection.
    if (this.isPresenceUnsent) this.setPresence(this.presence);
    this.refillTo = store.listed().length;
    for (const page of Object.values(store.pages)) page.loaded = page.loaded && page === store.pages[store.view];
    // The queue and my chats feed the alerts, whichever view is shown. The server follows the view asked for last.
    for (const view of ["queue", "mine"]) if (view !== store.view) this.requestPage(view, null);
    this.requestPage(store.view, null);
    if (store.openId) this.subscribe(store.openId);
    this.outbox.resendAll();
  }

  // --- lists ----------------------------------------------------------------------------------

  showView(view) {
    this.store.setView(view);
    this.requestPage(view, null);
  }

  loadMore() {
    const { view, pages } = this.store;
    if (pages[view].cursor && !pages[view].loading) this.requestPage(view, pages[view].cursor);
  }

  requestPage(view, cursor) {
    const page = this.store.pages[view];
    page.isFirst = cursor === null;
    if (this.send({ type: "list", view, cursor })) {
      this.store.startLoading(view);
      const { requestedAt } = page;
      // A busy server may refuse or forget; a list that stays empty would look like an empty queue.
      setTimeout(
        () => page.loading && page.requestedAt === requestedAt && this.requestPage(view, cursor),
        LIST_WAIT_MS,
      );
    }
    this.store.emit("rows");
  }

  onConversations(frame) {
    const page = this.store.pages[frame.view];
    if (!page) return;
    // A page that nobody asked for: the server lost touch for a moment and sends the list anew.
    this.store.applyPage(frame, page.loading ? page.isFirst : true);
    const shown = this.store.listed(frame.view).length;
    // A reconnect must not shorten the list under the agent's eyes.
    const isShort =
      frame.view === this.store.view &&
      frame.cursor &&
      shown < Math.min(this.refillTo, MAX_REFILL_PAGES * frame.items.length);
    if (isShort) this.loadMore();
    else this.refillTo = 0;
  }

  // --- one conversation -----------------------------------------------------------------------

  open(id) {
    const previous = this.store.openId;
    if (previous === id) return;
    if (previous) this.send({ type: "unsubscribe", conversation: previous });
    this.store.setOpen(id);
    if (id === null) return;
    this.subscribe(id);
    this.store.markRead(id);
  }

  history(id) {
    if (!this.histories.has(id)) this.histories.set(id, new History(id));
    return this.histories.get(id);
  }

  subscribe(id) {
    const history = this.history(id);
    // Re-inserting keeps the map in order of use, so the first key is the one to drop.
    this.histories.delete(id);
    this.histories.set(id, history);
    if (this.histories.size > HISTORIES_KEPT) this.histories.delete(this.histories.keys().next().value);
    this.send({ type: "subscribe", conversation: id, after: history.resumeAfter });
  }

  onMessage(frame) {
    const id = frame.conversation;
    if (!this.histories.has(id)) return;
    const history = this.history(id);
    if (frame.sender === history.typingSender) history.typingUntil = 0;
    if (frame.sender === "agent") this.outbox.matchEcho(frame);
    if (!history.add(frame)) return;
    if (history.hasGap) this.recoverGap(history);
    else this.gapTries.delete(id);
    this.emit("message", frame);
  }

  /** Frames may overtake each other for a moment; only a gap that stays is asked for again. */
  recoverGap(history) {
    const id = history.conversationId;
    const tries = this.gapTries.get(id) ?? 0;
    if (history.gapTimer || tries >= GAP_RETRIES) return;
    history.gapTimer = setTimeout(
      () => {
        history.gapTimer = null;
        if (!history.hasGap || this.store.openId !== id) return;
        this.gapTries.set(id, tries + 1);
        this.send({ type: "subscribe", conversation: id, after: history.resumeAfter });
        this.recoverGap(history);
      },
      GAP_WAIT_MS * (tries + 1),
    );
  }

  onTyping({ conversation, sender }) {
    if (!this.histories.has(conversation)) return;
    Object.assign(this.history(conversation), { typingSender: sender, typingUntil: Date.now() + TYPING_SHOWN_MS });
    this.emit("typing", conversation);
    setTimeout(() => this.emit("typing", conversation), TYPING_SHOWN_MS + 50);
  }

  /** The customer has seen everything up to a message. */
  onRead({ conversation, seq }) {
    const history = this.histories.get(conversation);
    if (!history || !(seq > history.readSeq)) return;
    history.readSeq = seq;
    this.emit("message", { conversation });
  }

  /** This agent looks at the conversation: gone is the badge, and the server may tell the customer. */
  markRead(id) {
    const row = this.store.rows.get(id);
    this.store.markRead(id);
    if (!row?.unread || !this.store.isMine(row) || this.readTimer) return;
    this.readTimer = setTimeout(() => this.tellRead(id), READ_AFTER_MS);
  }

  tellRead(id) {
    this.readTimer = null;
    if (this.store.openId !== id || document.visibilityState !== "visible") return;
    // Subscribing again is how the contract lets an agent say "I have read this".
    this.send({ type: "subscribe", conversation: id, after: this.history(id).contiguous });
  }

  // --- commands -------------------------------------------------------------------------------

  /** One ownership command at a time; the row that comes back, an error or time ends it. Promises the error, or null. */
  run(kind, conversation, frame) {
    if (this.command) return Promise.resolve({ code: "rate_limited" });
    return new Promise((end) => {
      const timer = setTimeout(() => this.fail({ code: "no_answer" }), COMMAND_TIMEOUT_MS);
      this.command = { kind, conversation, timer, end, before: ownership(this.store.rows.get(conversation)) };
      if (this.send(frame)) this.emit("command");
      else this.fail({ code: "offline" });
    });
  }

  claim(id) {
    this.run("claim", id, { type: "claim", conversation: id });
  }

  release(id, to) {
    this.run(`release_${to}`, id, { type: "release", conversation: id, to });
  }

  close(id, reason) {
    this.run("close", id, { type: "close", conversation: id, reason });
  }

  /** `to` is {agent: ID} or {group: ID}. */
  transfer(id, to, note) {
    return this.run("transfer", id, { type: "transfer", conversation: id, to, note });
  }

  /** Write to a customer whose chat has ended: it opens again, with this agent. */
  reopen(id) {
    this.run("claim", id, { type: "reopen", conversation: id });
  }

  /** A question with one answer: a promise of the frame of type `answer`. */
  ask(frame, answer) {
    return this.requests.ask(frame, answer, uuid());
  }

  onConversation({ conversation: row }) {
    this.store.applyRow(row);
    const { command } = this;
    if (command?.conversation !== row.id || ownership(row) === command.before) return;
    // An early loser sees the winner's row before its own error: that row is not its success.
    if (command.kind === "claim" && !this.store.isMine(row)) return;
    this.endCommand(null);
    this.emit("done", command);
  }

  /** Marks, ratings and filled in cards stay with the history, so that a redraw knows them. */
  onRemarks({ conversation, ratings, wrong, cards = [] }) {
    const history = this.history(conversation);
    for (const rating of ratings) history.ratings.set(rating.id, { ...rating, at: Date.parse(rating.created_at) });
    for (const mark of wrong) history.wrong.set(mark.message, mark);
    for (const { message, card } of cards) history.fillIn(message, card);
    this.emit("message", { conversation });
  }

  onError(frame) {
    // The server asks to send it again; the outbox does so by itself after a pause.
    if (frame.client_id && PASSING_ERRORS.has(frame.code)) return;
    if (frame.client_id && this.outbox.fail(frame.client_id, frame)) return;
    if (this.command) this.fail(frame);
    else this.emit("failed", { kind: null, conversation: frame.conversation ?? null, ...frame });
  }

  fail(error) {
    const { kind, conversation } = this.command;
    this.endCommand(error);
    this.emit("failed", { ...error, kind, conversation });
  }

  endCommand(error) {
    clearTimeout(this.command.timer);
    this.command.end(error);
    this.command = null;
    this.emit("command");
  }

  // --- writing --------------------------------------------------------------------------------

  write(id, kind, text, extra) {
    this.typingSentAt = 0;
    this.outbox.add(id, kind, text, extra);
    if (extra?.suggestion) this.emit("suggestion", { conversation: id, suggestion: extra.suggestion });
  }

  onAck({ client_id: clientId, id, seq, created_at: at }) {
    const item = this.outbox.items.find((one) => one.client_id === clientId);
    if (item) this.keepWritten(item, id, seq, at);
    this.outbox.acknowledge(clientId);
  }

  /** The acknowledgement may come first; the message then stays visible until its own frame comes. */
  keepWritten(item, id, seq, at) {
    const history = this.histories.get(item.conversation);
    if (!history || history.byId.has(id)) return;
    const { conversation, text, kind, attachments = [] } = item;
    const stored = {
      conversation,
      id,
      seq,
      text,
      sender: "agent",
      isOwn: true,
      private: kind === "note",
      isProvisional: true,
    };
    history.add({ ...stored, name: "", options: [], attachments, card: null, created_at: at ?? item.created_at });
    this.emit("message", stored);
  }

  typing(id) {
    const now = Date.now();
    if (now - this.typingSentAt < TYPING_EVERY_MS) return;
    this.typingSentAt = now;
    this.send({ type: "typing", conversation: id });
  }

  setPresence(status) {
    this.presence = status;
    this.isPresenceUnsent = !this.send({ type: "presence", status });
    this.emit("presence");
  }

  /** The switch of this agent, who may have several tabs. */
  onPresence({ status }) {
    if (this.isPresenceUnsent) return;
    this.presence = status;
    this.emit("presence");
  }

  // --- frames ---------------------------------------------------------------------------------

  receive(frame) {
    const isAnswer = this.requests.receive(frame);
    if (isAnswer && frame.type === "error") return;
    if (frame.type === "remarks") this.onRemarks(frame);
    if (PASSED_ON.has(frame.type)) return this.emit(frame.type, frame);
    const handlers = {
      conversations: (one) => this.onConversations(one),
      conversation: (one) => this.onConversation(one),
      counts: (one) => this.store.applyCounts(one),
      message: (one) => this.onMessage(one),
      ack: (one) => this.onAck(one),
      read: (one) => this.onRead(one),
      typing: (one) => this.onTyping(one),
      notification: (one) => this.emit("notification", one),
      presence: (one) => this.onPresence(one),
      error: (one) => this.onError(one),
    };
    // A newer server may speak of things that this page does not know yet.
    if (Object.hasOwn(handlers, frame.type)) handlers[frame.type](frame);
  }
}
