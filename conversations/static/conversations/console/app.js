/** Puts the console together: one store, one socket, the panes around them. */
import { Alerts } from "./alerts.js";
import { AssistPane } from "./assist.js";
import { CannedPanel, CannedReplies, fillIn } from "./canned.js";
import { Composer, Drafts } from "./composer.js";
import { config } from "./config.js";
import { CustomerPanel } from "./customer.js";
import { Desk } from "./desk.js";
import { Dialogs } from "./dialogs.js";
import { el, toggle } from "./dom.js";
import { FactsPane } from "./facts.js";
import { canClaim, emptyThread, ThreadHeader } from "./header.js";
import { t } from "./i18n.js";
import { ListPane } from "./list.js";
import { errorText, stateOf } from "./names.js";
import { Outbox } from "./outbox.js";
import { askCard } from "./sendcard.js";
import { bindShortcuts } from "./shortcuts.js";
import { AgentSocket } from "./socket.js";
import { Sound } from "./sound.js";
import { Store } from "./store.js";
import { SuggestionsPanel } from "./suggestions.js";
import { Teaching } from "./teaching.js";
import { ThreadPane } from "./thread.js";
import { Toasts } from "./toasts.js";
import { ConnectionStrip, TopBar } from "./topbar.js";
import { askTransfer } from "./transfer.js";
import { Uploads } from "./uploads.js";

const byId = (id) => document.getElementById(id);

const store = new Store(config.user.id);
const outbox = new Outbox(
  `cs.outbox.${config.user.id}`,
  (frame) => socket.send(frame),
  () => socket.isOpen && socket.probe(),
);
const desk = new Desk(store, outbox, (frame) => socket.send(frame));
desk.presence = config.presence === "away" ? "away" : "online";
const socket = new AgentSocket(config.ws, {
  onOpen: () => {
    desk.connected();
    canned.load();
    if (store.openId !== null) customer.request();
  },
  onFrame: (frame) => desk.receive(frame),
  onState: (state) => {
    strip.show(state);
    thread.draw(); // what waits to be sent says what it waits for
  },
});

const toasts = new Toasts(byId("toasts"));
const dialogs = new Dialogs(document.body, desk);
const strip = new ConnectionStrip(byId("connection"), () => socket);
const sound = new Sound();
new TopBar(byId("topbar"), { desk, sound, dialogs, toasts, postForm });
const list = new ListPane(byId("list"), store, desk, openConversation);
const canned = new CannedReplies(desk);
const teaching = new Teaching({ store, desk, dialogs, toasts });
const assist = new AssistPane(byId("facts"));
const suggestions = new SuggestionsPanel(assist.panels.suggest, {
  store,
  desk,
  onUse: useSuggestion,
  onTeach: (question) => teaching.askProposal({ conversation: store.openId, question, answer: "" }),
});
const customer = new CustomerPanel(assist.panels.customer, {
  store,
  desk,
  toasts,
  onOpen: openConversation,
  onCard: () => askCard(store.openId, { desk, dialogs, toasts }),
});
new FactsPane(assist.panels.customer, store);
const composer = new Composer(byId("composer"), {
  store,
  desk,
  canned,
  drafts: new Drafts(`cs.draft.${config.user.id}`),
  uploads: new Uploads(),
  fill: (text) => fillIn(text, store.open, customer.orderNumber),
  onRefused: (title) => toasts.show({ kind: "error", title }),
});
new CannedPanel(assist.panels.canned, { canned, dialogs, toasts, onUse: useCanned });
const empty = emptyThread(openNext);
byId("thread-empty").append(empty.node);
new ThreadHeader(byId("thread-header"), {
  store,
  desk,
  dialogs,
  onBack: showList,
  onFacts: () => assist.toggle(),
  onTransfer: (id) => askTransfer(id, { desk, dialogs, toasts }),
});
const thread = new ThreadPane(byId("thread-log"), { store, desk, outbox, isOnline: () => socket.isOpen, onEdit: takeBack, teaching });
new Alerts({ store, desk, sound, toasts, onOpen: openConversation });

// --- help to answer -----------------------------------------------------------------------------

function useSuggestion(item, isSent) {
  if (isSent) desk.write(store.openId, "message", item.text, { suggestion: item.id });
  else composer.edit(item);
  assist.closeSheet();
}

