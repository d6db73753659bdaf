/** The messages of one conversation: in order, each once, and aware of what is missing. */
import { dayKey } from "./time.js";

export class History {
  constructor(conversationId) {
    this.conversationId = conversationId;
    this.byId = new Map();
    this.seqs = new Set();
    this.ordered = [];
    this.isSorted = true;
    this.contiguous = 0;
    this.highest = 0;
    this.readSeq = 0;
    this.typingSender = null;
    this.typingUntil = 0;
    this.hasLoaded = false;
    this.ratings = new Map();
    this.wrong = new Map();
  }

  /** Returns whether the message is new. */
  add(message) {
    const known = this.byId.get(message.id);
    this.hasLoaded = true;
    if (known && !known.isProvisional) return false;
    Object.assign(message, { at: Date.parse(message.created_at), day: dayKey(message.created_at) });
    this.byId.set(message.id, message);
    if (known) this.ordered[this.ordered.indexOf(known)] = message;
    else this.insert(message);
    this.count(message);
    return !known;
  }

  /** The customer filled in the card of a message. */
  fillIn(id, card) {
    const message = this.byId.get(id);
    if (message) message.card = card;
  }

  insert(message) {
    const last = this.ordered.at(-1);
    if (last && compare(last, message) > 0) this.isSorted = false;
    this.ordered.push(message);
  }

  /** A note bears the number of the public message before it, so it proves nothing about gaps. */
  count({ seq, private: isPrivate }) {
    if (isPrivate || !Number.isInteger(seq)) return;
    this.seqs.add(seq);
    this.highest = Math.max(this.highest, seq);
    while (this.seqs.has(this.contiguous + 1)) this.contiguous += 1;
  }

  get messages() {
    if (!this.isSorted) {
      this.ordered.sort(compare);
      this.isSorted = true;
    }
    return this.ordered;
  }

  /** From where to ask again: one earlier, because notes share the number of the message before them. */
  get resumeAfter() {
    return Math.max(0, this.contiguous - 1);
  }

  get hasGap() {
    return this.highest > this.contiguous;
  }
}

/** A note has no number of its own; the clock decides where it stands. */
function compare(a, b) {
  const numbered = Number.isInteger(a.seq) && Number.isInteger(b.seq);
  if (numbered && a.seq !== b.seq) return a.seq - b.seq;
  return a.at - b.at || (a.id > b.id ? 1 : -1);
}
