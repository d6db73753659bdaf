/** Who the customer is: profile with contacts on demand, orders and parcels, tickets, earlier chats. */
import { config } from "./config.js";
import { el, perFrame, setAttribute } from "./dom.js";
import { has, t } from "./i18n.js";
import { customerName, errorText } from "./names.js";
import { formatDay, formatFull, formatWhen } from "./time.js";

const CONTACTS = ["phone", "email", "wechat"];
const REFRESH_AFTER_MS = 600;

export class CustomerPanel {
  constructor(root, { store, desk, onOpen, onCard, toasts }) {
    Object.assign(this, { root, store, desk, onOpen, onCard, toasts });
    this.byConversation = new Map();
    this.shown = new Map();
    this.body = el("div", { class: "customer", "aria-live": "off" });
    this.root.append(this.body);
    this.draw = perFrame(() => this.render());
    desk.on("facts", (frame) => this.receive(frame));
    store.on("open", () => this.opened());
    store.on("rows", () => this.wasMine !== this.isMine && this.draw());
    desk.on("message", (message) => this.onMessage(message));
  }

  get facts() {
    return this.byConversation.get(this.store.openId) ?? null;
  }

  get isMine() {
    return Boolean(this.store.open) && this.store.isMine(this.store.open);
  }

  /** The number of the newest order, for canned replies. */
  get orderNumber() {
    return this.facts?.orders[0]?.number ?? "";
  }

  opened() {
    this.draw();
    if (this.store.openId !== null) this.request();
  }

  request() {
    this.desk.send({ type: "facts", conversation: this.store.openId });
  }

  receive(frame) {
    this.byConversation.set(frame.conversation, frame);
    this.draw();
  }

  /** A ticket or an order may stand behind what the platform just wrote. */
  onMessage({ conversation, sender }) {
    if (conversation !== this.store.openId || sender !== "system" || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.store.openId !== null) this.request();
    }, REFRESH_AFTER_MS);
  }

  async reveal(field) {
    const conversation = this.store.openId;
    try {
      const frame = await this.desk.ask({ type: "reveal", conversation, field }, "contact");
      this.shown.set(`${conversation}/${field}`, frame.value);
      this.draw();
    } catch (error) {
      this.toasts.show({ kind: "error", title: errorText(error) });
    }
  }

  render() {
    const { facts } = this;
    this.wasMine = this.isMine;
    setAttribute(this.body, "aria-busy", String(!facts));
    if (!facts) return this.body.replaceChildren(el("div", { class: "skeleton-row" }));
    this.body.replaceChildren(
      this.buildProfile(facts.customer),
      this.buildActions(),
      this.section("customer.orders", facts.orders, (order) => buildOrder(order)),
      this.section("customer.tickets", facts.tickets, (ticket) => buildTicket(ticket)),
      this.section("customer.chats", facts.conversations, (chat) => this.buildChat(chat)),
    );
  }

  section(key, items, build) {
    const list = items.length
      ? el("ul", { class: "cards" }, ...items.map((item) => el("li", { class: "card-item" }, build(item))))
      : el("p", { class: "assist-none", text: t(`${key}.none`) });
    return el("section", { "aria-label": t(key) }, el("h3", { class: "facts-title", text: t(key) }), list);
  }

  buildProfile(customer) {
    const facts = [
      ["facts.name", customerName({ id: customer.id, customer })],
      ["facts.level", customer.level === "normal" ? "" : levelOf(customer)],
      ...CONTACTS.map((field) => [`customer.${field}`, customer[field] && this.buildContact(customer, field)]),
      ["customer.region", customer.region],
      ["customer.note", customer.note],
      ["facts.tags", customer.tags.length ? customer.tags.join("、") : ""],
      ["customer.since", formatDay(customer.created_at)],
    ];
    const shown = facts.filter(([, value]) => value);
    return el("dl", { class: "facts-list" }, ...shown.map(([key, value]) => fact(key, value)));
  }

  buildContact(customer, field) {
    const shown = this.shown.get(`${this.store.openId}/${field}`);
    if (shown) return el("span", { class: "contact", text: shown });
    const label = `${t("customer.show")}: ${t(`customer.${field}`)}`;
    const show = el("button", {
      type: "button",
      class: "link-button",
      text: t("customer.show"),
      "aria-label": label,
      title: t("customer.show.hint"),
      on: { click: () => this.reveal(field) },
    });
    return el("span", { class: "contact" }, el("span", { text: customer[field] }), show);
  }

  buildActions() {
    const url = `${config.ticket_url}?conversation=${this.store.openId}`;
    const ticket =
      config.can_ticket &&
      el("a", { class: "button button-small", href: url, target: "_blank", rel: "noopener", text: t("customer.ticket") });
    const card =
      this.isMine &&
      el("button", {
        type: "button",
        class: "button button-small",
        text: t("customer.card"),
        on: { click: () => this.onCard() },
      });
    return el("div", { class: "customer-actions" }, ticket, card);
  }

  buildChat(chat) {
    const words = chat.subject || chat.last_text || t("list.noQuestion");
    return el(
      "button",
      { type: "button", class: "card-button", on: { click: () => this.onOpen(chat.id) } },
      el("span", { class: "card-title", text: words }),
      el("span", { class: "card-soft", text: [chat.channel, formatWhen(chat.last_message_at)].join(" · ") }),
    );
  }
}

