/** The right pane: tabs for recommended replies, the customer and canned replies; a sheet where there is no room. */
import { el, iconButton, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";

const TABS = ["suggest", "customer", "canned"];
const NARROW = "(max-width: 1180px)";

export class AssistPane {
  constructor(root) {
    this.root = root;
    this.panels = Object.fromEntries(
      TABS.map((name) => [
        name,
        el("div", { class: "assist-panel", role: "tabpanel", id: `assist-${name}`, "aria-labelledby": `assist-tab-${name}`, tabindex: "-1" }),
      ]),
    );
    this.tabs = Object.fromEntries(TABS.map((name) => [name, this.buildTab(name)]));
    const tabList = el("div", { class: "assist-tabs", role: "tablist", "aria-label": t("assist.label") }, ...Object.values(this.tabs));
    tabList.addEventListener("keydown", (event) => this.onTabKey(event));
    const close = iconButton({
      name: "close",
      label: t("assist.close"),
      bare: true,
      className: "assist-close",
      onClick: () => this.close(),
    });
    this.root.append(el("div", { class: "assist-head" }, tabList, close), ...Object.values(this.panels));
    this.show("suggest");
  }

  buildTab(name) {
    const count = el("span", { class: "tab-count", hidden: true });
    const tab = el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `assist-tab-${name}`,
        "aria-controls": `assist-${name}`,
        on: { click: () => this.show(name) },
      },
      el("span", { text: t(`assist.${name}`) }),
      count,
    );
    tab.count = count;
    return tab;
  }

  show(name) {
    this.shown = name;
    for (const one of TABS) {
      const isShown = one === name;
      setAttribute(this.tabs[one], "aria-selected", String(isShown));
      setAttribute(this.tabs[one], "tabindex", isShown ? "0" : "-1");
      toggle(this.panels[one], isShown);
    }
  }

  showCount(n) {
    toggle(this.tabs.suggest.count, n > 0);
    setText(this.tabs.suggest.count, String(n ?? ""));
    document.body.toggleAttribute("data-suggested", n > 0);
  }

  onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const name = TABS[(TABS.indexOf(this.shown) + step + TABS.length) % TABS.length];
    this.show(name);
    this.tabs[name].focus();
  }

  // --- where there is no room for a third column ------------------------------------------------

  /** Whether the pane lies over the thread now, so that Escape closes it before anything else. */
  get isSheet() {
    return matchMedia(NARROW).matches && document.body.hasAttribute("data-facts");
  }

  toggle(returnTo = document.activeElement) {
    const isOn = document.body.toggleAttribute("data-facts");
    if (!matchMedia(NARROW).matches) return;
    if (isOn) {
      this.returnTo = returnTo;
      this.tabs[this.shown].focus();
    } else this.returnTo?.focus?.();
  }

  open(name) {
    this.show(name);
    const isHidden = matchMedia(NARROW).matches !== document.body.hasAttribute("data-facts");
    if (isHidden) this.toggle();
    this.tabs[name].focus();
  }

  /** After a reply was taken from it the sheet makes room for the composer. */
  close() {
    if (this.isSheet || !matchMedia(NARROW).matches) this.toggle();
  }

  closeSheet() {
    if (this.isSheet) document.body.removeAttribute("data-facts");
  }
}
