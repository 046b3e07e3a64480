// Follows the end of the transcript while the reader is within 64 px of it; otherwise keeps the reader's place and counts what is new.
const near = 64;

export function attach(root) {
  const column = root.querySelector("[data-transcript]");
  const button = root.querySelector("[data-to-end]");
  const count = () => column.childElementCount;
  const distance = () => root.scrollHeight - root.scrollTop - root.clientHeight;
  let following = true;
  let seen = count();

  const toEnd = () => { root.scrollTop = root.scrollHeight; };
  const show = () => {
    if (following) seen = count();
    const fresh = Math.max(0, count() - seen);
    const text = fresh > 0 ? button.dataset.template.replace("{0}", fresh) : button.dataset.plain;
    if (button.textContent !== text) button.textContent = text;
    button.hidden = following;
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
