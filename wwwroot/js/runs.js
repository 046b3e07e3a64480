// The lines of a waterfall: arrows walk them, and who closes a step is back at its line.
export function attach(root) {
  root.addEventListener("keydown", event => {
    const row = event.target.closest?.("button.span-row");
    if (!row) return;
    const rows = [...root.querySelectorAll("button.span-row")];
    const at = rows.indexOf(row);
    const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows[rows.length - 1] }[event.key];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  root.dataset.keys = "ready";
}

export function focus(spanId) {
  if (spanId) document.querySelector(`button.span-row[data-span-id="${CSS.escape(spanId)}"]`)?.focus();
}