function fact(key, value) {
  return el("div", { class: "fact" }, el("dt", { text: t(key) }), el("dd", {}, value));
}

function levelOf({ level, level_name: name }) {
  return has(`level.${level}`) ? t(`level.${level}`) : name;
}

/** A state's word in the console's language; the server's where the console has none. */
function stateWord(kind, { status, status_name: name }) {
  return has(`${kind}.${status}`) ? t(`${kind}.${status}`) : name;
}

function buildOrder(order) {
  const total = order.currency === "CNY" ? `¥${order.total}` : `${order.total} ${order.currency}`;
  const items = order.items.map((item) => el("li", { text: `${item.name} × ${item.quantity}` }));
  return el(
    "div",
    { class: "order" },
    el(
      "p",
      { class: "card-line" },
      el("span", { class: "card-title card-number", text: order.number }),
      el("span", { class: "chip", data: { tone: order.status }, text: stateWord("order", order) }),
    ),
    el("ul", { class: "order-items" }, ...items),
    el("p", { class: "card-soft", text: [total, formatDay(order.created_at)].join(" · ") }),
    ...order.shipments.map(buildShipment),
  );
}

function buildShipment(shipment) {
  const last = typeof shipment.last_event === "string" ? shipment.last_event : (shipment.last_event?.text ?? "");
  return el(
    "div",
    { class: "shipment" },
    el(
      "p",
      { class: "card-line" },
      el("span", { class: "card-number", text: `${shipment.carrier} ${shipment.tracking_number}`.trim() }),
      el("span", { class: "chip", text: stateWord("parcel", shipment) }),
    ),
    last ? el("p", { class: "card-soft", text: last }) : null,
    shipment.promised_at && shipment.status !== "delivered"
      ? el("p", { class: "card-soft", text: t("customer.promised", { day: formatDay(shipment.promised_at) }) })
      : null,
  );
}

function buildTicket(ticket) {
  const due = ticket.due_at ? t("customer.due", { at: formatFull(ticket.due_at) }) : "";
  return el(
    "a",
    { class: "card-button", href: ticket.url, target: "_blank", rel: "noopener" },
    el(
      "span",
      { class: "card-line" },
      el("span", { class: "card-title", text: ticket.subject }),
      el("span", {
        class: "chip",
        data: { tone: ticket.is_overdue ? "late" : ticket.status },
        text: ticket.is_overdue ? t("customer.overdue") : stateWord("ticket", ticket),
      }),
    ),
    el("span", { class: "card-soft", text: [ticket.number, ticket.owner, due].filter(Boolean).join(" · ") }),
  );
}
