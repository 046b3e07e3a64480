// Theme, rail, language and copying: all that needs no server.
import { dismissTip, markTheme, setLanguage, setTheme, toggleRail } from "./choices.js";

// Blazor makes these elements whenever it likes; each tells its state when it appears.
customElements.define("theme-switch", class extends HTMLElement {
  connectedCallback() { setTimeout(() => markTheme(this)); }
});

document.addEventListener("click", async event => {
  const target = event.target.closest?.("[data-theme-choice], [data-rail-toggle], [data-copy-code], [data-copy-text]");
  if (!target) return;

  if (target.dataset.themeChoice) {
    setTheme(target.dataset.themeChoice);
  } else if ("railToggle" in target.dataset) {
    toggleRail();
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
  if (choice) setLanguage(choice.value);
});

document.addEventListener("click", event => {
  const tip = event.target.closest?.("[data-guide-dismiss]");
  if (tip) dismissTip(tip.dataset.guideDismiss);
});

// What opened over the page to go elsewhere closes when somebody goes.
document.addEventListener("click", event => {
  const open = event.target.closest?.("[popover] a[href]")?.closest("[popover]");
  if (open?.matches(":popover-open")) open.hidePopover();
});

// The address of the link is that of the start page, under the document's base: the way to the content is a step of the focus, not a journey.
document.addEventListener("click", event => {
  if (!event.target.closest(".skip-link")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  document.getElementById("main").focus();
}, true);

// Whoever signs in next at this browser is not to find what was written before.
document.addEventListener("submit", event => {
  if (!event.target.matches("form.account")) return;
  for (const store of [localStorage, sessionStorage]) {
    for (const key of Object.keys(store)) {
      if (/^(draft|files|sent|sending|reading|place):|^palette-recent$/.test(key)) store.removeItem(key);
    }
  }
});
