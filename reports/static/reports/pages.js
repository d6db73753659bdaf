// Charts, their table view, definitions on hover and focus, and figures that follow what happens.
(() => {
  const root = document.getElementById("reports");
  if (!root) return;

  // --- Definitions
  const tip = document.createElement("div");
  tip.className = "rp-tip";
  tip.role = "tooltip";
  tip.id = "rp-tip";
  tip.hidden = true;
  document.body.append(tip);
  let described = null;

  function showTip(element) {
    hideTip();
    tip.textContent = element.dataset.tip;
    tip.hidden = false;
    const box = element.getBoundingClientRect();
    const below = box.bottom + 8 + tip.offsetHeight < innerHeight;
    tip.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - tip.offsetHeight - 6)}px`;
    tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 12))}px`;
    element.setAttribute("aria-describedby", tip.id);
    described = element;
  }
  function hideTip() {
    tip.hidden = true;
    described?.removeAttribute("aria-describedby");
    described = null;
  }
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(enter, (event) => {
      const element = event.target.closest?.("[data-tip]");
      if (element) showTip(element);
    });
    document.addEventListener(leave, (event) => { if (event.target.closest?.("[data-tip]")) hideTip(); });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
  document.addEventListener("scroll", hideTip, { passive: true, capture: true });

  // --- Charts
  const charts = new Map();
  const outcomes = ["resolved", "handed_over", "abandoned", "unresolved", "still_open"];
  const palette = ["#94a3b8", "#0f7b5f", "#22c55e", "#2563eb", "#d97706", "#a855f7"];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isDark = () => document.documentElement.classList.contains("dark");
  const ink = () => (isDark() ? { text: "#cbd5e1", line: "#334155", low: "#1e293b", high: "#34d399" } : { text: "#475569", line: "#e2e8f0", low: "#f1f5f9", high: "#0f7b5f" });

  function frame() {
    const colours = ink();
    return {
      animation: false,
      textStyle: { fontFamily: "inherit" },
      grid: { left: 8, right: 12, top: 36, bottom: 8, containLabel: true },
      legend: { top: 0, type: "scroll", textStyle: { color: colours.text }, itemWidth: 12, itemHeight: 8 },
      tooltip: { trigger: "axis", confine: true, backgroundColor: isDark() ? "#0f172a" : "#fff", borderColor: colours.line, textStyle: { color: colours.text } },
      xAxis: { type: "category", axisLabel: { color: colours.text }, axisLine: { lineStyle: { color: colours.line } } },
      yAxis: { type: "value", axisLabel: { color: colours.text }, splitLine: { lineStyle: { color: colours.line } } },
    };
  }

  const units = { percent: "%", duration: " s", money: " ¥" };
  const unitOf = (one) => units[one.kind] ?? "";

  function timeSeries(drawing) {
    const option = frame();
    const isStack = drawing.kind === "stack";
    option.xAxis.data = drawing.labels;
    option.color = isStack ? outcomes.map((name) => css(`--rp-${name}`)) : drawing.kind === "lines" ? ["#0f7b5f", "#2563eb", "#d97706"] : palette;
    option.series = drawing.series.map((one) => ({
      name: one.name,
      data: one.values,
      type: drawing.kind === "lines" ? "line" : "bar",
      connectNulls: true,
      stack: isStack ? "all" : undefined,
      barMaxWidth: 26,
      tooltip: { valueFormatter: (value) => (value ?? "—") + unitOf(one) },
    }));
    const shared = new Set(drawing.series.map(unitOf));
    if (shared.size === 1) option.yAxis.axisLabel.formatter = `{value}${[...shared][0]}`;
    return option;
  }

  function ranks(drawing) {
    const option = frame();
    [option.xAxis, option.yAxis] = [{ ...option.yAxis }, { ...option.xAxis, inverse: true, data: drawing.labels }];
    option.yAxis.axisLabel = { ...option.yAxis.axisLabel, width: 140, overflow: "truncate" };
    option.color = palette.slice(1);
    option.series = drawing.series.map((one) => ({ name: one.name, data: one.values, type: "bar", barMaxWidth: 18 }));
    return option;
  }

  function heat(drawing) {
    const option = frame();
    const colours = ink();
    const cells = drawing.series.flatMap((one, x) => one.values.map((value, y) => [x, y, value ?? 0]));
    option.legend.show = false;
    option.grid.top = 8;
    option.grid.bottom = 44;
    option.tooltip = { ...option.tooltip, trigger: "item", formatter: ({ data }) => `${drawing.labels[data[1]]} ${data[0]}:00 · ${data[2]}` };
    option.xAxis.data = drawing.series.map((one) => one.name);
    option.yAxis = { ...option.xAxis, data: drawing.labels, inverse: true };
    option.visualMap = { min: 0, max: Math.max(1, ...cells.map((cell) => cell[2])), orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, itemWidth: 10, textStyle: { color: colours.text }, inRange: { color: [colours.low, colours.high] } };
    option.series = [{ type: "heatmap", data: cells, itemStyle: { borderColor: isDark() ? "#0f172a" : "#fff", borderWidth: 2 } }];
    return option;
  }

  function draw(section) {
    const place = section.querySelector("[data-chart]");
    const script = section.querySelector("[data-live^=drawing] script");
    if (!place || !script || place.hidden || !window.echarts) return;
    const drawing = JSON.parse(script.textContent);
    let chart = charts.get(section.id);
    if (!chart) {
      chart = echarts.init(place, null, { renderer: "canvas" });
      charts.set(section.id, chart);
      chart.on("click", (event) => open(section, event));
    }
    chart.setOption(drawing.kind === "heat" ? heat(drawing) : drawing.kind === "ranks" ? ranks(drawing) : timeSeries(drawing), true);
  }

  // A bar or a cell leads to its rows, as its number in the table does.
  function open(section, event) {
    const drawing = JSON.parse(section.querySelector("[data-live^=drawing] script").textContent);
    const [column, row] = drawing.kind === "heat" ? [event.data[0], event.data[1]] : [event.seriesIndex, event.dataIndex];
    const url = drawing.series[column]?.urls[row];
    if (url) location.assign(url);
  }

  const sections = () => root.querySelectorAll("[data-table]");
  const drawAll = () => sections().forEach(draw);
  new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  new ResizeObserver(() => charts.forEach((chart) => chart.resize())).observe(root);

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-toggle]");
    if (!button) return;
    const section = button.closest("[data-table]");
    const place = section.querySelector("[data-chart]");
    const grid = section.querySelector(".rp-grid");
    place.hidden = !place.hidden;
    grid.hidden = !place.hidden;
    button.setAttribute("aria-pressed", String(place.hidden));
    [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
    draw(section);
  });

  // --- Figures that follow: the same page again, but only when something has changed.
  const EVERY = 3000;
  let stamp = root.dataset.stamp;

  async function refresh() {
    const address = new URL(location.href);
    address.searchParams.set("since", stamp);
    const reply = await fetch(address, { redirect: "manual", headers: { "X-Requested-With": "fetch" } });
    if (reply.status === 204) return;
    if (!reply.ok) throw reply.status === 0 || reply.status === 403 ? new LoggedOut() : new Error(reply.status);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    stamp = page.getElementById("reports").dataset.stamp;
    for (const fresh of page.querySelectorAll("[data-live]")) {
      const old = root.querySelector(`[data-live="${fresh.dataset.live}"]`);
      if (old && old.innerHTML !== fresh.innerHTML && !old.contains(document.activeElement)) old.innerHTML = fresh.innerHTML;
    }
    drawAll();
  }

  class LoggedOut extends Error {}

  async function follow() {
    try {
      if (document.visibilityState === "visible") await refresh();
    } catch (error) {
      if (error instanceof LoggedOut) {
        root.classList.add("is-lost");
        root.querySelector("[data-live=now]").textContent = root.dataset.lost;
        return;
      }
    }
    setTimeout(follow, EVERY);
  }

  drawAll();
  if (stamp) setTimeout(follow, EVERY);
})();
