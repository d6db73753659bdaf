/** Cards of marketing that an agent may send into the own chat. */
import { el } from "./dom.js";
import { has, t } from "./i18n.js";
import { errorText } from "./names.js";

export async function askCard(conversation, { desk, dialogs, toasts }) {
  let items;
  try {
    ({ items } = await desk.ask({ type: "cards", conversation }, "cards"));
  } catch (error) {
    return toasts.show({ kind: "error", title: errorText(error) });
  }
  if (items.length === 0)
    return dialogs.ask("card.send", [el("p", { class: "dialog-text", text: t("card.none") })], null, () => {});
  const choices = items.map((item, at) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name: "card", value: item.id, checked: at === 0, required: true }),
      el("span", { class: "choice-name", text: item.name }),
      el("span", { class: "card-soft", text: [kindName(item.kind), item.is_text && t("card.asText")].filter(Boolean).join(" · ") }),
    ),
  );
  const list = el("fieldset", { class: "choices choices-scroll" }, el("legend", { text: t("card.which") }), ...choices);
  dialogs.ask("card.send", [list], "card.submit", async (form) => {
    try {
      await desk.ask({ type: "card", conversation, card: Number(form.get("card")) }, "ack");
    } catch (error) {
      return errorText(error);
    }
    toasts.show({ title: t("card.sent") });
    return "";
  });
}

function kindName(kind) {
  return has(`card.${kind}`) ? t(`card.${kind}`) : "";
}
