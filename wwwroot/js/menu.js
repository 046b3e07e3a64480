// A menu at a button: shown beside it, walked with the arrow keys, closed by Escape or a click elsewhere (the popover's own doing).
export function place(menu, trigger) {
  const at = trigger.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4 + height <= innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - 4 - height)}px`;
}

export function open(menu, trigger) {
  menu.showPopover();
  place(menu, trigger);
  menu.querySelector("[role=menuitem]")?.focus();
  menu.onkeydown = event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll("[role=menuitem]")];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  };
  menu.ontoggle = event => {
    if (event.newState === "closed" && menu.contains(document.activeElement)) trigger.focus();
  };
}

export function close(menu) {
  if (menu.matches(":popover-open")) menu.hidePopover();
}
