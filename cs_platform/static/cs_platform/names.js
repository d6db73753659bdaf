// Names for screen readers where the theme draws only an icon, and keys where it listens only to the mouse.
(() => {
  const isChinese = document.documentElement.lang.startsWith("zh");
  const words = isChinese ? { sidebar: "打开或收起侧边栏", navigation: "导航" } : { sidebar: "Open or close the sidebar", navigation: "Navigation" };
  const clean = (text) => text.replace(/\s+/g, " ").replace(/\*$/, "").trim();
  const name = (element, text) => {
    if (element && text && !element.hasAttribute("aria-label")) element.setAttribute("aria-label", clean(text));
  };
  const textOf = (element) => {
    const copy = element.cloneNode(true);
    for (const icon of copy.querySelectorAll(".material-symbols-outlined")) icon.remove();
    return copy.textContent;
  };

  function asButton(element, label) {
    element.setAttribute("role", "button");
    element.tabIndex = 0;
    element.removeAttribute("aria-hidden");
    name(element, label);
    if (element.dataset.keys) return;
    element.dataset.keys = "1";
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      element.click();
    });
  }

  function icons() {
    for (const icon of document.querySelectorAll(".material-symbols-outlined:not([role])")) {
      const does = icon.getAttribute("x-on:click") || "";
      if (does.includes("sidebar")) asButton(icon, words.sidebar);
      else icon.setAttribute("aria-hidden", "true");
    }
    for (const link of document.querySelectorAll("#nav-sidebar a:has(> .material-symbols-outlined:only-child), #nav-sidebar a:has(> img:only-child)")) {
      name(link, document.getElementById("site-name")?.textContent);
    }
    for (const link of document.querySelectorAll("a > .clock-icon[title], a > .date-icon[title]")) name(link.parentElement, link.title);
    for (const part of document.querySelectorAll('[aria-label="scrollable content"]')) part.setAttribute("aria-label", words.navigation);
  }

  function fields() {
    const search = document.getElementById("searchbar");
    name(search, search?.placeholder);
    name(document.getElementById("searchbar-submit"), search?.placeholder);
    for (const part of document.querySelectorAll("input.vDateField, input.vTimeField")) {
      const label = part.closest(".field-line")?.querySelector("label");
      if (!part.labels?.length && label) name(part, `${clean(label.textContent)} ${part.placeholder}`);
    }
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
      const label = select.labels?.[0];
      const box = select.nextElementSibling;
      if (!label || !box?.classList.contains("select2")) continue;
      for (const part of box.querySelectorAll(".select2-selection, .select2-search__field")) {
        part.removeAttribute("aria-labelledby");
        name(part, label.textContent);
      }
    }
    columns();
    cells();
  }

  /** On a phone each cell carries its column's name; the theme calls the first one "select" even where nothing can be selected. */
  function columns() {
    const heads = document.querySelectorAll("#result_list thead tr:last-of-type th");
    if (!heads.length || heads[0].classList.contains("action-checkbox-column") || heads[0].querySelector("input")) return;
    for (const cell of document.querySelectorAll("#result_list tbody tr > [data-label]:first-child:not(.action-checkbox)")) {
      cell.dataset.label = clean(textOf(heads[0]));
    }
  }

  /** A field in a table is called as its column. */
  function cells() {
    for (const field of document.querySelectorAll("td input:not([type=hidden]), td select, td textarea")) {
      if (field.labels?.length || field.hasAttribute("aria-label")) continue;
      const cell = field.closest("td");
      const heads = cell.closest("table")?.querySelectorAll("thead tr:last-of-type th");
      if (cell.dataset.label) name(field, cell.dataset.label);
      else if (heads?.[cell.cellIndex]) name(field, textOf(heads[cell.cellIndex]));
    }
  }

  // What searches while one types is drawn by other scripts, sooner or later; rows are added by a click.
  let isDue = false;
  const again = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => { isDue = false; icons(); fields(); }, 20);
  };
  document.addEventListener("DOMContentLoaded", () => {
    again();
    new MutationObserver(again).observe(document.body, { childList: true, subtree: true });
  });
})();
