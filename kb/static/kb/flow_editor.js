/* The editor of a decision tree: cards are added, moved and removed; lists of steps follow. Without it the form still saves. */

const form = document.querySelector(".fl-form");
const list = form?.querySelector(".fl-steps");
const template = document.getElementById("fl-step");
const vocabulary = JSON.parse(document.getElementById("fl-vocabulary").textContent);
const status = form?.querySelector('[role="status"]');
let isChanged = false;

const steps = () => [...list.querySelectorAll(":scope > .fl-step")];
const field = (step, name) => step.querySelector(`[name="${CSS.escape(`${step.dataset.key}-${name}`)}"]`);
const say = (text) => { if (status) status.textContent = text; };

/** What a step is about, in one line. */
function summaryOf(step) {
  const kind = step.dataset.kind;
  const chosen = (name) => field(step, name)?.selectedOptions[0]?.textContent ?? "";
  if (kind === "condition") return chosen("fact");
  if (kind === "action") return chosen("action");
  return field(step, "text").value.replace(/\s+/g, " ").trim().slice(0, 30) || vocabulary.kinds[kind];
}

/** Numbers, and every list of steps to go on with. */
function refresh() {
  const cards = steps();
  const targets = cards.map((step, place) => [step.dataset.key, `${place + 1}. ${summaryOf(step)}`]);
  cards.forEach((step, place) => {
    step.querySelector(".fl-number").textContent = place + 1;
    step.querySelector('[data-do="up"]').disabled = place === 0;
    step.querySelector('[data-do="down"]').disabled = place === cards.length - 1;
  });
  for (const select of list.querySelectorAll(".fl-next")) fillSelect(select, [["", vocabulary.words.none], ...targets]);
  refreshVariables(cards);
  form.querySelector(".fl-empty").hidden = cards.length > 0;
}

function refreshVariables(cards) {
  const names = new Set();
  for (const step of cards) {
    const name = { ask: "variable", choose: "choice_variable" }[step.dataset.kind];
    if (name && field(step, name).value.trim()) names.add(field(step, name).value.trim());
  }
  for (const group of list.querySelectorAll(".fl-variables")) {
    const chosen = group.parentElement.value;
    group.replaceChildren(...[...names].map((name) => new Option(name, name, false, name === chosen)));
    group.parentElement.value = chosen;
  }
}

function fillSelect(select, choices) {
  const chosen = select.value;
  select.replaceChildren(...choices.map(([value, text]) => new Option(text, value, false, value === chosen)));
  select.value = choices.some(([value]) => value === chosen) ? chosen : "";
}

/** A value is chosen from a list where there are only a few, and written otherwise. */
function refreshValues(step) {
  const facts = vocabulary.facts[field(step, "fact").value] ?? [];
  for (const value of step.querySelectorAll(".fl-option .fl-value")) swapValue(value, facts);
  const action = vocabulary.actions[field(step, "action").value];
  swapValue(field(step, "value"), action?.choices ?? []);
  step.querySelector(".fl-action-value").hidden = !action?.takes;
  step.querySelector(".fl-takes").textContent = action?.takes ?? "";
  step.querySelector(".fl-help").textContent = action?.help ?? "";
}

function swapValue(old, choices) {
  if ((old.tagName === "SELECT") !== choices.length > 0) {
    const fresh = document.createElement(choices.length ? "select" : "input");
    fresh.className = old.className;
    fresh.name = old.name;
    fresh.dataset.value = old.value;
    if (old.ariaLabel) fresh.ariaLabel = old.ariaLabel;
    if (!choices.length) fresh.maxLength = 100;
    old.replaceWith(fresh);
    if (!choices.length) return;
    old = fresh;
  }
  if (choices.length) {
    const wanted = old.dataset.value ?? old.value;
    delete old.dataset.value;
    old.replaceChildren(...[["", "—"], ...choices].map(([value, text]) => new Option(text, value)));
    old.value = choices.some(([value]) => value === wanted) ? wanted : "";
  }
}

