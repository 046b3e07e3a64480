import { ask } from "./asking.js";
import { hasSingleKeys } from "./choices.js";
import { isCovered } from "./commands.js";

// Follows the end of the transcript while the reader is within 64 px of it; otherwise what the reader looks at stays where it is, whatever comes, goes or
// grows around it. The page holds a stretch of the transcript only: it is told when the reader nears an edge of that.
const near = 64;

// So far ahead of an edge more is fetched; what is twice as far behind the other one may go.
const ahead = 600;

// So long nothing more is fetched behind a try that brought nothing, in milliseconds.
const patience = 2000;

const parts = ":scope > *, .step-group-items > *, .task-group-items > *";
const attached = new WeakMap();

// A page that was loaded anew (its server restarted, or somebody asked for it) goes back to where its reader was; one that is gone to begins at the end.
const placeKey = () => `reading:${location.pathname}${location.search}`;
const entry = performance.getEntriesByType("navigation")[0];
let isReload = entry?.type === "reload" && entry.name.split("#")[0] === location.href.split("#")[0] && !new URLSearchParams(location.search).has("event");

const isTyping = target => target.closest?.("input, textarea, select, [contenteditable=true]");
const keyOf = element => element?.dataset.key ?? element?.querySelector("[data-key]")?.dataset.key ?? null;

export function attach(root, component) {
  const column = root.querySelector("[data-transcript]");
  const button = root.querySelector("[data-to-end]");
  const announcer = root.querySelector("[data-announce]");
  const total = () => Number(column.dataset.total) || 0;
  const isWhole = side => side in column.dataset;
  const distance = () => root.scrollHeight - root.scrollTop - root.clientHeight;
  const top = () => root.getBoundingClientRect().top;
  const call = (name, ...values) => ask(component, name, ...values).catch(error => { if (root.isConnected) console.warn(`The transcript's ${name} was not answered.`, error); });
  let following = true;
  let toldFollowing = true;
  let seen = total();
  let anchors = [];
  let aim = null;
  let back = isReload ? JSON.parse(sessionStorage.getItem(placeKey())) : null;
  isReload = false;

  // What is at the end was read when the end is on the screen of a page that somebody looks at.
  let told = false;
  const tell = () => {
    const isSeen = following && isWhole("atEnd") && document.visibilityState === "visible" && root.isConnected;
    if (isSeen !== told) {
      told = isSeen;
      component.invokeMethodAsync("Seen", isSeen).catch(() => { told = !isSeen; });
    }
    if (following !== toldFollowing) call("Follow", toldFollowing = following);
  };
  const onVisible = () => (root.isConnected ? tell() : document.removeEventListener("visibilitychange", onVisible));
  document.addEventListener("visibilitychange", onVisible);

  const toEnd = () => { root.scrollTop = root.scrollHeight; };
  const show = () => {
    if (following) seen = total();
    const fresh = Math.max(0, total() - seen);
    const text = fresh > 0 ? button.dataset.template.replace("{0}", fresh) : button.dataset.plain;
    if (button.textContent !== text) button.textContent = text;
    button.hidden = following || (isWhole("atEnd") && distance() <= 1);
    tell();
  };

  // What is in sight, with its distance from the transcript's beginning: the first of it that is still there later tells by how much all has moved.
  const visible = () => {
    const from = top();
    const to = from + root.clientHeight;
    return [...column.querySelectorAll(parts)]
      .map(element => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.height > 0 && box.bottom > from && box.top < to)
      .sort((a, b) => (a.box.top < from) - (b.box.top < from))
      .map(({ element, box }) => ({ element, at: box.top - from + root.scrollTop }));
  };
  const remember = () => {
    anchors = following ? [] : visible();
    if (back || aim) return;
    const first = anchors.map(({ element }) => (element.dataset.key ? element : element.querySelector("[data-key]"))).find(element => element);
    if (first) sessionStorage.setItem(placeKey(), JSON.stringify({ key: first.dataset.key, at: first.getBoundingClientRect().top - top() }));
    else sessionStorage.removeItem(placeKey());
  };
  const keep = () => {
    if (back && column.querySelector("[data-key]")) goBack();
    if (aim) aim();
    else if (following) toEnd();
    else {
      const anchor = anchors.find(({ element }) => element.isConnected && element.getClientRects().length > 0);
      const moved = anchor ? anchor.element.getBoundingClientRect().top - top() + root.scrollTop - anchor.at : 0;
      if (Math.abs(moved) >= 1) root.scrollTop += moved;
      remember();
    }
    show();
  };

  // More of the transcript, before the reader comes to where it ends on the page. Where that failed or brought nothing, the edge is as near as before: it is
  // left alone for a while then.
  let fetching = false;
  let changed = false;
  const spare = side => {
    const box = root.getBoundingClientRect();
    const isFar = element => (side === "later" ? element.getBoundingClientRect().bottom < box.top - 2 * ahead : element.getBoundingClientRect().top > box.bottom + 2 * ahead);
    return [...column.children].filter(element => !("edge" in element.dataset) && isFar(element)).length;
  };
  const edges = new IntersectionObserver(entries => {
    const edge = entries.find(entry => entry.isIntersecting)?.target.dataset.edge;
    if (!edge || fetching) return;
    fetching = true;
    changed = false;
    const watchAgain = () => {
      fetching = false;
      watchEdges();
    };
    call(edge === "earlier" ? "ShowEarlier" : "ShowLater", spare(edge)).then(() => (changed ? watchAgain() : setTimeout(watchAgain, patience)));
  }, { root, rootMargin: `${ahead}px 0px` });
  const watchEdges = () => {
    edges.disconnect();
    for (const edge of column.querySelectorAll(":scope > [data-edge]")) edges.observe(edge);
  };

  // Both come before the next picture is painted: nobody sees the jump.
  new MutationObserver(() => { changed = true; keep(); if (!fetching) watchEdges(); }).observe(column, { childList: true, attributes: true, attributeFilter: ["data-total", "data-at-end"] });
  const sizes = new ResizeObserver(keep);
  sizes.observe(column);
  sizes.observe(root);

  root.addEventListener("scroll", () => {
    following = isWhole("atEnd") && distance() <= near;
    remember();
    show();
  }, { passive: true });

  // There from the first picture on that has it.
  const goTo = async (side, name, scroll) => {
    aim = scroll;
    if (!isWhole(side)) await call(name);
    scroll();
    aim = null;
    following = side === "atEnd";
    remember();
    show();
  };
  const goBack = async () => {
    const { key, at } = back;
    back = null;
    following = false;
    aim = () => {
      const found = column.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (found) root.scrollTop += found.getBoundingClientRect().top - top() - at;
    };
    following = !await call("ShowAround", key);
    if (following) aim = toEnd;
    aim();
    aim = null;
    remember();
    show();
  };
  const goToEnd = () => goTo("atEnd", "ShowEnd", toEnd);
  const goToStart = () => goTo("atStart", "ShowStart", () => { root.scrollTop = 0; });
  button.addEventListener("click", goToEnd);

  // Who opens something wants to read it, not to be carried past it.
  root.addEventListener("click", event => {
    const summary = event.target.closest("summary");
    if (summary) {
      following = false;
      anchors = [{ element: summary, at: summary.getBoundingClientRect().top - top() + root.scrollTop }, ...visible()];
      tell();
    }
    const link = event.target.closest("[data-copy-link]");
    if (link) copy(link);
  });
  const copy = async link => {
    const done = await navigator.clipboard?.writeText(new URL(link.dataset.copyLink, document.baseURI).href).then(() => true, () => false);
    announcer.textContent = done ? root.dataset.copied : root.dataset.notCopied;
    link.toggleAttribute(done ? "data-done" : "data-refused", true);
    setTimeout(() => {
      link.removeAttribute("data-done");
      link.removeAttribute("data-refused");
      announcer.textContent = "";
    }, 1500);
  };

  root.addEventListener("keydown", event => {
    if (event.shiftKey || event.altKey || isTyping(event.target)) return;
    const go = { Home: goToStart, End: goToEnd }[event.key];
    if (!go) return;
    event.preventDefault();
    go();
  });

  // From failure to failure. On some keyboards the brackets need AltGr.
  const place = () => {
    const arrived = column.querySelector("[data-arrived]");
    const inSight = visible().map(({ element }) => element);
    return keyOf(arrived && inSight.some(element => element.contains(arrived)) ? arrived : inSight.find(keyOf));
  };
  const onKey = event => {
    if (!root.isConnected) {
      document.removeEventListener("keydown", onKey);
      return;
    }
    const direction = { "]": 1, "[": -1 }[event.key];
    const isChord = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
    if (!direction || event.defaultPrevented || isChord || isTyping(event.target) || !hasSingleKeys() || isCovered()) return;
    event.preventDefault();
    call("Failure", direction, place());
  };
  document.addEventListener("keydown", onKey);

  attached.set(root, { place, stay: () => { following = false; }, settle: () => { remember(); show(); } });
  keep();
  watchEdges();
  root.dataset.keys = "ready";
}

