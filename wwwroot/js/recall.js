// What was sent from a composer, to be sent again or changed: Up in an empty box brings the last one, Up again the one before, Down the way back. Known to
// this tab only, and gone with it: who comes after at this browser has not written it.
const most = 30;
const longest = 10_000;

export function recallOf(area, draftKey) {
  const key = `sent:${draftKey}`;
  let messages = read();
  let at = messages.length;

  function read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]");
      return Array.isArray(kept) ? kept.filter(text => typeof text === "string") : [];
    } catch (error) {
      console.warn("What was sent before cannot be read; it begins anew.", error);
      sessionStorage.removeItem(key);
      return [];
    }
  }

  // Only where nothing is lost by it: the box is empty, or holds what was brought here unchanged.
  function step(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const isMine = area.value === "" ? by < 0 || at < messages.length : area.value === messages[at];
    const next = Math.max(0, Math.min(at + by, messages.length));
    if (!isMine || next === at) return;
    event.preventDefault();
    at = next;
    area.value = messages[at] ?? "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  area.addEventListener("keydown", step);
  return function note(text) {
    // A message of a megabyte is sent once, and not kept for another time.
    messages = read().filter(kept => kept !== text);
    if (text.length <= longest) messages = [...messages, text].slice(-most);
    at = messages.length;
    sessionStorage.setItem(key, JSON.stringify(messages));
  };
}
