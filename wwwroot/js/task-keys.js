// The list's keys: j and k walk the rows and the headings of groups, x chooses, Enter opens, Space looks into, "." opens the row's menu, Delete deletes, Escape lets all go.
// A row has the focus by its title, a heading by its button, which Enter and Space press and the arrows to the sides open and close.
const lines = "[data-task-id], [data-group-key]";
const rowOf = element => element?.closest?.(lines);
const placeOf = row => row.dataset.taskId ? `[data-task-id="${row.dataset.taskId}"]` : `[data-group-key="${CSS.escape(row.dataset.groupKey)}"]`;
const isTyping = element => element?.closest?.("input, textarea, select, [contenteditable=true]");
const isCovered = () => document.querySelector(".rz-dialog-wrapper, [role=dialog][aria-modal=true], [popover]:popover-open, dialog[open]");

// Beyond the last row there may be more of them that are only drawn once they come into sight.
const mostTries = 20;

function neighbour(row, step) {
  let next = row[step];
  while (next && (next.hidden || !next.matches(lines))) {
    if (!next.matches(`${lines}, .skeleton`)) return null;
    next = next[step];
  }
  return next;
}

function focusRow(row) {
  row?.querySelector(".task-title, .group-toggle")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

export function attach(root) {
  const page = root.closest(".tasks-page") ?? root;
  const body = root.querySelector("[data-task-scroll]");
  let last = null;

  const current = () => rowOf(document.activeElement) ?? (last && body.querySelector(`${last}:not([hidden])`));
  const first = () => {
    const top = body.getBoundingClientRect().top;
    return [...body.querySelectorAll(lines)].filter(row => !row.hidden).find(row => row.getBoundingClientRect().bottom > top + 1);
  };
  const walk = (step, tries = mostTries) => {
    const row = current();
    if (!row) return focusRow(first());
    const next = neighbour(row, step);
    if (next) {
      focusRow(next);
      follow();
      return;
    }

    const before = body.scrollTop;
    body.scrollTop += (step === "nextElementSibling" ? 1 : -1) * row.offsetHeight;
    if (body.scrollTop !== before && tries > 0) requestAnimationFrame(() => walk(step, tries - 1));
  };
  const fold = expanded => rowOf(document.activeElement)?.querySelector(`.group-toggle[aria-expanded=${expanded}]`)?.click();
  const press = (row, action, init = {}) =>
    row?.querySelector(`[data-action=${action}]`)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init }));

  // What is looked into goes along with the keys, once they rest.
  let following = 0;
  const follow = () => {
    if (!page.querySelector(".task-peek")) return;
    clearTimeout(following);
    following = setTimeout(() => press(current(), "peek"), 120);
  };

  const keys = {
    j: () => walk("nextElementSibling"),
    k: () => walk("previousElementSibling"),
    ArrowDown: () => walk("nextElementSibling"),
    ArrowUp: () => walk("previousElementSibling"),
    ArrowLeft: () => fold(true),
    ArrowRight: () => fold(false),
    x: () => press(current(), "select"),
    X: () => press(current(), "select", { shiftKey: true }),
    ".": () => press(current(), "more"),
    Delete: () => {
      const bar = page.querySelector("[data-action=bulk-delete]");
      if (bar) return bar.click();
      const row = current();
      if (!row?.querySelector("[data-action=delete]")) return;
      const next = neighbour(row, "nextElementSibling") ?? neighbour(row, "previousElementSibling");
      press(row, "delete");
      focusRow(next);
    },
    " ": () => press(current(), "peek"),
    Escape: () => (page.querySelector("[data-action=close-peek]") ?? page.querySelector("[data-action=clear-selection]"))?.click(),
  };

  const onKey = event => {
    if (!root.isConnected) return document.removeEventListener("keydown", onKey);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isCovered()) return;
    const inList = root.contains(event.target);
    const nowhere = event.target === document.body || event.target.matches?.("main");
    if (!inList && !nowhere && !page.contains(event.target)) return;
    const action = keys[event.key];
    if (!action) return;

    // Space presses the button that has the focus.
    if (event.key === " " && event.target.closest?.("button, summary")) return;

    // Elsewhere on the page arrows scroll, and move in groups.
    if (!inList && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    action();
  };
  const onFocus = event => { const row = rowOf(event.target); if (row) last = placeOf(row); };

  // A range is a choice of rows, not of their text.
  const onShift = event => { if (event.shiftKey && rowOf(event.target)) event.preventDefault(); };

  document.addEventListener("keydown", onKey);
  root.addEventListener("focusin", onFocus);
  root.addEventListener("mousedown", onShift);
  root.dataset.keys = "";
}