function newKey() {
  const known = new Set(steps().map((step) => step.dataset.key));
  let number = known.size + 1;
  while (known.has(`s${number}`)) number += 1;
  return `s${number}`;
}

/** A new card below another; it goes on where that one went, and that one goes on with it. */
function addStep(before) {
  const key = newKey();
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("KEY", key);
  const step = holder.content.querySelector(".fl-step");
  if (before) before.after(step);
  else list.append(step);
  refresh();
  refreshValues(step);
  if (before && ["say", "ask", "action"].includes(before.dataset.kind)) {
    const way = field(before, "next");
    field(step, "next").value = way.value === key ? "" : way.value;
    way.value = key;
  }
  focusOn(step);
}

function focusOn(step) {
  for (const other of list.querySelectorAll(".is-new")) other.classList.remove("is-new");
  step.classList.add("is-new");
  step.scrollIntoView({ block: "nearest" });
  field(step, "kind").focus();
}

function addOption(step) {
  const options = step.querySelector(".fl-options");
  const last = options.lastElementChild;
  const source = last ?? template.content.querySelector(".fl-option");
  const old = source.querySelector('input[type="hidden"]');
  const names = [...options.querySelectorAll('input[type="hidden"]')].map((input) => Number(input.value.slice(1)) || 0);
  const name = `o${Math.max(0, ...names) + 1}`;
  const prefix = `${old.name.replace(/-option$/, "")}-${old.value}-`;
  const option = source.cloneNode(true);
  for (const input of option.querySelectorAll("input, select")) {
    if (input.type === "hidden") { input.name = `${step.dataset.key}-option`; input.value = name; continue; }
    input.name = `${step.dataset.key}-${name}-${input.name.slice(prefix.length)}`;
    input.value = input.classList.contains("fl-operator") ? input.value : "";
  }
  options.append(option);
  refresh();
  option.querySelector(step.dataset.kind === "choose" ? '[data-for="choose"] input' : "select").focus();
}

function move(step, by) {
  const cards = steps();
  const place = cards.indexOf(step) + by;
  if (place < 0 || place >= cards.length) return;
  if (by < 0) cards[place].before(step);
  else cards[place].after(step);
  refresh();
  say(vocabulary.words.moved.replace("%s", place + 1));
}

function removeStep(step) {
  const following = field(step, "next").value;
  const near = step.nextElementSibling ?? step.previousElementSibling;
  for (const select of list.querySelectorAll(".fl-next")) if (select.value === step.dataset.key) select.value = following;
  step.remove();
  refresh();
  say(vocabulary.words.removed);
  near?.focus();
}

const deeds = {
  add: (step) => addStep(step),
  first: () => addStep(null),
  up: (step, button) => { move(step, -1); button.focus(); },
  down: (step, button) => { move(step, 1); button.focus(); },
  remove: (step) => removeStep(step),
  "add-option": (step) => addOption(step),
  "drop-option": (step, button) => {
    const option = button.closest(".fl-option");
    (option.nextElementSibling ?? option.previousElementSibling ?? step).querySelector("input, select, button")?.focus();
    option.remove();
  },
};

if (form && list && !form.querySelector(".fl-plain").disabled) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    isChanged = true;
    deeds[button.dataset.do]?.(button.closest(".fl-step"), button);
  });
  form.addEventListener("change", (event) => {
    const step = event.target.closest(".fl-step");
    isChanged = true;
    if (!step) return;
    if (event.target.classList.contains("fl-kind")) step.dataset.kind = event.target.value;
    if (event.target.matches(".fl-kind, .fl-fact-select, .fl-action")) refreshValues(step);
    refresh();
  });
  form.addEventListener("submit", () => { isChanged = false; });
  window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
  steps().forEach(refreshValues);
  refresh();
}
