/** One conversation in the list: the question first, because that is what an agent chooses by. */
import { el, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import {
  channelName,
  customerName,
  lastMessage,
  lastSender,
  levelName,
  reasonName,
  stateName,
  stateOf,
} from "./names.js";
import { elapsedSince, formatElapsed, formatWhen, heat } from "./time.js";

const PREVIEW_CHARACTERS = 160;

export function buildRow(row) {
  const part = (tag, className) => el(tag, { class: className });
  const parts = {
    subject: part("span", "row-subject"),
    wait: el("span", { class: "sr-only", text: t("list.waiting") }),
    time: part("span", "row-time"),
    name: part("span", "row-name"),
    level: part("span", "level"),
    channel: part("span", "row-channel"),
    preview: part("span", "row-preview"),
    unread: part("span", "badge"),
    reason: part("span", "chip chip-reason"),
    state: part("span", "chip"),
  };
  const button = el(
    "button",
    { type: "button", class: "row", data: { id: row.id } },
    el("span", { class: "row-line" }, parts.subject, parts.wait, parts.time),
    el("span", { class: "row-line row-who" }, parts.name, parts.level, parts.channel, parts.state),
    el("span", { class: "row-line row-last" }, parts.reason, parts.preview, parts.unread),
  );
  const item = el("li", { class: "row-item" }, button);
  item.parts = parts;
  return item;
}

export function updateRow(item, row, { isOpen, unread, view }) {
  const version = `${isOpen}/${unread}/${view}`;
  if (item.row === row && item.version === version) return;
  Object.assign(item, { row, version });
  const { parts } = item;
  const button = item.firstElementChild;
  setAttribute(button, "aria-current", isOpen ? "true" : null);
  setAttribute(button, "data-state", stateOf(row));
  setText(parts.subject, row.subject || t("list.noQuestion"));
  setAttribute(parts.subject, "data-empty", !row.subject);
  setText(parts.name, customerName(row));
  fill(parts.level, levelName(row));
  fill(parts.channel, channelName(row));
  setText(parts.preview, previewOf(row));
  fill(parts.unread, unread > 99 ? "99+" : unread > 0 ? String(unread) : "");
  setAttribute(parts.unread, "aria-label", unread > 0 ? t("list.unread", { n: unread }) : null);
  fill(parts.reason, stateOf(row) === "ai" ? "" : reasonName(row.handoff_reason));
  // In a view where every row has the same state the chip would be noise.
  fill(parts.state, view === "all" ? stateName(row) : "");
  setAttribute(parts.state, "data-state", stateOf(row));
}

/** Once a second: only the waiting time changes. */
export function tickRow(item, now) {
  const { row, parts } = item;
  const { time, wait } = parts;
  const isWaiting = Boolean(row.waiting_since) && row.status !== "closed";
  const waited = isWaiting ? elapsedSince(row.waiting_since, now) : 0;
  const when = row.last_message_at ? formatWhen(row.last_message_at) : "";
  setText(time, isWaiting ? formatElapsed(waited) : when);
  toggle(wait, isWaiting);
  const step = isWaiting ? String(heat(waited)) : null;
  setAttribute(time, "data-heat", step);
  setAttribute(item.firstElementChild, "data-heat", step);
}

function previewOf(row) {
  const text = lastMessage(row).slice(0, PREVIEW_CHARACTERS);
  const sender = lastSender(row);
  // The question already stands in bold above; repeating it tells nothing.
  if (!sender && text === row.subject) return "";
  return sender ? `${sender}: ${text}` : text;
}

function fill(node, text) {
  setText(node, text);
  toggle(node, Boolean(text));
}
