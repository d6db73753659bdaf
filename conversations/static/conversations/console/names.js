/** How a conversation and the people in it are called on the screen. */
import { config } from "./config.js";
import { has, t } from "./i18n.js";

export function customerName({ id, customer }) {
  // The server's word for somebody without a name is in the shop's language, not in the console's.
  return (customer?.is_named === false ? "" : customer?.name) || t("visitor", { id: customer?.id ?? id });
}

/** Empty for an ordinary customer: a mark that everybody wears says nothing. */
export function levelName({ customer }) {
  const level = String(customer?.level ?? "").toLowerCase();
  if (["", "0", "normal", "none", "standard"].includes(level)) return "";
  return has(`level.${level}`) ? t(`level.${level}`) : String(customer.level);
}

export function channelName({ channel, channel_name: name }) {
  return name || channel?.name || channel?.key || channel || "";
}

export function isMine(row) {
  return row.owner === "agent" && row.agent?.id === config.user.id;
}

/** One of queue, ai, mine, agent, closed, none. */
export function stateOf(row) {
  if (row.status === "closed") return "closed";
  if (row.owner === "agent") return isMine(row) ? "mine" : "agent";
  return ["queue", "ai"].includes(row.owner) ? row.owner : "none";
}

export function stateName(row) {
  return t(`state.${stateOf(row)}`, { name: row.agent?.name ?? t("sender.agent") });
}

export function ownerName(row) {
  const state = stateOf(row);
  if (row.agent && ["mine", "agent"].includes(state)) return row.agent.name;
  return t(has(`owner.${row.owner}`) ? `owner.${row.owner}` : "owner.none");
}

/** A known code in words; a text that a rule or a colleague wrote stays as it is. */
export function reasonName(reason) {
  if (!reason) return "";
  return has(`reason.${reason}`) ? t(`reason.${reason}`) : String(reason).replaceAll("_", " ");
}

export function senderName(message) {
  if (message.isOwn) return config.user.name;
  const role = has(`sender.${message.sender}`) ? t(`sender.${message.sender}`) : "";
  return message.name || role;
}

export function lastMessage(row) {
  const text = row.last_message ?? "";
  return ["[图片]", "[Image]"].includes(text) ? t("list.image") : text;
}

/** Empty for the customer, whose words need no label in a list of customers. */
export function lastSender({ last_sender: sender }) {
  return ["ai", "agent", "system"].includes(sender) ? t(`sender.${sender}`) : "";
}

export function errorText({ code, detail, name }) {
  if (code === "already_claimed" && detail === "closed") return t("error.closed");
  if (code === "already_claimed") return t("error.already_claimed", { name: detail || name || t("error.somebody") });
  if (has(`error.${code}`)) return t(`error.${code}`, { detail: detail ?? "" });
  return t("error.unknown", { detail: detail || code });
}
