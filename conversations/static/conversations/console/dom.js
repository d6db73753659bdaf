/** Building and updating elements: text only ever enters the page as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const renderedChildren = new WeakMap();

/**
 * Create an element. `text` sets its text, `on` its listeners, `data` its data-* attributes;
 * `false`, `null` and `undefined` leave an attribute away.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else setAttribute(node, name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

/** Write an attribute only when it differs, so that assistive technology hears real changes only. */
export function setAttribute(node, name, value) {
  if (value === false || value === null || value === undefined) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
    return;
  }
  const wanted = value === true ? "" : String(value);
  if (node.getAttribute(name) !== wanted) node.setAttribute(name, wanted);
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function toggle(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

/** Give `parent` one child for each item, reusing and moving as few nodes as possible. */
export function reconcile(parent, items, keyOf, create, update) {
  const before = renderedChildren.get(parent) ?? new Map();
  const after = new Map(items.map((item) => [keyOf(item), null]));
  for (const [key, node] of before) if (!after.has(key)) node.remove();
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const node = before.get(key) ?? create(item);
    update(node, item);
    after.set(key, node);
    if (node === cursor) {
      cursor = cursor.nextElementSibling;
    } else if (cursor && node === cursor.nextElementSibling) {
      // The child in between moves further down; moving it once is cheaper than moving all others.
      cursor = node.nextElementSibling;
    } else {
      parent.insertBefore(node, cursor);
    }
  }
  renderedChildren.set(parent, after);
}

/** Run `work` once before the next paint, however often it is asked for. */
export function perFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    // A hidden page gets no animation frames; its work waits for the page to be seen again.
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

const ICONS = {
  back: ["M12.5 4 6.5 10l6 6"],
  bell: ["M5 13.5V9a5 5 0 0 1 10 0v4.5l1.3 1.5H3.7z", "M8.3 17.2a2 2 0 0 0 3.4 0"],
  bot: ["M4.5 7.5h11v8h-11z", "M10 7.5V4.2", "M7.8 11v1.2", "M12.2 11v1.2", "M2.5 10.5v2.5", "M17.5 10.5v2.5"],
  check: ["m4.5 10.5 3.6 3.6 7.4-8"],
  clip: ["m14.5 9.2-5 5a3 3 0 0 1-4.3-4.2l5.7-5.8a2 2 0 0 1 2.9 2.9l-5.6 5.6a1 1 0 0 1-1.4-1.4l4.9-4.9"],
  close: ["m5 5 10 10", "M15 5 5 15"],
  down: ["M10 4v12", "m5 11 5 5 5-5"],
  edit: ["M4 16h3.2l8.6-8.6a1.6 1.6 0 0 0 0-2.3l-.9-.9a1.6 1.6 0 0 0-2.3 0L4 12.8z", "m11.5 5.3 3.2 3.2"],
  file: ["M5.5 3h6l3.5 3.5V17h-9.500z", "M11.500 3v3.500h3.500"],
  help: [
    "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4z",
    "M7.9 8a2.1 2.1 0 1 1 3 2c-.6.3-.9.7-.9 1.4",
    "M10 14v.1",
  ],
  lock: ["M5 9h10v7.5H5z", "M7 9V6.6a3 3 0 0 1 6 0V9"],
  menu: [
    "M4 9.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z",
    "M10 9.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z",
    "M16 9.2a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6z",
  ],
  mute: ["M3.5 7.8v4.4h2.8L10 15.6V4.4L6.3 7.8z", "m13 8 4 4", "m17 8-4 4"],
  panel: ["M3 4.5h14v11H3z", "M12.5 4.5v11"],
  person: ["M10 3.4a3.1 3.1 0 1 1 0 6.2 3.1 3.1 0 0 1 0-6.2z", "M3.8 16.8c.6-3.1 3-4.9 6.2-4.9s5.6 1.8 6.2 4.9"],
  plus: ["M10 4v12", "M4 10h12"],
  queue: ["M4 5.5h12", "M4 10h12", "M4 14.5h7"],
  send: ["M3.2 10 16.8 3.8 12.4 16.6 9.4 11z", "m9.4 11 7.4-7.2"],
  sound: ["M3.5 7.8v4.4h2.8L10 15.6V4.4L6.3 7.8z", "M12.8 7.6a3.4 3.4 0 0 1 0 4.8", "M15 5.4a6.5 6.5 0 0 1 0 9.2"],
  take: ["M3.5 10h9", "m9 6 4 4-4 4", "M16.5 4v12"],
  transfer: ["M3.5 7h12", "m12.5 4 3 3-3 3", "M16.5 13h-12", "m7.5 10-3 3 3 3"],
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const outline of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", outline);
    svg.append(path);
  }
  return svg;
}

/** A button with an icon; `label` is its accessible name and, unless `bare`, its visible text. */
export function iconButton({ name, label, className = "", bare = false, title, onClick }) {
  const props = {
    type: "button",
    class: `button ${bare ? "button-bare" : ""} ${className}`.trim(),
    on: { click: onClick },
  };
  if (bare) Object.assign(props, { "aria-label": label, title: title ?? label });
  else if (title) props.title = title;
  return el("button", props, icon(name), bare ? null : el("span", { text: label }));
}
