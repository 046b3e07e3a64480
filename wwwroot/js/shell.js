// Theme, rail, language and copying: all that needs no server.
const root = document.documentElement;
const year = 60 * 60 * 24 * 365;

function remember(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=${year};samesite=lax`;
}

function markTheme(scope = document) {
  for (const button of scope.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === root.dataset.theme));
  }
}

// Blazor makes these elements whenever it likes; each tells its state when it appears.
customElements.define("theme-switch", class extends HTMLElement {
  connectedCallback() { setTimeout(() => markTheme(this)); }
});

document.addEventListener("click", async event => {
  const target = event.target.closest?.("[data-theme-choice], [data-rail-toggle], [data-copy-code], [data-copy-text]");
  if (!target) return;

  if (target.dataset.themeChoice) {
    root.dataset.theme = target.dataset.themeChoice;
    remember("td-theme", root.dataset.theme);
    markTheme();
  } else if ("railToggle" in target.dataset) {
    root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
    remember("td-rail", root.dataset.rail);
  } else if ("copyCode" in target.dataset) {
    const label = target.textContent;
    await navigator.clipboard.writeText(target.closest(".code-block").querySelector("code").textContent);
    target.textContent = document.body.dataset.copied;
    setTimeout(() => { target.textContent = label; }, 1500);
  } else {
    await navigator.clipboard.writeText(target.dataset.copyText);
  }
});

document.addEventListener("change", event => {
  const choice = event.target.closest?.("[data-language-choice=reload]");
  if (!choice) return;
  remember(".AspNetCore.Culture", `c=${choice.value}|uic=${choice.value}`);
  location.reload();
});

// Tips that were dismissed, for good: what is remembered is remembered anew at each visit, before the browser forgets it.
function rememberGuide(names) {
  root.dataset.guide = [...names].join(" ");
  if (names.size > 0) remember("td-guide", root.dataset.guide);
}

const dismissedTips = () => new Set((root.dataset.guide ?? "").split(" ").filter(Boolean));
rememberGuide(dismissedTips());
document.addEventListener("click", event => {
  const name = event.target.closest?.("[data-guide-dismiss]")?.dataset.guideDismiss;
  if (name) rememberGuide(dismissedTips().add(name));
});

// What opened over the page to go elsewhere closes when somebody goes.
document.addEventListener("click", event => {
  const open = event.target.closest?.("[popover] a[href]")?.closest("[popover]");
  if (open?.matches(":popover-open")) open.hidePopover();
});
