/* More phrasings to pick: one click puts a suggestion into the field. Without this script the field is all there is. */
(() => {
  const el = (name, attributes, ...children) => {
    const node = Object.assign(document.createElement(name), attributes);
    node.append(...children);
    return node;
  };

  function begin(root) {
    const area = document.getElementById(root.dataset.phrasings);
    const box = root.querySelector(".kb-phrasings");
    const [button, list] = box.children;
    const form = area.form;
    box.hidden = false;

    const write = (text) => {
      area.value = [area.value.trimEnd(), text].filter(Boolean).join("\n");
      area.dispatchEvent(new Event("change", { bubbles: true }));
    };

    const add = (text, chip) => {
      write(text);
      const next = chip.nextElementSibling ?? chip.previousElementSibling ?? button;
      chip.remove();
      next.focus();
    };

    const drawChip = ({ text, count }) => {
      const times = count > 1 ? ` ×${count}` : "";
      const chip = el("button", { type: "button", className: "kb-chip", textContent: `＋ ${text}${times}` });
      chip.dataset.text = text;
      chip.addEventListener("click", () => add(text, chip));
      return chip;
    };

    const drawGroup = ({ title, items }) => {
      const all = el("button", { type: "button", className: "bo-link", textContent: root.dataset.all });
      const group = el("div", { className: "kb-chips" },
        el("span", { className: "bo-note" }, `${title} `, ...(items.length > 1 ? [all] : [])), ...items.map(drawChip));
      all.addEventListener("click", () => {
        for (const chip of group.querySelectorAll(".kb-chip")) write(chip.dataset.text);
        group.remove();
        button.focus();
      });
      return group;
    };

    const draw = ({ groups, note }) => {
      const parts = groups.map(drawGroup);
      if (note) parts.push(el("p", { className: "bo-note", textContent: note }));
      list.replaceChildren(...parts);
    };

    button.addEventListener("click", async () => {
      button.disabled = true;
      list.replaceChildren(el("p", { className: "bo-note", textContent: root.dataset.busy }));
      const body = new FormData();
      body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      body.set("question", form.elements.question?.value ?? "");
      body.set("variants", area.value);
      body.set("entry", /\/(\d+)\/change\//.exec(location.pathname)?.[1] ?? "");
      try {
        const reply = await fetch(root.dataset.url, { method: "POST", body });
        if (!reply.ok) throw new Error(reply.status);
        draw(await reply.json());
      } catch {
        list.replaceChildren(el("p", { className: "kb-error", textContent: root.dataset.failed }));
      }
      button.disabled = false;
    });
  }

  const start = () => document.querySelectorAll("[data-phrasings]").forEach(begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
