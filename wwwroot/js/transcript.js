// Follows the end of the transcript while the reader is within 64 px of it; otherwise keeps the reader's place and counts what is new.
const near = 64;

export function attach(root, component) {
  const column = root.querySelector("[data-transcript]");
  const button = root.querySelector("[data-to-end]");
  const count = () => column.childElementCount;
  const distance = () => root.scrollHeight - root.scrollTop - root.clientHeight;
  let following = true;
  let seen = count();

  // What is at the end was read when the end is on the screen of a page that somebody looks at.
  let told = false;
  const tell = () => {
    const isSeen = following && document.visibilityState === "visible" && root.isConnected;
    if (!component || isSeen === told) return;
    told = isSeen;
    component.invokeMethodAsync("Seen", isSeen).catch(() => { told = !isSeen; });
  };
  const onVisible = () => (root.isConnected ? tell() : document.removeEventListener("visibilitychange", onVisible));
  document.addEventListener("visibilitychange", onVisible);

  const toEnd = () => { root.scrollTop = root.scrollHeight; };
  const show = () => {
    if (following) seen = count();
    const fresh = Math.max(0, count() - seen);
    const text = fresh > 0 ? button.dataset.template.replace("{0}", fresh) : button.dataset.plain;
    if (button.textContent !== text) button.textContent = text;
    button.hidden = following || distance() <= 1;
    tell();
  };

  const observer = new ResizeObserver(() => {
    if (following) toEnd();
    show();
  });
  observer.observe(column);
  observer.observe(root);

  root.addEventListener("scroll", () => {
    following = distance() <= near;
    show();
  }, { passive: true });

  // Who opens something wants to read it, not to be carried past it.
  root.addEventListener("click", event => {
    if (event.target.closest("summary")) following = false;
  });
  button.addEventListener("click", () => {
    following = true;
    toEnd();
    show();
  });
  toEnd();
  show();
}

// Brings what is new to the reader on the screen, and the focus to it.
export function reveal(root) {
  const mark = root.querySelector("[data-unread]");
  if (!mark) return;
  mark.scrollIntoView({ block: "start" });
  root.focus({ preventScroll: true });
}
