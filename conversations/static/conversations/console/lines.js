/** What the platform itself wrote, in the console's language: from the reason that it keeps, not from its words. */
import { has, t } from "./i18n.js";
import { reasonName } from "./names.js";

const WRITERS = {
  takeover: ({ from, reason, name }) => name && t(takeoverKey(from, reason), { name }),
  transfer: ({ name }) => name && t("line.transfer", { name }),
  handoff: handedOver,
  give_back: () => t("line.give_back"),
  close: ({ reason }) => (reason ? t("line.close.reason", { reason: closeReason(reason) }) : t("line.close")),
  idle_warning: () => t("line.idle_warning"),
  leave_message: () => t("line.leave_message"),
  opt_out: () => t("line.opt_out"),
  ticket: ({ reason, ticket }) => ticket && t(`line.ticket.${reason === "created" ? "created" : "solved"}`, { ticket }),
};

/** One line for agents; the customer's own words of it where no reason is known. */
export function systemLine({ text, why }) {
  const line = why && Object.hasOwn(WRITERS, why.decision) ? WRITERS[why.decision](why) : "";
  return line || text;
}

/** Messages that the shop sends of its own accord are read as they are; only a label says what they are. */
export function systemLabel({ why }) {
  const key = `line.label.${why?.decision}`;
  return has(key) ? t(key) : "";
}

export function closeReason(reason) {
  return has(`close.${reason}`) ? t(`close.${reason}`) : String(reason).replaceAll("_", " ");
}

function takeoverKey(from, reason) {
  if (reason === "assigned") return "line.assigned";
  return from === "none" ? "line.reopened" : "line.takeover";
}

function handedOver({ reason, group_name: group, position }) {
  if (reason === "group_transfer" && group) return t("line.group", { group });
  const why = reasonName(reason);
  if (!why) return t("line.queued");
  return position ? t("line.queued.place", { reason: why, position }) : t("line.queued.reason", { reason: why });
}
