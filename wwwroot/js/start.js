// Starts the page's circuit, and never gives up on it: a server that restarts finds every tab waiting.
const modal = document.getElementById("components-reconnect-modal");

new MutationObserver(() => {
  const state = modal.classList;
  const lost = state.contains("components-reconnect-show") || state.contains("components-reconnect-failed");
  const before = document.documentElement.dataset.connection;
  document.documentElement.dataset.connection = lost ? "lost" : "up";
  if (lost && before !== "lost") document.dispatchEvent(new Event("td-lost"));

  // The server is back and does not know this circuit any more: the same address, anew. Drafts are in the browser.
  if (state.contains("components-reconnect-rejected")) location.reload();
}).observe(modal, { attributes: true, attributeFilter: ["class"] });

await Blazor.start({
  circuit: {
    reconnectionOptions: {
      maxRetries: Number.MAX_SAFE_INTEGER,
      retryIntervalMilliseconds: attempt => (attempt < 10 ? 500 : attempt < 30 ? 1500 : 4000),
    },
  },
});

for (const sheet of document.querySelectorAll("link[data-late]")) sheet.media = "all";
