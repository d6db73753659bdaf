/** Files on their way into a reply: chosen, pasted or dropped; one after the other, each with its state. */
import { config } from "./config.js";
import { el, iconButton, setAttribute, setText, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { Topics } from "./topics.js";
import { formatSize } from "./files.js";

const LIMITS = config.uploads;
const CODES = ["empty", "bad_image", "too_big", "unsupported_type", "not_yours", "rate_limited", "forbidden"];
const WORTH_A_RETRY = new Set(["offline", "rate_limited", "server"]); // a forbidden type stays forbidden

export class Uploads extends Topics {
  constructor() {
    super();
    this.byConversation = new Map();
    this.tray = el("ul", { class: "tray", hidden: true, "aria-label": t("upload.tray") });
  }

  of(conversation) {
    return this.byConversation.get(conversation) ?? [];
  }

  isBusy(conversation) {
    return this.of(conversation).some((one) => ["waiting", "sending"].includes(one.state));
  }

  ready(conversation) {
    return this.of(conversation)
      .filter((one) => one.state === "done")
      .map((one) => one.stored);
  }

  add(conversation, files) {
    const known = this.of(conversation);
    const room = Math.max(0, LIMITS.per_message_max - known.length);
    const taken = [...files].slice(0, room).map((file) => ({ conversation, file, share: 0, ...judge(file) }));
    this.byConversation.set(conversation, [...known, ...taken]);
    this.emit("change", conversation);
    this.next(conversation);
    return taken.length < files.length ? "too_many" : "";
  }

  next(conversation) {
    if (this.of(conversation).some((one) => one.state === "sending")) return;
    const upload = this.of(conversation).find((one) => one.state === "waiting");
    if (upload) this.send(upload);
  }

  send(upload) {
    const form = new FormData();
    form.append("conversation", String(upload.conversation));
    form.append("file", upload.file);
    const request = new XMLHttpRequest();
    Object.assign(upload, { state: "sending", share: 0, error: "", request });
    request.open("POST", LIMITS.url);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (!lengthComputable) return;
      upload.share = loaded / total;
      this.emit("change", upload.conversation);
    });
    request.addEventListener("load", () => this.loaded(upload, request));
    request.addEventListener("error", () => this.fail(upload, "offline"));
    request.send(form);
    this.emit("change", upload.conversation);
  }

  loaded(upload, request) {
    let answer = null;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      answer = null;
    }
    if (request.status === 201 && answer) Object.assign(upload, { state: "done", stored: answer });
    else return this.fail(upload, CODES.includes(answer?.code) ? answer.code : "server");
    this.emit("change", upload.conversation);
    this.next(upload.conversation);
  }

  fail(upload, error) {
    Object.assign(upload, { state: "failed", error });
    this.emit("change", upload.conversation);
    this.next(upload.conversation);
  }

  retry(upload) {
    upload.state = "waiting";
    this.next(upload.conversation);
  }

  remove(upload) {
    if (upload.state === "sending") upload.request.abort();
    const left = this.of(upload.conversation).filter((one) => one !== upload);
    this.byConversation.set(upload.conversation, left);
    this.emit("change", upload.conversation);
    this.next(upload.conversation);
  }

  /** What was sent with a message leaves the tray; what failed stays until somebody takes it away. */
  clear(conversation) {
    this.byConversation.set(
      conversation,
      this.of(conversation).filter((one) => one.state !== "done"),
    );
    this.emit("change", conversation);
  }

  // --- drawing --------------------------------------------------------------------------------

  render(conversation) {
    const uploads = this.of(conversation);
    toggle(this.tray, uploads.length > 0);
    for (const node of [...this.tray.children]) if (!uploads.includes(node.upload)) node.remove();
    for (const upload of uploads) {
      const node = [...this.tray.children].find((one) => one.upload === upload) ?? this.build(upload);
      setAttribute(node, "data-state", upload.state);
      node.bar.value = upload.share;
      toggle(node.bar, upload.state === "sending");
      toggle(node.again, upload.state === "failed" && WORTH_A_RETRY.has(upload.error));
      const size = formatSize(upload.file.size);
      setText(node.state, upload.state === "failed" ? t(`upload.${upload.error}`, limits()) : `${size}${doneWord(upload)}`);
    }
  }

  build(upload) {
    const { name } = upload.file;
    const node = el("li", { class: "tray-item" });
    node.upload = upload;
    node.bar = el("progress", { max: "1", value: "0", "aria-label": t("upload.progress", { name }) });
    node.state = el("span", { class: "tray-state", role: "status" });
    node.again = el("button", {
      type: "button",
      class: "button button-small",
      text: t("send.retry"),
      on: { click: () => this.retry(upload) },
    });
    const remove = iconButton({
      name: "close",
      label: t("upload.remove", { name }),
      bare: true,
      className: "button-small",
      onClick: () => this.remove(upload),
    });
    node.append(el("span", { class: "tray-name", text: name, title: name }), node.state, node.bar, node.again, remove);
    this.tray.append(node);
    return node;
  }
}

/** What the server would refuse need not be sent there. */
function judge({ type, size, name }) {
  const isAccepted = LIMITS.accept.some((one) => one === type || (one.startsWith(".") && name.toLowerCase().endsWith(one)));
  const error = size === 0 ? "empty" : size > LIMITS.bytes_max ? "too_big" : isAccepted ? "" : "unsupported_type";
  return error ? { state: "failed", error } : { state: "waiting", error: "" };
}

function limits() {
  return { n: Math.floor(LIMITS.bytes_max / 1_048_576) };
}

function doneWord({ state }) {
  return state === "done" ? ` · ${t("upload.done")}` : "";
}

function csrfToken() {
  return document.querySelector("#post-form [name=csrfmiddlewaretoken]").value;
}
