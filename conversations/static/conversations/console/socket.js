/** The agent WebSocket: stays connected, says in which state it is, hands over parsed frames. */

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 15_000;
const BACKOFF_ABUSE_MS = 5_000;
const PING_EVERY_MS = 25_000;
const PONG_WITHIN_MS = 8_000;
const OPEN_WITHIN_MS = 10_000;
const LOGIN_CHECK_AFTER_FAILURES = 2;
const ABUSE_CLOSE_CODE = 1008;
const REFUSED_CLOSE_CODES = new Set([4401, 4403]);

export function backoff(failures, random = Math.random()) {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** failures);
  // Jitter, so that after a restart not every console knocks in the same moment.
  return ceiling * (0.5 + random / 2);
}

export class AgentSocket {
  /** `onState` gets {state: "connecting"|"open"|"waiting"|"expired", retryAt}. */
  constructor(path, { onOpen, onFrame, onState }) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.url = `${scheme}//${location.host}${path}`;
    this.handlers = { onOpen, onFrame, onState };
    this.failures = 0;
    this.socket = null;
    this.timers = {};
    // A line that broke rarely closes the socket: both events are a reason to ask.
    for (const type of ["online", "offline"]) addEventListener(type, () => this.probe());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.probe());
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    clearTimeout(this.timers.retry);
    this.handlers.onState({ state: "connecting" });
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
    this.timers.open = setTimeout(() => this.abandon(), OPEN_WITHIN_MS);
  }

  send(frame) {
    if (!this.isOpen) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  reconnectNow() {
    if (this.isOpen || this.socket?.readyState === WebSocket.CONNECTING) return;
    this.connect();
  }

  /** A laptop that slept may hold a dead socket that looks open: ask, and give up on silence. */
  probe() {
    if (!this.isOpen) return this.reconnectNow();
    this.send({ type: "ping" });
    // Asked again before the answer: the time of the first question counts.
    this.timers.pong ??= setTimeout(() => this.abandon(), PONG_WITHIN_MS);
  }

  opened() {
    clearTimeout(this.timers.open);
    this.failures = 0;
    this.timers.ping = setInterval(() => this.probe(), PING_EVERY_MS);
    this.handlers.onState({ state: "open" });
    this.handlers.onOpen();
  }

  received(data) {
    this.heard();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame && typeof frame.type === "string") this.handlers.onFrame(frame);
  }

  heard() {
    clearTimeout(this.timers.pong);
    this.timers.pong = null;
  }

  abandon() {
    const socket = this.socket;
    this.closed(0);
    socket.onclose = null;
    socket.close();
  }

  async closed(code) {
    clearInterval(this.timers.ping);
    clearTimeout(this.timers.open);
    this.heard();
    this.socket = null;
    this.failures += 1;
    const floor = code === ABUSE_CLOSE_CODE ? BACKOFF_ABUSE_MS : 0;
    const delay = Math.max(floor, backoff(this.failures - 1));
    this.handlers.onState({ state: "waiting", retryAt: Date.now() + delay });
    this.timers.retry = setTimeout(() => this.connect(), delay);
    const isRefused = REFUSED_CLOSE_CODES.has(code);
    if (isRefused || (this.failures >= LOGIN_CHECK_AFTER_FAILURES && (await isLoggedOut()))) this.expire();
  }

  expire() {
    clearTimeout(this.timers.retry);
    this.handlers.onState({ state: "expired" });
  }
}

/** The browser hides why a handshake was refused; a page that redirects to the login tells it. */
async function isLoggedOut() {
  try {
    const answer = await fetch(location.pathname, {
      redirect: "manual",
      cache: "no-store",
      credentials: "same-origin",
    });
    return answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
  } catch {
    return false;
  }
}
