// The page shows a composer before it is connected, and people type at once. What they type is kept as the draft, and an Enter as the wish to
// send it. When the page comes alive it draws the composer anew: what was typed, the caret and the focus move into the new one before the next
// key comes, and js/composer.js finds the draft and the wish.
const composerOf = event => event.target.closest?.("textarea[data-draft-key]");
const isWaiting = area => area && !area.hasAttribute("data-attached");
const aMoment = 3000;
let typedIn = null;
let typedAt = 0;

// Where the page has no composer for a moment, keys go to the page: an Enter then is still meant for what was typed.
const isRedrawn = () => typedIn && !typedIn.isConnected && performance.now() - typedAt < aMoment && !document.querySelector("textarea[data-attached]");
const meantFor = event => composerOf(event) ?? (event.target === document.body && isRedrawn() ? typedIn : null);

const redraws = new MutationObserver(() => {
  if (!typedIn.isConnected) follow();
  if (typedIn.isConnected ? !isWaiting(typedIn) : performance.now() - typedAt > aMoment) stop();
});

const follow = () => {
  const next = document.querySelector("textarea[data-draft-key]");
  if (next?.dataset.draftKey !== typedIn.dataset.draftKey) return;
  if (isWaiting(next)) {
    next.value = typedIn.value;
    if (document.activeElement === document.body) next.focus({ preventScroll: true });
    next.setSelectionRange(typedIn.selectionStart, typedIn.selectionEnd);
  }
  typedIn = next;
};

const stop = () => {
  redraws.disconnect();
  typedIn = null;
};

const note = area => {
  // Only where somebody was that early: everybody else's page is not watched.
  if (!typedIn) redraws.observe(document.body, { childList: true, subtree: true });
  [typedIn, typedAt] = [area, performance.now()];
};

document.addEventListener("focusin", event => {
  const area = composerOf(event);
  if (isWaiting(area)) note(area);

  // The router puts the focus on the heading of a page that comes alive; who types has it already, and their letters would be the page's keys.
  else if (event.target.matches?.("h1") && isWaiting(typedIn) && typedIn.isConnected) typedIn.focus({ preventScroll: true });
});

const keep = area => {
  note(area);
  localStorage.setItem(`draft:${area.dataset.draftKey}`, area.value);
};

document.addEventListener("input", event => {
  const area = composerOf(event);
  if (isWaiting(area)) keep(area);
});

document.addEventListener("keydown", event => {
  const area = meantFor(event);
  if (!isWaiting(area) || event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  sessionStorage.setItem(`send:${area.dataset.draftKey}`, event.ctrlKey || event.metaKey ? "steer" : "queue");
});

document.addEventListener("submit", event => {
  const area = event.target.querySelector?.("textarea[data-draft-key]");
  if (!isWaiting(area)) return;
  event.preventDefault();
  sessionStorage.setItem(`send:${area.dataset.draftKey}`, "queue");
});

// Somebody may have been faster than this script.
const first = document.querySelector("textarea[data-draft-key]");
if (isWaiting(first) && first.value !== first.defaultValue) keep(first);
else if (isWaiting(first) && first === document.activeElement) note(first);
