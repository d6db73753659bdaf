/** One message of a thread as an element: who said it is visible at a glance. */
import { el, icon, iconButton, setAttribute, setText, toggle } from "./dom.js";
import { buildFile } from "./files.js";
import { has, t } from "./i18n.js";
import { systemLabel, systemLine } from "./lines.js";
import { errorText, senderName } from "./names.js";
import { formatClock, formatDay, formatFull } from "./time.js";

const URL_PATTERN = /https?:\/\/[^\s<>"'“”‘’（）()，。！？；]+/g;

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

/** `teaching` is what an agent can do with a message beyond reading it. */
export function buildMessage(message, teaching) {
  const kind = kindOf(message);
  const item = el("li", { class: `message message-${kind}`, data: { id: message.id ?? "" } });
  if (kind === "system") {
    item.append(...buildSystem(message));
    return item;
  }
  item.append(buildHead(message, kind));
  if (message.text || !message.attachments?.length) item.append(buildBubble(message));
  item.append(...buildExtras(message), ...buildActions(message, kind, teaching));
  return item;
}

/** The line in the console's language; what the customer read stands in its title. */
function buildSystem(message) {
  const label = systemLabel(message);
  const line = el("p", { class: "system-text", title: `${message.text}\n${formatFull(message.created_at)}` });
  if (label) line.append(el("span", { class: "chip", text: label }), " ");
  line.append(label ? message.text : systemLine(message));
  return message.card ? [line, buildCard(message.card)] : [line];
}

export function updateMessage(item, { continues, isSeen, wrong }) {
  setAttribute(item, "data-continues", Boolean(continues));
  if (wrong && item.wrongText !== wrong.text) {
    item.wrongText = wrong.text;
    item.wrongMark?.remove();
    const words = wrong.text ? t("teach.mark.answer", { name: wrong.by, text: wrong.text }) : t("teach.mark", { name: wrong.by });
    item.append((item.wrongMark = el("p", { class: "wrong-mark", text: words })));
  }
  if (Boolean(isSeen) === Boolean(item.seenMark)) return;
  if (isSeen) item.append((item.seenMark = el("p", { class: "seen", text: t("thread.seen") })));
  else item.seenMark = item.seenMark.remove();
}

export function buildRating({ score, comment, created_at: at }) {
  const stars = "★".repeat(score) + "☆".repeat(5 - score);
  const words = comment ? t("rating.comment", { n: score, comment }) : t("rating.line", { n: score });
  return el(
    "li",
    { class: "message message-system rating", data: { bad: score <= 2 ? "1" : "0" } },
    el(
      "p",
      { class: "system-text", title: formatFull(at) },
      el("span", { class: "stars", "aria-hidden": "true", text: stars }),
      el("span", { text: words }),
    ),
  );
}

function buildActions(message, kind, teaching) {
  if (!teaching || message.isProvisional || !["ai", "agent"].includes(kind) || !message.text) return [];
  const button = (key, run) =>
    el("button", { type: "button", class: "link-button", text: t(key), on: { click: run } });
  const actions =
    kind === "ai"
      ? message.why?.entry_id || ["answer", "clarify", "unknown"].includes(message.why?.decision)
        ? [button("teach.wrong", () => teaching.askWrong(message))]
        : []
      : [
          button("teach.propose", () =>
            teaching.askProposal({
              conversation: message.conversation,
              question: teaching.questionBefore(message),
              answer: message.text,
            }),
          ),
        ];
  return actions.length ? [el("div", { class: "message-actions" }, ...actions)] : [];
}

function buildHead(message, kind) {
  const head = el("div", { class: "message-head" }, el("span", { class: "message-name", text: senderName(message) }));
  if (kind === "ai") head.append(el("span", { class: "ai-badge", text: t("sender.ai.badge") }), ...buildSureness(message));
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

/** How sure the AI was; nothing for words that no knowledge was needed for. */
function buildSureness({ why }) {
  const { decision, confidence } = why ?? {};
  if (decision === "answer" && confidence > 0)
    return [el("span", { class: "sure", title: t("ai.sure.hint"), text: t("ai.sure", { n: Math.round(confidence * 100) }) })];
  return has(`ai.${decision}`) ? [el("span", { class: "sure", text: t(`ai.${decision}`) })] : [];
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
  for (const file of attachments ?? []) extras.push(buildFile(file));
  if (card) extras.push(buildCard(card));
  return extras;
}

/** A card as the customer sees it, in short: its kind, title, and what was filled in. */
function buildCard(card) {
  const key = `card.${card.kind}`;
  const box = el(
    "div",
    { class: "card", role: "group", "aria-label": t("thread.card") },
    el("p", { class: "card-line" }, el("span", { class: "chip", text: has(key) ? t(key) : t("thread.card") }), el("b", { text: card.title ?? "" })),
  );
  if (card.text) box.append(el("p", { class: "card-soft", text: card.text }));
  for (const product of card.products ?? []) box.append(el("p", { text: `${product.name} ${product.price ?? ""}` }));
  for (const value of [card.name, card.phone, card.wechat]) if (value) box.append(el("p", { text: String(value) }));
  if (card.kind === "lead") box.append(el("p", { class: "card-soft", text: cardState(card) }));
  return box;
}

function cardState({ submitted, summary }) {
  if (!submitted) return t("card.open");
  return t("card.submitted", { values: Object.values(summary ?? {}).join(" · ") });
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
    item.text ? buildBubble(item) : null,
    ...(item.attachments ?? []).map(buildFile),
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
