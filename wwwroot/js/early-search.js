// The list's search box is there before the page is connected, and people type into it at once. When the page comes alive it draws the box anew: text,
// caret and focus move into the new one before the next key comes, and what was typed is searched for.
const written = document.querySelector("input[data-early-search]");
const aMoment = 3000;
let live = null;
let redrawnAt = 0;

const redraws = new MutationObserver(() => {
  if (written.isConnected) return;
  redrawnAt ||= performance.now();
  live = document.querySelector("input[data-early-search]");
  if (!live && performance.now() - redrawnAt < aMoment) return;
  redraws.disconnect();
  if (live) move();
});

const move = () => {
  if (document.activeElement === document.body) live.focus({ preventScroll: true });
  if (written.value === written.defaultValue) return;
  live.value = written.value;
  live.setSelectionRange(written.selectionStart, written.selectionEnd);
  live.dispatchEvent(new InputEvent("input", { bubbles: true }));
};

// Only where somebody was that early: everybody else's page is not watched.
const watch = () => redraws.observe(document.body, { childList: true, subtree: true });
if (written === document.activeElement) watch();
else written?.addEventListener("focus", watch, { once: true });

// The router puts the focus on the heading of a page that comes alive; who types has it already, and their letters would be the page's keys.
document.addEventListener("focusin", event => {
  if (!live?.isConnected || event.relatedTarget !== live || !event.target.matches?.("h1") || performance.now() - redrawnAt > aMoment) return;
  live.focus({ preventScroll: true });
});
