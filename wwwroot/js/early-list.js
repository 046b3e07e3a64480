// The list comes with the document, so that there is something to read at once. When the live page takes its place, its rows are a moment behind it: until they are
// there the written ones stay in sight over it, and answer to nothing.
const written = document.querySelector(".task-table .task-body");

if (written?.querySelector(".task-row:not(.skeleton)") && !document.querySelector(".has-peek")) {
  const picture = document.createElement("div");
  const table = document.createElement("div");
  picture.className = "task-picture";
  table.className = "task-table";
  picture.inert = true;
  picture.append(table);

  const end = () => { picture.remove(); observer.disconnect(); removeEventListener("resize", end); };
  const observer = new MutationObserver(() => {
    if (written.isConnected && !picture.isConnected) return;
    const live = document.querySelector("main .task-body");
    if (!live || live.querySelector("[data-task-id]")) return end();
    if (picture.isConnected) return;
    const place = live.getBoundingClientRect();
    Object.assign(picture.style, { insetBlockStart: `${place.top}px`, insetInlineStart: `${place.left}px`, width: `${place.width}px`, height: `${place.height}px` });
    table.append(written);
    document.body.append(picture);
  });
  observer.observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", end);
}
