/** Agents teach the AI: a reply is marked wrong with the right one beside it, an answer becomes a proposal. */
import { el } from "./dom.js";
import { t } from "./i18n.js";
import { errorText } from "./names.js";

const QUESTION_MAX = 500;
const ANSWER_MAX = 2_000;
const CALL = /^\W*(?:我?要|请|帮我)?(?:转|找|叫|接)?(?:接|到|个)?(?:人工|真人|客服).{0,4}$/; // whoever only asks for a person asks no question

export class Teaching {
  constructor({ store, desk, dialogs, toasts }) {
    Object.assign(this, { store, desk, dialogs, toasts });
  }

  /** The customer's question that a message answers. */
  questionBefore(message) {
    const { messages } = this.desk.history(message.conversation);
    const earlier = messages.filter((one) => one.sender === "customer" && one.seq < message.seq && one.text);
    const asked = earlier.filter((one) => !CALL.test(one.text));
    return (asked.at(-1) ?? earlier.at(-1))?.text ?? "";
  }

  askWrong(message) {
    const known = this.desk.history(message.conversation).wrong.get(message.id);
    const answer = this.field("textarea", "text", "teach.right", known?.text ?? "", ANSWER_MAX, { rows: "5" });
    const body = [
      quote("teach.question", this.questionBefore(message)),
      quote("teach.said", message.text),
      answer,
      el("p", { class: "dialog-text", text: t("teach.wrong.text") }),
    ];
    this.dialogs.ask("teach.wrong", body, "teach.wrong.submit", (form) =>
      this.tell({ type: "wrong", conversation: message.conversation, message: message.id, text: form.get("text").trim() }, "marked"),
    );
  }

  /** `message` is what a person answered; without one the agent writes the answer now. */
  askProposal({ conversation, question, answer }) {
    const body = [
      this.field("input", "question", "teach.question", question.slice(0, QUESTION_MAX), QUESTION_MAX, { required: true }),
      this.field("textarea", "text", "teach.answer", answer, ANSWER_MAX, { rows: "5", required: true }),
      this.field("input", "note", "teach.note", "", QUESTION_MAX, {}),
      el("p", { class: "dialog-text", text: t("teach.propose.text") }),
    ];
    this.dialogs.ask("teach.propose", body, "teach.propose.submit", (form) => {
      const [asked, text, note] = ["question", "text", "note"].map((name) => form.get(name).trim());
      return this.tell({ type: "propose", conversation, question: asked, text, note }, "proposed");
    });
  }

  /** The dialog stays until the server has agreed; what it refuses stands in the dialog. */
  async tell(frame, answer) {
    try {
      await this.desk.ask(frame, answer);
    } catch (error) {
      return errorText(error);
    }
    this.toasts.show({ title: t(`teach.${answer}`) });
    return "";
  }

  field(tag, name, key, value, maxlength, more) {
    const input = el(tag, { name, class: "input", maxlength, dir: "auto", ...more });
    input.value = value;
    return el("label", { class: "field" }, el("span", { text: t(key) }), input);
  }
}

function quote(key, text) {
  if (!text) return null;
  return el("div", { class: "quote" }, el("span", { text: t(key) }), el("blockquote", { text }));
}
