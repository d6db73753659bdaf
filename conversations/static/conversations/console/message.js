/** One message of a thread as an element: who said it is visible at a glance. */
import { el, icon, iconButton, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { errorText, senderName } from "./names.js";
import { formatClock, formatDay, formatFull } from "./time.js";

const URL_PATTERN = /https?:\/\/[^\s<>"'“”‘’（）()，。！？；]+/g;
const SAFE_LINK = /^(https?:\/\/|\/[^/\\])/;

export function kindOf({ sender, private: isPrivate }) {
  if (isPrivate) return "note";
  return ["customer", "ai", "agent"].includes(sender) ? sender : "system";
}

export function buildDay(iso) {
  return el("li", { class: "day", role: "separator" }, el("span", { text: formatDay(iso) }));
}

export function buildUnreadLine() {
  return el("li", { class: "unread-line", role: "separator" }, el("span", { text: t("thread.unreadLine") }));
}

export function buildMessage(message) {
  const kind = kindOf(message);
  const item = el("li", { class: `message message-${kind}`, data: { id: message.id ?? "" } });
  if (kind === "system")
    item.append(el("p", { class: "system-text", title: formatFull(message.created_at), text: message.text }));
  else item.append(buildHead(message, kind), buildBubble(message), ...buildExtras(message));
  return item;
}

export function updateMessage(item, { continues, isSeen }) {
  setAttribute(item, "data-continues", Boolean(continues));
  if (Boolean(isSeen) === Boolean(item.seenMark)) return;
  if (isSeen) item.append((item.seenMark = el("p", { class: "seen", text: t("thread.seen") })));
  else item.seenMark = item.seenMark.remove();
}

function buildHead(message, kind) {
  const head = el("div", { class: "message-head" }, el("span", { class: "message-name", text: senderName(message) }));
  if (kind === "ai") head.append(el("span", { class: "ai-badge", text: t("sender.ai.badge") }));
  if (kind === "note")
    head.append(
      el(
        "span",
        { class: "note-badge" },
        icon("lock"),
        el("span", { text: `${t("sender.note")} · ${t("sender.note.hint")}` }),
      ),
    );
  const at = message.created_at;
  head.append(el("time", { datetime: at, title: formatFull(at), text: formatClock(at) }));
  return head;
}

function buildBubble({ text }) {
  const bubble = el("p", { class: "bubble", dir: "auto" });
  let end = 0;
  for (const match of text.matchAll(URL_PATTERN)) {
    bubble.append(text.slice(end, match.index), link(match[0], match[0]));
    end = match.index + match[0].length;
  }
  bubble.append(text.slice(end));
  return bubble;
}

function buildExtras({ options, attachments, card }) {
  const extras = [];
  if (options?.length)
    extras.push(
      el(
        "ul",
        { class: "options", "aria-label": t("thread.options") },
        ...options.map((option) => el("li", { text: option.text })),
      ),
    );
  for (const file of attachments ?? []) extras.push(buildAttachment(file));
  if (card) extras.push(buildCard(card));
  return extras;
}

function buildAttachment({ name, url }) {
  const label = name || t("thread.attachment");
  return el("p", { class: "attachment" }, SAFE_LINK.test(url ?? "") ? link(url, label) : el("span", { text: label }));
}

function buildCard(card) {
  const values = Object.entries(card).filter(([, value]) => ["string", "number"].includes(typeof value));
  const pairs = values.flatMap(([key, value]) => [el("dt", { text: key }), el("dd", { text: String(value) })]);
  return el("dl", { class: "card", "aria-label": t("thread.card") }, ...pairs);
}

function link(href, text) {
  return el("a", { href, text, target: "_blank", rel: "noopener noreferrer nofollow" });
}

// --- what the server has not confirmed yet ----------------------------------------------------

export function buildPending(item, outbox, onEdit) {
  const kind = item.kind === "note" ? "note" : "agent";
  const state = el("span", { class: "send-state" });
  const actions = el(
    "span",
    { class: "send-actions" },
    iconButton({ name: "send", label: t("send.retry"), className: "button-small", onClick: () => outbox.retry(item) }),
    el("button", {
      type: "button",
      class: "button button-small",
      text: t("send.edit"),
      on: { click: () => onEdit(item) },
    }),
    el("button", {
      type: "button",
      class: "button button-small",
      text: t("send.discard"),
      on: { click: () => outbox.remove(item) },
    }),
  );
  const node = el(
    "li",
    { class: `message message-${kind} message-pending` },
    buildBubble(item),
    el("div", { class: "send-line" }, state, actions),
  );
  Object.assign(node, { state, actions });
  return node;
}

export function updatePending(node, item, isOnline) {
  const hasFailed = item.state === "failed";
  setAttribute(node, "data-failed", hasFailed);
  toggle(node.actions, hasFailed);
  if (hasFailed) setText(node.state, `${t("send.failed")} · ${errorText(item.error ?? {})}`);
  else setText(node.state, t(isOnline ? "send.sending" : "send.waiting"));
}
