/** Questions to the server that have one answer: a promise for each, matched by client id or by the answer's type. */

const ANSWER_WITHIN_MS = 10_000;

export class Requests {
  /** `transmit(frame)` returns whether the frame left. */
  constructor(transmit) {
    this.transmit = transmit;
    this.waiting = new Map();
  }

  /** Resolves with the frame of type `answer`; rejects with {code, detail}. */
  ask(frame, answer, clientId) {
    return new Promise((resolve, reject) => {
      if (!this.transmit({ ...frame, client_id: clientId })) return reject({ code: "offline" });
      const timer = setTimeout(() => this.settle(clientId, { error: { code: "no_answer" } }), ANSWER_WITHIN_MS);
      this.waiting.set(clientId, { answer, resolve, reject, timer });
    });
  }

  /** Every frame passes here; returns whether it was somebody's answer. */
  receive(frame) {
    if (frame.type === "error") return this.settle(frame.client_id, { error: frame });
    if (frame.type === "ack") return this.settle(frame.client_id, { frame });
    for (const [clientId, one] of this.waiting)
      if (one.answer === frame.type) return this.settle(clientId, { frame });
    return false;
  }

  settle(clientId, { frame, error }) {
    const one = this.waiting.get(clientId);
    if (!one) return false;
    clearTimeout(one.timer);
    this.waiting.delete(clientId);
    if (error) one.reject(error);
    else one.resolve(frame);
    return true;
  }
}
