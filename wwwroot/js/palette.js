// The palette. Pages and choices stand in it from the beginning and are found here; verbs and tasks come from the server while it is open.
import { ask, follow, isCovered, isLost, run } from "./commands.js";
import { score, strong } from "./fuzzy.js";

const palette = document.getElementById("palette");
const input = palette.querySelector("input");
const note = palette.querySelector(".palette-note");
const list = palette.querySelector("[role=listbox]");
const groups = Object.fromEntries([...palette.querySelectorAll("[data-group]")].map(group => [group.dataset.group, group]));
const places = [...groups.places.querySelectorAll("[role=option]")];
const remembered = "palette-recent";
const mostRemembered = 20;
const mostRecent = 4;
const pause = 120;

let verbs = [];
let tasks = [];
let views = [];
let about;
let active;
let moved = false;
let asked = 0;
let opened = 0;
let timer;

palette.addEventListener("summon", () => {
  if (palette.open) return palette.close();
  if (!isCovered()) open();
});
palette.addEventListener("close", () => { clearTimeout(timer); asked++; opened++; });
input.addEventListener("input", () => {
  moved = false;
  list.scrollTop = 0;
  refresh();
  clearTimeout(timer);
  timer = setTimeout(findTasks, pause);
});
input.addEventListener("keydown", event => {
  if (event.isComposing || event.keyCode === 229) return;
  const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(8), PageUp: () => move(-8), Enter: () => choose(active) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// The focus stays in the box: the list is walked by what the box says is active.
list.addEventListener("mousedown", event => event.preventDefault());
list.addEventListener("click", event => choose(event.target.closest("[role=option]")));
list.addEventListener("pointermove", event => {
  const option = event.target.closest("[role=option]");
  if (option && option !== active) { moved = true; mark(option); }
});

function open() {
  about = focusedTask();
  verbs = [];
  tasks = [];
  views = [];
  moved = false;
  input.value = "";
  note.textContent = "";

  // Filled while it is closed: opening it has the browser look at the whole document, which is to happen once.
  refresh();
  palette.showModal();
  input.focus();
  list.scrollTop = 0;
  if (about) findVerbs(about, ++opened);
  findViews(opened);
  findTasks();
}

// The task that somebody is at: the row or card with the focus, what the page has marked, what is pointed at, what is open.
function focusedTask() {
  const at = document.activeElement;
  const card = at?.closest?.(".request")?.querySelector("a.task-link");
  const row = at?.closest?.("main [data-task-id]") ?? document.querySelector("main [data-task-id][data-current], main [data-task-id][aria-current=true]")
    ?? document.querySelector("main .task-row[data-task-id]:hover");
  return row?.dataset.taskId ?? (card && new URL(card.href).searchParams.get("taskId")) ?? document.querySelector("main [data-open-task]")?.dataset.openTask;
}

async function findVerbs(taskId, turn) {
  if (isLost()) return;
  const found = await ask("FindVerbsAsync", taskId);
  if (turn !== opened || !found) return;
  groups.verbs.firstElementChild.textContent = found.title;
  verbs = found.verbs.map(verb => {
    const option = makeOption(`verb:${verb.name}`, verb, verb.label);
    Object.assign(option.dataset, { action: verb.name });
    option.classList.toggle("danger", verb.isDanger);
    option.act = () => verb.isCopied ? copy(verb.address) : verb.address ? follow(verb.address, verb.isDownload) : ask("DoAsync", verb.name, taskId);
    option.needsServer = !verb.address;
    return option;
  });
  refresh();
}

// Lists that the person has named are places like the pages; only the server knows them.
async function findViews(turn) {
  if (isLost()) return;
  const found = await ask("FindViews");
  if (turn !== opened) return;
  views = found.map(view => {
    const option = makeOption(`view:${view.id}`, view, view.name);
    const within = document.createElement("span");
    within.className = "palette-within";
    within.textContent = palette.dataset.views;
    option.querySelector(".palette-label").prepend(within, " ");
    option.dataset.also = view.name;
    option.act = () => follow(view.address);
    return option;
  });
  refresh();
}

async function findTasks() {
  if (isLost()) return say(palette.dataset.lost);
  const turn = ++asked;
  const typed = input.value;
  const recent = recall().filter(key => key.startsWith("task:")).map(key => key.slice(5, 105)).slice(0, 8);
  const found = await ask("FindTasksAsync", typed, recent);
  if (turn !== asked || typed !== input.value) return;
  groups.tasks.firstElementChild.textContent = typed.trim() ? palette.dataset.tasks : palette.dataset.newest;
  tasks = found.map(task => {
    const option = makeOption(`task:${task.id}`, null, task.title);
    option.prepend(makeChip(task));
    const agent = document.createElement("span");
    agent.className = "palette-agent";
    agent.textContent = task.agent;
    option.append(agent);
    option.act = () => follow(task.address);
    return option;
  });
  refresh();
  const count = shown().length;
  say(count === 0 ? palette.dataset.none : (count === 1 ? palette.dataset.one : palette.dataset.many.replace("{0}", count)), count === 0);
}

// A number is for those who do not see the list.
function say(text, isSeen = true) {
  note.textContent = text;
  note.classList.toggle("visually-hidden", !isSeen);
}

let made = 0;

// Whatever a person or a model has written goes in as text.
function makeOption(key, icon, label) {
  const option = document.createElement("div");
  option.className = "palette-option";
  option.id = `palette-made-${++made}`;
  option.dataset.key = key;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  if (icon) option.append(makeIcon(icon));
  const words = document.createElement("span");
  words.className = "palette-label";
  words.textContent = label;
  option.append(words);
  return option;
}

function makeIcon({ icon }) {
  const made = document.createElement("i");
  made.className = `icon icon-${icon}`;
  return made;
}

function makeChip(task) {
  const chip = document.createElement("span");
  chip.className = `status-chip tone-${task.tone}`;
  if (task.reason) chip.title = task.reason;
  const word = document.createElement("span");
  word.className = "status-word";
  word.textContent = task.status;
  chip.append(makeIcon(task), word);
  return chip;
}

// Draws what answers the words in the box: verbs, what was chosen last while there are none, places, tasks as the server sorted them.
function refresh() {
  const typed = input.value.trim();
  const everywhere = [...places, ...views];
  const recent = typed ? [] : recall().map(key => everywhere.find(place => place.dataset.key === key)).filter(place => place).slice(0, mostRecent);
  for (const option of [...verbs, ...everywhere]) option.worth = worthOf(option, typed);

  // Letters that are merely there count where nothing better does.
  const least = [...verbs, ...everywhere].some(option => option.worth >= strong) ? strong : 1;
  fill(groups.verbs, answering(verbs, typed, least));
  fill(groups.recent, recent);
  fill(groups.places, answering(everywhere.filter(place => !recent.includes(place)), typed, least));
  fill(groups.tasks, tasks);
  const all = shown();
  const best = typed ? all.reduce((first, option) => (option.worth ?? 0) > (first?.worth ?? 0) ? option : first, undefined) : undefined;
  mark(moved && all.includes(active) ? active : best ?? all[0]);
  if (typed && all.length === 0 && tasks.length === 0) say(palette.dataset.none);
}

document.addEventListener("td-language", () => { for (const place of places) delete place.words; });

function worthOf(option, typed) {
  option.words ??= option.querySelector(".palette-label").textContent.trim().replace(/\s+/g, " ");
  return Math.max(score(option.words, typed), option.dataset.also ? score(option.dataset.also, typed) : 0);
}

function answering(options, typed, least) {
  return typed ? options.filter(option => option.worth >= least).sort((one, other) => other.worth - one.worth) : options;
}

function fill(group, options) {
  group.replaceChildren(group.firstElementChild, ...options);
  group.hidden = options.length === 0;
}

const shown = () => [...list.querySelectorAll("[role=option]")];

function mark(option) {
  active?.setAttribute("aria-selected", "false");
  active = option;
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
}

function move(step) {
  const all = shown();
  if (all.length === 0) return;
  moved = true;
  const next = all.indexOf(active) + step;
  mark(all[Math.abs(step) === 1 ? (next + all.length) % all.length : Math.max(0, Math.min(next, all.length - 1))]);
  active.scrollIntoView({ block: "nearest" });
}

async function choose(option) {
  if (!option) return;
  const needsServer = option.needsServer || option.dataset.command === "new-task";
  if (needsServer && isLost()) return say(palette.dataset.lost);
  if (!option.dataset.key.startsWith("verb:")) keep(option.dataset.key);
  palette.close();
  if (option.act) await option.act();
  else await run(option.dataset.command, option.dataset.argument);
}

async function copy(address) {
  await navigator.clipboard.writeText(new URL(address, document.baseURI).href);
}

function recall() {
  try {
    const keys = JSON.parse(localStorage.getItem(remembered) ?? "[]");
    return Array.isArray(keys) ? keys.filter(key => typeof key === "string") : [];
  } catch (error) {
    console.warn("What was chosen before cannot be read; it begins anew.", error);
    localStorage.removeItem(remembered);
    return [];
  }
}

function keep(key) {
  localStorage.setItem(remembered, JSON.stringify([key, ...recall().filter(one => one !== key)].slice(0, mostRemembered)));
}
