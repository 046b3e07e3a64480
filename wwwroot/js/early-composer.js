// The page shows a composer before it is connected, and people type at once. What they type is kept as the draft, and an Enter as the wish to
// send it; when the page comes alive it draws the composer anew, and js/composer.js finds both.
const composerOf = event => event.target.closest?.("textarea[data-draft-key]");
const isWaiting = area => area && !area.hasAttribute("data-attached");
const aMoment = 3000;
let typedIn = null;
let typedAt = 0;

// In the moment in which the composer is drawn anew, keys go to the page: an Enter then is still meant for what was typed.
const isRedrawn = () => typedIn && !typedIn.isConnected && performance.now() - typedAt < aMoment && !document.querySelector("textarea[data-attached]");
const meantFor = event => composerOf(event) ?? (event.target === document.body && isRedrawn() ? typedIn : null);

document.addEventListener("input", event => {
  const area = composerOf(event);
  if (!isWaiting(area)) return;
  [typedIn, typedAt] = [area, performance.now()];
  localStorage.setItem(`draft:${area.dataset.draftKey}`, area.value);
});

document.addEventListener("keydown", event => {
  const area = meantFor(event);
  if (!isWaiting(area) || event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  sessionStorage.setItem(`send:${area.dataset.draftKey}`, event.ctrlKey || event.metaKey ? "steer" : "queue");
  typedIn = null;
});

document.addEventListener("submit", event => {
  const area = event.target.querySelector?.("textarea[data-draft-key]");
  if (!isWaiting(area)) return;
  event.preventDefault();
  sessionStorage.setItem(`send:${area.dataset.draftKey}`, "queue");
});
