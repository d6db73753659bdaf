/** The bar on top: presence, sound, desktop alerts, help, own menu, and the state of the connection. */
import { canNotify } from "./alerts.js";
import { config } from "./config.js";
import { el, icon, iconButton, setAttribute, setText, toggle } from "./dom.js";
import { language, t } from "./i18n.js";
import { errorText } from "./names.js";

const THEMES = ["auto", "light", "dark"];

export class TopBar {
  constructor(root, { desk, sound, dialogs, toasts, postForm }) {
    Object.assign(this, { root, desk, sound, toasts, postForm });
    const help = iconButton({
      name: "help",
      label: t("help.title"),
      bare: true,
      className: "help-button",
      onClick: () => dialogs.showHelp(),
    });
    this.root.append(
      el(
        "div",
        { class: "topbar-tools" },
        this.buildNotify(),
        this.buildAutomatic(),
        this.buildPresence(),
        this.buildSound(),
        help,
        this.buildMenu(),
      ),
    );
    this.systemDark = matchMedia("(prefers-color-scheme: dark)");
    this.systemDark.addEventListener("change", () => this.applyTheme(this.themeName));
    this.applyTheme(localStorage.getItem("cs.theme") ?? "auto");
  }

  buildPresence() {
    const options = ["online", "away"].map((status) =>
      el(
        "button",
        { type: "button", class: "presence", data: { status }, on: { click: () => this.desk.setPresence(status) } },
        el("span", { class: "dot" }),
        el("span", { text: t(`presence.${status}`) }),
      ),
    );
    const show = () =>
      options.forEach((option) =>
        setAttribute(option, "aria-pressed", String(option.dataset.status === this.desk.presence)),
      );
    this.desk.on("presence", show);
    show();
    return el("div", { class: "presence-switch", role: "group", "aria-label": t("presence.label") }, ...options);
  }

  /** Whether waiting customers are given to this agent without a click. */
  buildAutomatic() {
    const word = el("span", { text: t("automatic.label") });
    const button = el(
      "button",
      { type: "button", class: "button button-bare automatic", role: "switch", on: { click: () => this.turn(!this.isAutomatic) } },
      el("span", { class: "switch", "aria-hidden": "true" }),
      word,
    );
    this.isAutomatic = Boolean(config.is_automatic);
    const show = () => {
      setAttribute(button, "aria-checked", String(this.isAutomatic));
      setAttribute(button, "title", t(this.isAutomatic ? "automatic.on" : "automatic.off"));
    };
    this.desk.on("automatic", ({ is_on: isOn }) => {
      this.isAutomatic = isOn;
      show();
    });
    show();
    return button;
  }

  async turn(isOn) {
    try {
      await this.desk.ask({ type: "automatic", is_on: isOn }, "automatic");
      this.toasts.show({ title: t(isOn ? "automatic.on" : "automatic.off"), key: "automatic" });
    } catch (error) {
      this.toasts.show({ kind: "error", title: errorText(error) });
    }
  }

  buildSound() {
    const button = iconButton({
      name: "sound",
      label: "",
      bare: true,
      onClick: () => this.sound.setOn(!this.sound.isOn) || show(),
    });
    const show = () => {
      const label = t(this.sound.isOn ? "sound.on" : "sound.off");
      button.replaceChildren(icon(this.sound.isOn ? "sound" : "mute"));
      for (const name of ["aria-label", "title"]) setAttribute(button, name, label);
      setAttribute(button, "aria-pressed", String(this.sound.isOn));
    };
    show();
    return button;
  }

  /** The browser asks only when the agent asked for it; a question out of nowhere gets refused. */
  buildNotify() {
    const button = iconButton({
      name: "bell",
      label: t("notify.enable"),
      className: "notify-button",
      onClick: () => this.askPermission(button),
    });
    toggle(button, canNotify() && Notification.permission === "default");
    return button;
  }

  async askPermission(button) {
    const answer = await Notification.requestPermission();
    toggle(button, answer === "default");
    this.toasts.show({ title: t(answer === "granted" ? "notify.enabled" : "notify.denied") });
  }

  // --- own menu -------------------------------------------------------------------------------

