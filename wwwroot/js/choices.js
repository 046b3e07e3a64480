// What a person chooses for this browser: theme, rail, language, keys, columns. Kept in cookies, so that the next page is right from its first paint.
const root = document.documentElement;
const year = 60 * 60 * 24 * 365;

function remember(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=${year};samesite=lax`;
}

export function markTheme(scope = document) {
  for (const button of scope.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === root.dataset.theme));
  }
}

export function setTheme(theme) {
  root.dataset.theme = theme;
  remember("td-theme", theme);
  markTheme();
  for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
    meta.content = meta.dataset[theme === "system" ? (meta.media.includes("dark") ? "dark" : "light") : theme];
  }
}

export function toggleRail() {
  root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
  remember("td-rail", root.dataset.rail);
}

// A page that is connected changes its language in place; one that is not is fetched anew.
export function setLanguage(culture) {
  const connected = document.querySelector("select[data-language-choice=here]");
  if (connected && root.dataset.connection !== "lost") {
    connected.value = culture;
    connected.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }

  remember(".AspNetCore.Culture", `c=${culture}|uic=${culture}`);
  location.reload();
}

// Tips that were dismissed, for good: what is remembered is remembered anew at each visit, before the browser forgets it.
const dismissed = new Set((root.dataset.guide ?? "").split(" ").filter(Boolean));

export function dismissTip(name) {
  dismissed.add(name);
  rememberTips();
}

function rememberTips() {
  root.dataset.guide = [...dismissed].join(" ");
  if (dismissed.size > 0) remember("td-guide", root.dataset.guide);
}

rememberTips();

export const hasSingleKeys = () => root.dataset.singleKeys !== "off";

export function setSingleKeys(on) {
  root.dataset.singleKeys = on ? "on" : "off";
  remember("td-single-keys", root.dataset.singleKeys);
}

// Columns of the task list that are not wanted. What is hidden is kept rather than what is shown: a column that is new one day is seen.
export const hiddenColumns = () => (root.dataset.hiddenColumns ?? "").split(" ").filter(Boolean);

export function hideColumn(name, hide) {
  setHiddenColumns(hide ? [...hiddenColumns(), name] : hiddenColumns().filter(one => one !== name));
}

export function setHiddenColumns(names) {
  root.dataset.hiddenColumns = [...new Set(names)].join(" ");
  remember("td-columns", root.dataset.hiddenColumns);
}
