/** Conveniences of the pages of tickets; all of them work without this script. */
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
const rows = [...document.querySelectorAll("[data-rows] tbody a")];

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

for (const select of document.querySelectorAll("[data-submits]"))
  select.addEventListener("change", () => select.form.requestSubmit());

for (const button of document.querySelectorAll("[data-fills]"))
  button.addEventListener("click", () => {
    document.getElementById(button.dataset.fills).value = button.value;
  });

// A second press while the first is on its way would only confuse; the server takes it once anyway.
for (const form of document.querySelectorAll("form[method=post]"))
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));

// What is being written outlives a log-in that ran out, a lost line, and the press of another button. One that was sent
// has arrived when the next page is another one or says so.
const prefix = `cs.ticket.${document.body.dataset.user}`;
const page = `${prefix}${location.pathname}${location.search}`;
const isSaved = document.querySelector(".notice") !== null;

for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(prefix)))
  if (draftOf(key).isSent && (isSaved || !key.startsWith(`${page} `))) sessionStorage.removeItem(key);

for (const area of document.querySelectorAll("form[method=post] textarea")) {
  const key = `${page} ${area.name}`;
  area.value ||= draftOf(key).text;
  area.addEventListener("input", () => keepDraft(key, area.value, false));
  area.form.addEventListener("submit", () => keepDraft(key, area.value, true));
}

function draftOf(key) {
  return { text: "", isSent: false, ...JSON.parse(sessionStorage.getItem(key)) };
}

function keepDraft(key, text, isSent) {
  if (text) sessionStorage.setItem(key, JSON.stringify({ text, isSent }));
  else sessionStorage.removeItem(key);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) {
    event.preventDefault();
    if (target.matches("a")) target.click();
    else target.select();
  } else if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
  }
});

function step(by) {
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))].focus();
}
