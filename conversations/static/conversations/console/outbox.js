/** What this agent wrote and the server has not confirmed yet. Survives a reload; never sends twice. */
import { Topics } from "./topics.js";

const RESEND_AFTER_MS = 8_000;
const CHECK_EVERY_MS = 2_000;
const MAX_TRIES = 3;
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

export class Outbox extends Topics {
  /** `transmit(frame)` returns whether the frame left; `onSilence()` is called when no confirmation comes. */
  constructor(storageKey, transmit, onSilence) {
    super();
    Object.assign(this, { storageKey, transmit, onSilence });
    this.items = restore(storageKey);
    setInterval(() => this.resendSilent(), CHECK_EVERY_MS);
  }

  of(conversationId) {
    return this.items.filter((item) => item.conversation === conversationId && !item.echoId);
  }

  /** `extra`: the attachments of a message, and the suggestion that it began as. */
  add(conversation, kind, text, extra = {}) {
    const item = {
      client_id: uuid(),
      conversation,
      kind,
      text,
      attachments: extra.attachments ?? [],
      suggestion: extra.suggestion ?? null,
      created_at: new Date().toISOString(),
      state: "sending",
      tries: 0,
    };
    this.items.push(item);
    this.push(item);
    this.changed(conversation);
    this.emit("added", conversation);
  }

  push(item) {
    const { client_id, conversation, kind, text, attachments = [], suggestion = null } = item;
    const extra = kind === "message" ? { attachments: attachments.map((file) => file.id), suggestion } : {};
    if (!this.transmit({ type: kind, conversation, client_id, text, ...extra })) return;
    item.tries += 1;
    item.sentAt = Date.now();
  }

  /** After a reconnect: the same client_id again; the server stores it once. */
  resendAll() {
    for (const item of this.items) {
      if (item.state !== "sending") continue;
      item.tries = 0;
      this.push(item);
    }
  }

  resendSilent() {
    const now = Date.now();
    for (const item of this.items) {
      if (item.state !== "sending" || now - (item.sentAt ?? now) < RESEND_AFTER_MS) continue;
      this.onSilence();
      if (item.tries >= MAX_TRIES) this.fail(item.client_id, { code: "no_answer" });
      else this.push(item);
    }
  }

  acknowledge(clientId) {
    const item = this.items.find((one) => one.client_id === clientId);
    if (item) this.remove(item);
    return item;
  }

  fail(clientId, { code, detail }) {
    const item = this.items.find((one) => one.client_id === clientId);
    if (!item) return null;
    Object.assign(item, { state: "failed", error: { code, detail }, echoId: null });
    this.changed(item.conversation);
    return item;
  }

  retry(item) {
    Object.assign(item, { state: "sending", error: null, tries: 0, sentAt: Date.now() });
    this.push(item);
    this.changed(item.conversation);
  }

  remove(item) {
    this.items = this.items.filter((one) => one !== item);
    this.changed(item.conversation);
  }

  /** The stored message may arrive before its acknowledgement: then the local copy must not show too. */
  matchEcho(message) {
    const kind = message.private ? "note" : "message";
    const latest = Date.parse(message.created_at) + CLOCK_DIFFERENCE_MS; // the same words said long ago are no echo
    const isEcho = (item) =>
      !item.echoId &&
      item.conversation === message.conversation &&
      item.kind === kind &&
      item.text.trim() === message.text.trim() &&
      (item.attachments ?? []).length === (message.attachments ?? []).length &&
      Date.parse(item.created_at) <= latest;
    const item = this.items.find((one) => one.client_id === message.client_id) ?? this.items.find(isEcho);
    if (!item) return;
    item.echoId = message.id;
    this.changed(item.conversation);
  }

  changed(conversation) {
    sessionStorage.setItem(this.storageKey, JSON.stringify(this.items));
    this.emit("change", conversation);
  }
}

function restore(storageKey) {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey)) ?? [];
  } catch {
    return [];
  }
}

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Absent on plain http inside a shop's own network.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
