// The page shows a composer before it is connected, and people type at once. What they type is kept as the draft, and an Enter as the wish to
// send it; when the page comes alive it draws the composer anew, and js/composer.js finds both.
const composerOf = event => event.target.closest?.("textarea[data-draft-key]");
const isWaiting = area => area && !area.hasAttribute("data-attached");

document.addEventListener("input", event => {
  const area = composerOf(event);
  if (isWaiting(area)) localStorage.setItem(`draft:${area.dataset.draftKey}`, area.value);
});

document.addEventListener("keydown", event => {
  const area = composerOf(event);
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
