/** How long and when, in the words of the reader's language. */
import { config } from "./config.js";
import { language, t } from "./i18n.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// The platforms that shops are fined by count a reply after three minutes as late.
const HEAT_STEPS = [MINUTE, 2 * MINUTE, 3 * MINUTE];

const locale = language === "zh-hans" ? "zh-CN" : "en-GB";
const clockFormat = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false });
const dayFormat = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric", weekday: "short" });
const yearFormat = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", day: "numeric" });
const fullFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

export function elapsedSince(iso, now = Date.now()) {
  // A shop computer whose clock runs behind would otherwise show negative waits.
  return Math.max(0, now - Date.parse(iso));
}

export function formatElapsed(ms) {
  if (ms >= DAY) return t("time.days", { n: Math.floor(ms / DAY) });
  if (ms >= HOUR) return t("time.hours", { n: Math.floor(ms / HOUR), m: Math.floor((ms % HOUR) / MINUTE) });
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  return `${Math.floor(ms / MINUTE)}:${String(seconds).padStart(2, "0")}`;
}

/** 0 calm … 3 late. */
export function heat(ms) {
  return HEAT_STEPS.filter((step) => ms >= step).length;
}

/** Until when an agent has to answer, or 0: what the strategy of the channel allows, since the wait or the takeover. */
export function answerDue(row) {
  const patience = config.patience?.[row.channel];
  if (!patience || row.owner !== "agent" || !row.waiting_since) return 0;
  const since = Math.max(Date.parse(row.waiting_since), row.taken_at ? Date.parse(row.taken_at) : 0);
  return since + 1000 * (row.is_assigned ? patience.assigned : patience.agent);
}

export function formatClock(iso) {
  return clockFormat.format(new Date(iso));
}

export function formatFull(iso) {
  return fullFormat.format(new Date(iso));
}

export function dayKey(iso) {
  const day = new Date(iso);
  return `${day.getFullYear()}-${day.getMonth() + 1}-${day.getDate()}`;
}

export function formatDay(iso, now = new Date()) {
  const key = dayKey(iso);
  if (key === dayKey(now)) return t("time.today");
  if (key === dayKey(new Date(now.getTime() - DAY))) return t("time.yesterday");
  const day = new Date(iso);
  return (day.getFullYear() === now.getFullYear() ? dayFormat : yearFormat).format(day);
}

/** Short "when" for a list row: the time today, otherwise the day. */
export function formatWhen(iso) {
  return dayKey(iso) === dayKey(new Date()) ? formatClock(iso) : formatDay(iso);
}
