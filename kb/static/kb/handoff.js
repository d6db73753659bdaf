/* The hand-to-human condition as rows: cases of which one is enough, each with conditions that hold together.
   The textarea stays what is sent; without this script it is what is edited. */
(() => {
  const el = (name, attributes = {}, ...children) => {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "text") node.textContent = value;
      else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== false && value !== "") node.setAttribute(key, value);
    }
    node.append(...children.filter(Boolean));
    return node;
  };

  class Editor {
    constructor(root) {
      this.root = root;
      this.area = document.getElementById(root.dataset.handoff);
      const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
      this.kinds = Object.fromEntries(data.kinds.map((kind) => [kind.name, kind]));
      this.words = data.words;
      this.cases = data.cases;
      this.note = data.note;
      this.text = root.querySelector(".kb-handoff-text");
      this.view = el("div", { class: "kb-handoff-rows" });
      this.text.hidden = true;
      root.append(this.view);
      this.draw();
    }

    draw() {
      const { words } = this;
      const cases = this.cases.map((tests, at) => this.drawCase(tests, at));
      const note = el("textarea", { rows: 2, class: this.area.className, "aria-label": words.note });
      note.value = this.note;
      note.addEventListener("input", () => { this.note = note.value; this.write(); });
      this.view.replaceChildren(
        el("p", { class: "bo-note", text: this.cases.length ? words.when : words.never }),
        ...cases,
        el("div", { class: "bo-actions" },
          el("button", { type: "button", class: "bo-button", text: `＋ ${words.addCase}`, onclick: () => this.addCase() }),
          el("button", { type: "button", class: "bo-link", text: words.asText, onclick: () => this.showText() })),
        el("label", { class: "kb-handoff-note" }, el("span", { class: "bo-note", text: words.note }), note),
      );
    }

    change() {
      this.draw();
      this.write();
    }

    drawCase(tests, at) {
      const rows = tests.map((test, place) => this.drawTest(tests, test, place));
      return el("div", { class: "kb-handoff-case" },
        at > 0 && el("span", { class: "kb-handoff-or", text: this.words.or }),
        ...rows,
        el("button", { type: "button", class: "bo-link", text: `＋ ${this.words.addAnd}`,
          onclick: () => { tests.push({ kind: "amount", value: "" }); this.change(); } }));
    }

    drawTest(tests, test, place) {
      const kind = this.kinds[test.kind];
      const select = el("select", { class: "bo-select", "aria-label": this.words.when },
        ...Object.values(this.kinds).map((one) => el("option", { value: one.name, text: one.label })));
      select.value = test.kind;
      select.addEventListener("change", () => { test.kind = select.value; test.value = ""; this.change(); });
      return el("div", { class: "kb-handoff-test" },
        place > 0 && el("span", { class: "bo-note", text: this.words.and }),
        select,
        kind.text.includes("{}") && this.drawValue(kind, test),
        el("button", { type: "button", class: "bo-link", text: "×", "aria-label": this.words.remove, title: this.words.remove,
          onclick: () => this.remove(tests, place) }));
    }

    drawValue(kind, test) {
      const keep = (event) => { test.value = event.target.value; this.write(); };
      if (kind.choices.length) {
        const select = el("select", { class: "bo-select", "aria-label": this.words.value, onchange: keep },
          ...kind.choices.map(([value, label]) => el("option", { value, text: label })));
        if (!test.value) test.value = kind.choices.at(-1)[0];
        select.value = test.value;
        return select;
      }
      const input = el("input", { type: "text", inputmode: kind.type === "number" ? "decimal" : "text", class: "bo-select",
        placeholder: kind.hint, "aria-label": this.words.value, oninput: keep });
      input.value = test.value;
      return input;
    }

    addCase() {
      this.cases.push([{ kind: "words", value: "" }]);
      this.change();
      [...this.view.querySelectorAll(".kb-handoff-case input")].at(-1)?.focus();
    }

    remove(tests, place) {
      tests.splice(place, 1);
      this.cases = this.cases.filter((one) => one.length > 0);
      this.change();
    }

    showText() {
      this.view.remove();
      this.text.hidden = false;
      this.area.focus();
    }

    write() {
      const asText = (test) => this.kinds[test.kind].text.replace("{}", test.value.trim());
      const isGiven = (test) => !this.kinds[test.kind].text.includes("{}") || test.value.trim() !== "";
      const cases = this.cases.map((tests) => tests.filter(isGiven).map(asText).join(" + ")).filter(Boolean);
      const text = [...cases, this.note.trim()].filter(Boolean).join("\n");
      this.area.value = text;
      this.area.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  const start = () => document.querySelectorAll("[data-handoff]").forEach((root) => new Editor(root));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
