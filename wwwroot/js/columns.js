// Menus that drop from a button of the toolbar, and the one of them that chooses the table's columns. Needs no server.
import { hiddenColumns, hideColumn, setHiddenColumns } from "./choices.js";
import { place } from "./menu.js";

const entries = menu => [...menu.querySelectorAll("input:not(:disabled), a[href], button:not(:disabled)")].filter(entry => entry.checkVisibility());

function mark(menu) {
  const hidden = hiddenColumns();
  for (const box of menu.querySelectorAll("[data-column]")) box.checked = !hidden.includes(box.dataset.column);
}

// Before it is shown it has no size; in the next frame it has, and nothing of it was painted yet.
document.addEventListener("beforetoggle", event => {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches?.("[data-drop]")) return;
  mark(menu);
  requestAnimationFrame(() => {
    place(menu, document.querySelector(`[popovertarget="${menu.id}"]`));
    entries(menu)[0]?.focus();
  });
}, true);

document.addEventListener("keydown", event => {
  const menu = event.target.closest?.("[data-drop]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  event.preventDefault();
  const all = entries(menu);
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});

document.addEventListener("change", event => {
  const box = event.target.closest?.("[data-column]");
  if (box) hideColumn(box.dataset.column, !box.checked);
});

document.addEventListener("click", event => {
  const button = event.target.closest?.("[data-drop] button");
  if (!button) return;
  const menu = button.closest("[data-drop]");
  if (!("columnsReset" in button.dataset)) return menu.hidePopover();
  setHiddenColumns([]);
  mark(menu);
});
