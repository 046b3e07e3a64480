// Triage by keyboard: the keys press the buttons that a pointer would.
const buttons = { a: "allow", t: "task", r: "always", e: "edit", d: "deny" };

function cards(root) {
  return [...root.querySelectorAll(".approval-list .request.open")];
}

function focusCard(root, index) {
  const all = cards(root);
  if (all.length === 0) return;
  const card = all[Math.max(0, Math.min(index, all.length - 1))];
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, [contenteditable=true]");
}

// Menus and dialogs over the page have the keys to themselves; while an input method composes, so has it.
function isElsewhere(event) {
  return event.isComposing || event.keyCode === 229 || !!document.querySelector(".rz-dialog, dialog[open], [popover]:popover-open");
}

export function attach(root) {
  let current = -1;

  root.addEventListener("focusin", event => {
    const card = event.target.closest(".request.open");
    if (card) current = cards(root).indexOf(card);
  });

  // An answered card leaves its height behind while the pointer is there: nothing moves under it.
  const heights = new WeakMap();
  const sizes = new ResizeObserver(entries => {
    for (const entry of entries) {
      if (entry.target.querySelector(".request.open")) heights.set(entry.target, entry.target.offsetHeight);
    }
  });
  const list = root.querySelector(".approval-list");
  const hold = () => {
    for (const slot of list.children) {
      sizes.observe(slot);
      slot.style.minHeight = list.matches(":hover") && !slot.querySelector(".request.open") && heights.has(slot) ? `${heights.get(slot)}px` : "";
    }
  };
  hold();
  new MutationObserver(hold).observe(list, { childList: true, subtree: true });
  list.addEventListener("pointerleave", hold);

  // Where a card goes away under the reader, the next one takes its place.
  new MutationObserver(() => {
    if (current >= 0 && (document.activeElement === document.body || !document.activeElement)) focusCard(root, current);
  }).observe(root, { childList: true, subtree: true });

  const onKey = event => {
    if (!root.isConnected) {
      document.removeEventListener("keydown", onKey);
      return;
    }

    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isElsewhere(event)) return;
    if (event.key === "j" || event.key === "k") {
      focusCard(root, current < 0 ? 0 : current + (event.key === "j" ? 1 : -1));
      event.preventDefault();
      return;
    }

    // Only the card that somebody is at: an answer given to another would be given unseen.
    const card = event.target.closest?.(".request.open");
    if (!card) return;
    const button = buttons[event.key] ? card.querySelector(`[data-answer="${buttons[event.key]}"]`)
      : /^[1-9]$/.test(event.key) ? card.querySelector(`[data-option="${event.key}"]`)
        : null;
    if (button) {
      event.preventDefault();
      button.click();
    } else if (event.key === "Enter" && event.target === card) {
      event.preventDefault();
      (card.querySelector("[data-reply], [data-field]") ?? card.querySelector(".task-link"))?.focus();
    } else if (event.key === "Escape" && event.target !== card) {
      card.focus();
    }
  };
  document.addEventListener("keydown", onKey);
  root.dataset.keys = "ready";
}
