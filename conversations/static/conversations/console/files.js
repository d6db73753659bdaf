/** Images and files of a message: pictures in a box of fixed size, opened large by a click; files as chips. */
import { el, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";

const SAFE_LINK = /^(https?:\/\/|\/[^/\\])/;
const BOX = { width: 240, height: 180 };

export function formatSize(bytes) {
  if (bytes >= 1_048_576) return `${(bytes / 1_048_576).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

export function buildFile(file) {
  const name = file.name || t("thread.attachment");
  if (!SAFE_LINK.test(file.url ?? "")) return el("p", { class: "attachment" }, el("span", { text: name }));
  return file.kind === "image" ? buildImage(file, name) : buildChip(file, name);
}

function buildChip({ url, size }, name) {
  return el(
    "a",
    { class: "attachment file-chip", href: url, target: "_blank", rel: "noopener noreferrer", download: name },
    icon("file"),
    el("span", { class: "file-name", text: name }),
    size ? el("span", { class: "card-soft", text: formatSize(size) }) : null,
  );
}

function buildImage({ url, width, height }, name) {
  // The box has its size before the picture is there, so that the thread does not jump.
  const scale = width && height ? Math.min(1, BOX.width / width, BOX.height / height) : 1;
  const image = el("img", {
    src: url,
    alt: name,
    loading: "lazy",
    width: width ? Math.max(48, Math.round(width * scale)) : BOX.width,
    height: height ? Math.max(48, Math.round(height * scale)) : BOX.height,
  });
  const props = { type: "button", class: "image-button", "aria-label": t("thread.openImage", { name }) };
  const button = el("button", { ...props, on: { click: () => openLightbox(url, name) } }, image);
  image.addEventListener("error", () => button.replaceWith(el("p", { class: "attachment", text: t("thread.noImage", { name }) })));
  return button;
}

function openLightbox(url, name) {
  const dismiss = iconButton({ name: "close", label: t("help.close"), bare: true, onClick: () => dialog.close() });
  const original = el("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: t("thread.original") });
  const dialog = el(
    "dialog",
    { class: "lightbox", "aria-label": name },
    el("header", { class: "lightbox-head" }, el("span", { class: "file-name", text: name }), original, dismiss),
    el("img", { src: url, alt: name }),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