  buildMenu() {
    const name = el("span", { class: "me-name", text: config.user.name });
    this.menuButton = el(
      "button",
      {
        type: "button",
        class: "button button-bare me",
        "aria-expanded": "false",
        "aria-controls": "me-menu",
        "aria-label": `${t("menu.label")}: ${config.user.name}`,
        on: { click: () => this.toggleMenu() },
      },
      el("span", { class: "avatar", "aria-hidden": "true", text: initial(config.user.name) }),
      name,
    );
    this.theme = this.menuItem("", () => this.nextTheme());
    const otherLanguage = language === "en" ? "zh-hans" : "en";
    const translate = this.menuItem(t("menu.language"), () =>
      this.postForm(config.language_url, { language: otherLanguage, next: location.pathname + location.hash }),
    );
    const admin =
      config.can_admin && config.admin_url
        ? el("a", { class: "menu-item", href: config.admin_url, text: t("menu.admin") })
        : null;
    const account = el("a", { class: "menu-item", href: config.account_url, text: t("menu.account") });
    const leave = this.menuItem(t("menu.logout"), () => this.signOut());
    this.menu = el("div", { class: "menu", id: "me-menu", hidden: true }, this.theme, translate, admin, account, leave);
    const wrap = el("div", { class: "menu-wrap" }, this.menuButton, this.menu);
    document.addEventListener("click", (event) => !wrap.contains(event.target) && this.toggleMenu(false));
    wrap.addEventListener("keydown", (event) => this.onMenuKey(event));
    return wrap;
  }

  menuItem(text, run) {
    return el("button", { type: "button", class: "menu-item", text, on: { click: run } });
  }

  onMenuKey(event) {
    if (event.key !== "Escape" || this.menu.hidden) return;
    event.stopPropagation();
    this.toggleMenu(false);
    this.menuButton.focus();
  }

  toggleMenu(isOpen = this.menu.hidden) {
    toggle(this.menu, isOpen);
    setAttribute(this.menuButton, "aria-expanded", String(isOpen));
  }

  nextTheme() {
    this.applyTheme(THEMES[(THEMES.indexOf(this.themeName) + 1) % THEMES.length]);
    localStorage.setItem("cs.theme", this.themeName);
  }

  applyTheme(name) {
    this.themeName = THEMES.includes(name) ? name : "auto";
    const system = this.systemDark.matches ? "dark" : "light";
    setAttribute(document.documentElement, "data-theme", this.themeName === "auto" ? system : this.themeName);
    setText(this.theme, t(`menu.theme.${this.themeName}`));
  }

  signOut() {
    // The next person at this computer must not find this agent's drafts.
    sessionStorage.clear();
    this.postForm(config.logout_url, {});
  }
}

/** The strip that appears when the console is cut off. */
export class ConnectionStrip {
  constructor(root, socket) {
    Object.assign(this, { root, socket });
    this.text = el("span");
    this.retry = el("button", {
      type: "button",
      class: "button button-small",
      text: t("net.retry"),
      on: { click: () => socket().reconnectNow() },
    });
    // Loading this very address again leads over the log-in page back to the chat that is open.
    this.login = el("button", {
      type: "button",
      class: "button button-small",
      text: t("net.login"),
      on: { click: () => location.reload() },
    });
    this.root.append(this.text, this.retry, this.login);
    this.current = { state: "connecting" };
    setInterval(() => this.render(), 1_000);
  }

  show(current) {
    // A try in between two waits lasts a blink; the strip should not flicker.
    if (current.state === "connecting" && this.current.state === "waiting") return;
    this.current = current;
    this.render();
  }

  render() {
    const { state, retryAt } = this.current;
    toggle(this.root, state === "waiting" || state === "expired");
    toggle(this.retry, state === "waiting");
    toggle(this.login, state === "expired");
    if (state === "waiting")
      setText(this.text, t("net.waiting", { n: Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) }));
    if (state === "expired") setText(this.text, t("net.expired"));
  }
}

function initial(name) {
  // Chinese given names are told apart by their last character, Latin ones by the first.
  const characters = [...name.trim()];
  return /\p{Script=Han}/u.test(name) ? characters.at(-1) : (characters[0] ?? "").toUpperCase();
}
