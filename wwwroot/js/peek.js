// A task beside the list. Where there is no room beside it, it lies over the list: then it has the focus, and what is behind it can be neither pointed at nor heard.
let letGo = () => {};

export function attach(peek) {
  // Closed again before this script was there.
  if (!peek?.isConnected) return;
  const page = peek.closest(".tasks-page");
  const before = document.activeElement;
  let behind = [];
  let isSheet = false;

  // The navigation is behind it at the screen's foot, and beside it on the left.
  const lies = element => {
    const [one, other] = [element.getBoundingClientRect(), peek.getBoundingClientRect()];
    return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
  };
  const cover = () => {
    const wasSheet = isSheet;
    isSheet = getComputedStyle(peek).position === "fixed";
    for (const element of behind) element.inert = false;
    behind = isSheet ? [...page.querySelectorAll(":scope > :not(.list-and-peek), .task-table"), ...document.querySelectorAll("nav.rail")].filter(lies) : [];
    for (const element of behind) element.inert = true;
    if (isSheet && !wasSheet) peek.querySelector("[data-action=close-peek]").focus();
  };
  const watch = new ResizeObserver(cover);
  watch.observe(page);
  cover();

  letGo = () => {
    watch.disconnect();
    for (const element of behind) element.inert = false;
    if (isSheet && (document.activeElement === document.body || peek.contains(document.activeElement))) before?.focus?.({ preventScroll: true });
    letGo = () => {};
  };
}

export function release() {
  letGo();
}
