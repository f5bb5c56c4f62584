// j and k move through the list, enter opens the line. Typing in a field is left alone.
"use strict";
(() => {
  const lines = [...document.querySelectorAll("table.list tbody tr")].filter((line) => line.querySelector("a"));
  if (!lines.length) return;
  let here = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, button")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    lines[here]?.removeAttribute("aria-selected");
    here = Math.min(lines.length - 1, Math.max(0, here + step));
    lines[here].setAttribute("aria-selected", "true");
    lines[here].querySelector("a").focus();
  });
})();
