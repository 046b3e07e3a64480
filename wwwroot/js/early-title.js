// The page that comes alive takes the written title away and puts its own in its place a moment later: until then the tab would show the bare address.
let title = document.title;
let held = null;

new MutationObserver(() => {
  const titles = document.head.querySelectorAll("title");
  if (titles.length === 0) {
    document.title = title;
    held = document.head.querySelector("title");
    return;
  }

  if (held?.isConnected && titles.length > 1) held.remove();
  title = document.title;
}).observe(document.head, { childList: true });
