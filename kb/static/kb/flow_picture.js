/* A picture wider than its window begins at the first step. */
for (const window of document.querySelectorAll(".fl-picture")) {
  const first = window.querySelector(".fl-box rect");
  if (first) window.scrollLeft = first.x.baseVal.value + first.width.baseVal.value / 2 - window.clientWidth / 2;
}
