// Changing a queued message in its place: Enter saves, Shift+Enter makes a new line, Escape gives up. The text stays here until it is saved.
export function attach(form, component) {
  const area = form.querySelector("textarea");
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };
  const save = () => component.invokeMethodAsync("SaveAsync", area.value)
    .catch(error => console.warn("The change was not saved.", error));

  area.addEventListener("input", fit);
  form.addEventListener("keydown", event => {
    // While an input method composes, both keys belong to it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.preventDefault();
      component.invokeMethodAsync("CancelAsync");
    } else if (event.key === "Enter" && !event.shiftKey && event.target === area) {
      event.preventDefault();
      save();
    }
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    save();
  });
  form.querySelector("[data-cancel]").addEventListener("click", () => component.invokeMethodAsync("CancelAsync"));
  fit();
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}
