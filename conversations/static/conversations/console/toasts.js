/** Short messages in a corner; the important ones can be acted on and stay longer. */
import { el, iconButton, setText } from "./dom.js";
import { t } from "./i18n.js";

const SHOWN_MS = { info: 4_000, alert: 12_000, error: 9_000 };
const MAX_SHOWN = 3;

export class Toasts {
  constructor(root) {
    this.root = root;
    this.shown = new Map();
  }

  /** A toast with the key of one already shown replaces its text instead of piling up. */
  show({ kind = "info", title, text = "", key = title, action = null, about = null }) {
    this.dismiss(key);
    const words = el(
      "div",
      { class: "toast-words" },
      el("p", { class: "toast-title", text: title }),
      text ? el("p", { class: "toast-text", text }) : null,
    );
    const node = el("div", { class: `toast toast-${kind}`, role: kind === "info" ? "status" : "alert" }, words);
    if (action)
      node.append(
        el("button", {
          type: "button",
          class: "button button-small",
          text: action.label,
          on: { click: () => this.act(key, action) },
        }),
      );
    node.append(
      iconButton({
        name: "close",
        label: t("action.dismiss"),
        bare: true,
        className: "button-small",
        onClick: () => this.dismiss(key),
      }),
    );
    this.root.append(node);
    const timer = setTimeout(() => this.dismiss(key), SHOWN_MS[kind]);
    this.shown.set(key, { node, timer, about });
    if (this.shown.size > MAX_SHOWN) this.dismiss(this.shown.keys().next().value);
  }

  act(key, action) {
    this.dismiss(key);
    action.run();
  }

  /** Take away what was said about one conversation. */
  dismissAbout(id) {
    for (const [key, { about }] of this.shown) if (about === id) this.dismiss(key);
  }

  dismiss(key) {
    const toast = this.shown.get(key);
    if (!toast) return;
    clearTimeout(toast.timer);
    toast.node.remove();
    this.shown.delete(key);
  }
}

/** Says something to screen readers without showing it. */
export function announcer(node) {
  return (text) => setText(node, text);
}