// What the reader looks at, by its key.
export function place(root) {
  return attached.get(root)?.place() ?? null;
}

// Brings one entry on the screen and marks it; focuses it for who reads on from there.
export function arrive(root, key, takesFocus) {
  const name = CSS.escape(key);
  const found = root.querySelector(`[data-call-id="${name}"], [data-key="${name}"], [data-request="${name}"]`);
  if (!found) return;
  for (const old of root.querySelectorAll("[data-arrived]")) old.removeAttribute("data-arrived");
  attached.get(root)?.stay();
  found.setAttribute("data-arrived", "");
  found.setAttribute("data-marked", "");
  setTimeout(() => found.removeAttribute("data-marked"), 2500);
  found.scrollIntoView({ block: found.getBoundingClientRect().height > root.clientHeight * 0.8 ? "start" : "center" });
  if (takesFocus) {
    const target = found.querySelector(":scope > summary") ?? root;
    target.focus({ preventScroll: true });
  }
  attached.get(root)?.settle();
}

// Brings what is new to the reader on the screen, and the focus to it.
export function reveal(root) {
  const mark = root.querySelector("[data-unread]");
  if (!mark) return;
  attached.get(root)?.stay();
  mark.scrollIntoView({ block: "start" });
  root.focus({ preventScroll: true });
  attached.get(root)?.settle();
}
