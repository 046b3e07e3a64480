// The keys of the whole page. Which there are stands in the help (Components/Commands/KeyHelp, from ViewModels/Commands/KeyTable); this hears them.
import { hasSingleKeys, setSingleKeys } from "./choices.js";
import { commands, isCovered, run } from "./commands.js";
import "./palette.js";

const help = document.getElementById("keys");
const hint = document.getElementById("key-hint");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
document.documentElement.dataset.platform = isMac ? "mac" : "other";

const table = new Map([...help.querySelectorAll("[data-command]")].map(row => [row.dataset.keys, row.dataset]));
const beginnings = new Set([...table.keys()].filter(keys => keys.includes(" ")).map(keys => keys.split(" ")[0]));
let begun = "";

function begin(keys) {
  begun = keys;
  hint.hidden = !keys;
}

const boxes = "textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox], input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset])";
const isTyping = event => event.composedPath()[0]?.closest?.(boxes);

// The letter of the key as it is printed on most keyboards, where it writes another script; the full width that a Chinese one writes is the same key.
function nameOf(event) {
  const key = event.key.length === 1 ? event.key.normalize("NFKC") : event.key;
  const isForeign = key.length === 1 && key.charCodeAt(0) > 127;
  const letter = isForeign ? /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() : undefined;
  return letter ?? (event.shiftKey ? key : key.toLowerCase());
}

function hear(event) {
  // While an input method composes, every key is its own; what a browser fills in by itself comes without one.
  if (!event.key || event.isComposing || event.keyCode === 229) return;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  const key = nameOf(event);

  if (mod && !other && !event.altKey && !event.shiftKey) {
    const chord = table.get(`Mod+${key}`);
    if (!chord || (isCovered() && !document.getElementById("palette").open)) return;
    take(event);
    if (!event.repeat) run(chord.command, chord.argument);
    return;
  }

  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " " || isTyping(event)) {
    if (!["Shift", "Control", "Alt", "Meta"].includes(event.key)) begin("");
    return;
  }

  // Turned off, they are off everywhere: what other scripts make of letters does not hear them either.
  if (!hasSingleKeys()) return void event.stopImmediatePropagation();
  if (isCovered()) return;
  const keys = begun ? `${begun} ${key}` : key;
  const wasBegun = begun;
  begin("");
  const found = table.get(keys);
  if (found) {
    take(event);
    if (!event.repeat) run(found.command, found.argument);
  } else if (wasBegun) {
    take(event);
  } else if (beginnings.has(key)) {
    take(event);
    begin(key);
  }
}

function take(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// First of all: no letter of a sequence may reach what it would mean alone.
addEventListener("keydown", hear, true);
addEventListener("blur", () => begin(""));
document.addEventListener("pointerdown", () => begin(""), true);

document.addEventListener("click", event => {
  const button = event.target.closest?.("button[data-command]");
  if (button) {
    button.closest("[popover]")?.hidePopover();
    if (button.dataset.command in commands) run(button.dataset.command, button.dataset.argument);
    return;
  }

  // A dialog of the shell closes by its cross, and by a click beside it.
  const dialog = event.target.closest?.("#keys, #palette");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
});

help.querySelector("[data-single-keys]").addEventListener("change", event => setSingleKeys(event.target.checked));