function useCanned(item) {
  if (!store.open) return;
  composer.setMode("message", false);
  assist.closeSheet();
  composer.insert(item.text);
}

// --- moving about -------------------------------------------------------------------------------

function openConversation(id) {
  showConversation(id);
  requestAnimationFrame(() => (canFocusComposer() ? composer.focus() : focusThread()));
}

function showConversation(id) {
  desk.open(id);
  document.body.dataset.screen = "thread";
  const hash = `#${id}`;
  // From the list a step forward, so that a phone's back button returns to the list.
  if (location.hash !== hash) history[location.hash ? "replaceState" : "pushState"](null, "", hash);
}

function canFocusComposer() {
  return matchMedia("(hover: hover)").matches && store.open && stateOf(store.open) === "mine";
}

function openNext() {
  const next = store.listed("queue")[0];
  if (!next) return;
  if (store.view !== "queue") desk.showView("queue");
  openConversation(next.id);
}

function showList() {
  if (matchMedia("(max-width: 720px)").matches) leaveThread();
  requestAnimationFrame(() => list.focusCursor());
}

function leaveThread() {
  document.body.dataset.screen = "list";
  history.replaceState(null, "", location.pathname);
  desk.open(null);
}

function followAddress() {
  const id = Number(location.hash.slice(1));
  if (Number.isInteger(id) && id > 0) showConversation(id);
  else leaveThread();
}

function takeBack(item) {
  outbox.remove(item);
  composer.putBack(item);
}

const countSuggestions = () => assist.showCount(suggestions.current?.items.length ?? 0);
desk.on("suggested", countSuggestions);
store.on("open", countSuggestions);

/** Signing out and changing the language are POSTs; the page's one form carries the token. */
function postForm(url, fields) {
  const form = byId("post-form");
  form.action = url;
  for (const [name, value] of Object.entries(fields)) form.append(el("input", { type: "hidden", name, value }));
  form.submit();
}

// --- what came out of it ------------------------------------------------------------------------

store.on("open", showThread);
for (const topic of ["counts", "rows"]) store.on(topic, () => empty.update(store.counts.queue ?? 0));

function showThread() {
  const isOpen = store.openId !== null;
  toggle(byId("thread"), isOpen);
  toggle(byId("thread-empty"), !isOpen);
  document.body.toggleAttribute("data-open", isOpen);
}

desk.on("done", ({ kind, conversation }) => {
  toasts.show({ title: t(`done.${kind}`), key: `done-${conversation}` });
  if (conversation !== store.openId) return;
  requestAnimationFrame(() => (kind === "claim" ? composer.setMode("message", true) : catchFocus()));
});

/** The button that gave the chat away has gone with it; the keyboard goes on from the thread. */
function catchFocus() {
  const at = document.activeElement;
  if (at === document.body || at.disabled || at.offsetParent === null) focusThread();
}

function focusThread() {
  byId("thread-log").firstElementChild.focus({ preventScroll: true });
}

desk.on("failed", ({ kind, conversation, code, detail }) => {
  const name = store.rows.get(conversation)?.agent?.name;
  if (code === "not_found" && store.openId !== null && !store.open) leaveThread();
  toasts.show({ kind: "error", key: `failed-${kind}`, title: errorText({ code, detail, name }) });
});

bindShortcuts(
  {
    move: (step) => list.move(step),
    claim: () => store.open && canClaim(stateOf(store.open)) && desk.claim(store.openId),
    suggest: (place, isSent) => suggestions.use(place, isSent),
    reply: () => composer.setMode("message", true),
    note: () => composer.setMode("note", true),
    openNext,
    toggleFacts: () => assist.toggle(),
    help: () => dialogs.showHelp(),
    showView: (view) => list.show(view),
    escape: (event) => {
      if (assist.isSheet) return assist.toggle();
      if (event.target === composer.text) event.target.blur();
      showList();
    },
  },
  () => dialogs.isOpen,
);

addEventListener("popstate", followAddress);
document.addEventListener(
  "visibilitychange",
  () => document.visibilityState === "visible" && store.openId && desk.markRead(store.openId),
);
showThread();
socket.connect();
followAddress();
