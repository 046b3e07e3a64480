// Search in a chat: Ctrl+F opens it, a second one is the browser's. What the words are found in is told by the server, for the whole log; they are marked
// here, in what is on the page, without touching it.
const pause = 80;

// More marks than anybody looks at; a letter or two are everywhere.
const mostMarks = 2000;

export function attach(bar, component) {
  const page = bar.closest(".chat-page");
  const column = page.querySelector("[data-transcript]");
  const box = bar.querySelector("input");
  let back = null;
  let timer = 0;
  let asked = "";
  let asking = null;

  const call = (name, value) => component.invokeMethodAsync(name, value).catch(error => { if (bar.isConnected) throw error; });
  const ask = () => {
    clearTimeout(timer);
    const words = bar.hidden ? "" : box.value.trim();
    mark(column, words);
    if (asking) {
      if (asking.words === words) return asking.answer;
    } else if (words === asked) return null;

    // Words are looked for once they are answered: what failed, or went with the connection, may be asked for again.
    const mine = asking = { words };
    return mine.answer = call("Find", words)
      .then(isAnswered => { if (asking === mine) asked = isAnswered === false ? null : words; })
      .finally(() => { if (asking === mine) asking = null; });
  };
  const step = async direction => {
    // Words that are not looked for yet are the first thing that is wanted.
    const answer = ask();
    if (answer) await answer;
    else if (asked) await call("Step", direction);
  };

  const open = () => {
    if (bar.hidden) back = document.activeElement;
    bar.hidden = false;
    box.focus();
    box.select();
    ask();
  };
  const close = () => {
    bar.hidden = true;
    ask();
    if (back?.isConnected && back !== document.body) back.focus({ preventScroll: true });
    else page.querySelector(".chat-scroll")?.focus({ preventScroll: true });
  };

  const askSoon = event => {
    clearTimeout(timer);

    // While an input method composes, there are no words yet.
    if (!event.isComposing) timer = setTimeout(ask, pause);
  };
  box.addEventListener("input", askSoon);
  box.addEventListener("compositionend", askSoon);
  bar.addEventListener("click", event => {
    const what = event.target.closest("[data-find]")?.dataset.find;
    if (what === "close") close();
    else if (what) step(Number(what));
  });

  // The button in the header; the box is there at once, and nothing that is typed gets lost.
  page.addEventListener("click", event => {
    if (event.target.closest("[data-action=find]")) open();
  });

  const onKey = event => {
    if (!bar.isConnected) {
      document.removeEventListener("keydown", onKey);
      return;
    }
    if (event.isComposing || document.querySelector(".rz-dialog")) return;
    const inBar = bar.contains(event.target);
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "f") {
      if (inBar) return;
      event.preventDefault();
      open();
    } else if (!bar.hidden && event.key === "F3") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    } else if (inBar && event.key === "Enter" && event.target === box) {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    } else if (inBar && event.key === "Escape") {
      event.preventDefault();
      close();
    }
  };
  document.addEventListener("keydown", onKey);

  // What comes on the page while words are looked for has them marked too, once a frame at most.
  let due = 0;
  let arrived = null;
  new MutationObserver(changes => {
    if (bar.hidden) return;
    arrived = changes.findLast(change => change.type === "attributes" && change.target.hasAttribute("data-arrived"))?.target ?? arrived;
    due ||= requestAnimationFrame(() => {
      due = 0;
      mark(column, bar.hidden ? "" : box.value.trim());
      if (arrived) bringIntoSight(column.parentElement, arrived);
      arrived = null;
    });
  }).observe(column, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-arrived"] });

  bar.dataset.keys = "ready";
}

// An entry may be long, and scroll inside: its first hit is what the reader came for.
function bringIntoSight(scroller, entry) {
  const hit = [...(globalThis.CSS?.highlights?.get("chat-find") ?? [])].find(range => entry.contains(range.startContainer));
  for (let box = hit?.startContainer.parentElement; box; box = box === scroller ? null : box.parentElement) {
    const place = hit.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    if (box.scrollHeight <= box.clientHeight || (place.top >= frame.top && place.bottom <= frame.bottom)) continue;
    box.scrollTop += place.top - frame.top - box.clientHeight / 2;
  }
}

function mark(column, words) {
  if (!globalThis.CSS?.highlights) return;
  CSS.highlights.delete("chat-find");
  if (!words) return;
  const wanted = words.toLowerCase();
  const ranges = [];
  for (const entry of column.children) {
    // Words may run over the borders of elements: the text of an entry is searched as one.
    const nodes = [];
    let text = "";
    const walker = document.createTreeWalker(entry, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, from: text.length });
      text += walker.currentNode.data;
    }
    const lower = text.toLowerCase();

    // Of a few letters the small form is longer: then places do not match, and nothing is better than something wrong.
    if (lower.length !== text.length) continue;
    const locate = at => {
      let low = 0, high = nodes.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (nodes[middle].from <= at) low = middle;
        else high = middle - 1;
      }
      return [nodes[low].node, at - nodes[low].from];
    };
    for (let at = lower.indexOf(wanted); at >= 0 && ranges.length < mostMarks; at = lower.indexOf(wanted, at + wanted.length)) {
      const range = document.createRange();
      range.setStart(...locate(at));
      const [node, offset] = locate(at + wanted.length - 1);
      range.setEnd(node, offset + 1);
      ranges.push(range);
    }
  }
  const found = new Highlight(...ranges);

  // Above the colours of code.
  found.priority = 1;
  CSS.highlights.set("chat-find", found);
}
