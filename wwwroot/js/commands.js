// What keys, buttons and the palette can ask for. The names are those of the key table and of the palette's entries.
import { setLanguage, setTheme, toggleRail } from "./choices.js";

let attached;
const server = new Promise(resolve => { attached = resolve; });

// Called by the page's circuit when it is there; what was asked for before waits for it.
export function attach(component) {
  attached(component);
}

export async function ask(method, ...values) {
  return (await server).invokeMethodAsync(method, ...values);
}

export const isLost = () => document.documentElement.dataset.connection === "lost";

// As if somebody had clicked a link: within the pages without loading anew.
export function follow(address, download = false) {
  const link = document.createElement("a");
  link.href = address;
  if (download) link.download = "";
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}

const isSeen = element => element.checkVisibility({ visibilityProperty: true });

async function makeTask() {
  await server;
  const button = [...document.querySelectorAll("main [data-action=new-task]")].find(isSeen);
  if (button) button.click();
  else await ask("MakeTask");
}

function search() {
  const box = [...document.querySelectorAll("main input[type=search]")].find(isSeen);
  if (!box) return run("palette");
  box.focus();
  box.select();
}

export const commands = {
  "go": address => follow(address),
  "search": search,
  "new-task": makeTask,
  "help": () => document.getElementById("keys").showModal(),
  "theme": setTheme,
  "language": setLanguage,
  "rail": toggleRail,
  "sign-out": () => document.querySelector("form.account").requestSubmit(),
  "palette": () => document.getElementById("palette").dispatchEvent(new Event("summon")),
};

export function run(command, argument) {
  return commands[command](argument);
}

// Anything that was opened over the page, and has the keys to itself.
export const isCovered = () => !!document.querySelector("dialog[open], .rz-dialog, [popover]:popover-open");
