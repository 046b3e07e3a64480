// The agent's form: what is typed reaches the server a moment later, not with every key, and Ctrl+S saves what stands there.
const pause = 300;

export function attach(root, page) {
  const form = root.querySelector("[data-agent-form]");
  let typed = null;
  let timer = 0;

  const commit = () => {
    clearTimeout(timer);
    const field = typed;
    typed = null;
    field?.dispatchEvent(new Event("change", { bubbles: true }));
  };

  form.addEventListener("input", event => {
    if (!event.target.matches("textarea, input:not([type=checkbox], [type=radio])")) return;
    if (typed && typed !== event.target) commit();
    typed = event.target;
    clearTimeout(timer);
    timer = setTimeout(commit, pause);
  });
  form.addEventListener("change", event => {
    if (event.target !== typed) return;
    clearTimeout(timer);
    typed = null;
  });

  const onKey = event => {
    if (!root.isConnected) {
      document.removeEventListener("keydown", onKey);
      return;
    }
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    commit();
    page.invokeMethodAsync("SaveFromKeyAsync").catch(error => console.warn("It was not saved.", error));
  };
  document.addEventListener("keydown", onKey);
  root.dataset.keys = "ready";
}

// The first field that does not fit, or the news above them all.
export function showProblem(root) {
  const wrong = root.querySelector("[data-agent-form] .field-error");
  const field = wrong?.closest(".field, .secret-fields, section")?.querySelector("input, textarea, select");
  if (field) field.focus();
  else root.querySelector("[data-agent-form] [role=alert]")?.scrollIntoView({ block: "nearest" });
}
