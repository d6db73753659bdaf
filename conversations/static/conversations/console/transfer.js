/** Whom to pass a chat to: colleagues with what they have to do, groups with how many of them are there. */
import { el, toggle } from "./dom.js";
import { t } from "./i18n.js";
import { errorText } from "./names.js";

const SEARCH_FROM = 7;
const NOTE_MAX = 500;

export async function askTransfer(id, { desk, dialogs, toasts }) {
  let people;
  try {
    people = await desk.ask({ type: "colleagues" }, "colleagues");
  } catch (error) {
    return toasts.show({ kind: "error", title: errorText(error) });
  }
  const { agents, groups } = people;
  const choices = [...agents.map(colleagueChoice), ...groups.map(groupChoice)];
  if (choices.length === 0)
    return dialogs.ask("transfer.title", [el("p", { class: "dialog-text", text: t("transfer.none") })], null, () => {});
  // Nobody is proposed who is not there: the customer would only wait once more.
  const present = [...agents.map(({ presence }) => presence === "online"), ...groups.map((group) => group.present > 0)];
  const proposed = choices[present.indexOf(true)];
  if (proposed) proposed.querySelector("input").checked = true;
  const search = el("input", {
    type: "search",
    class: "input",
    placeholder: t("transfer.search"),
    "aria-label": t("transfer.search"),
    hidden: choices.length < SEARCH_FROM,
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const choice of choices) toggle(choice, choice.textContent.toLowerCase().includes(wanted));
  });
  const note = el("textarea", {
    name: "note",
    class: "input",
    rows: "3",
    maxlength: NOTE_MAX,
    placeholder: t("transfer.note"),
    "aria-label": t("transfer.note"),
  });
  const body = [search, list("transfer.to", choices.slice(0, agents.length)), list("transfer.group", choices.slice(agents.length)), note];
  dialogs.ask("transfer.title", body, "transfer.submit", async (form) => {
    const [kind, number] = form.get("to").split(":");
    const error = await desk.transfer(id, { [kind]: Number(number) }, form.get("note").trim());
    return error ? errorText(error) : "";
  });
}

function list(key, choices) {
  if (choices.length === 0) return null;
  return el("fieldset", { class: "choices choices-scroll" }, el("legend", { text: t(key) }), ...choices);
}

function colleagueChoice({ id, name, presence, load, capacity }) {
  const busy = capacity === null ? t("transfer.load", { n: load }) : t("transfer.load.of", { n: load, max: capacity });
  return choice(`agent:${id}`, name, presence, presence === "offline" ? t("transfer.offline") : `${t(`presence.${presence}`)} · ${busy}`);
}

function groupChoice({ id, name, present }) {
  const words = present > 0 ? t("transfer.present", { n: present }) : t("transfer.nobody");
  return choice(`group:${id}`, name, present > 0 ? "online" : "offline", words);
}

function choice(value, name, presence, words) {
  return el(
    "label",
    { class: "choice" },
    el("input", { type: "radio", name: "to", value, required: true }),
    el("span", { class: "dot", data: { presence } }),
    el("span", { class: "choice-name", text: name }),
    el("span", { class: "card-soft", text: words }),
  );
}
