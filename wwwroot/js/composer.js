import { attach as attachFiles, sent, take } from "./attachments.js";
import { ask } from "./asking.js";
import { recallOf } from "./recall.js";

// The composer's text, keys and draft. The server gets whole messages only; what it refuses, or what does not reach it, stays in the box.
const largest = 1024 * 1024;

export function attach(form, component, draftKey) {
  const area = form.querySelector("textarea");
  const files = form.querySelector("[data-attachments]");
  const key = `draft:${draftKey}`;

  // A message whose answer was lost may be stored: sent again as it is, also after a reload, it is the same message.
  const onItsWay = `sending:${draftKey}`;
  let last = JSON.parse(sessionStorage.getItem(onItsWay));
  let sending = false;

  const fit = () => {
    form.toggleAttribute("data-empty", area.value.trim() === "");
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };
  const keep = () => {
    if (area.value) localStorage.setItem(key, area.value);
    else localStorage.removeItem(key);
  };

  async function send(steers, background = false) {
    const written = area.value;
    if (sending || written.trim() === "") return;
    if (new TextEncoder().encode(written).length > largest) {
      await component.invokeMethodAsync("Refuse", area.dataset.tooLong);
      return;
    }
    const attached = take(files);
    if (!attached) return;
    sending = true;
    form.toggleAttribute("data-sending", true);
    last = { text: written, id: last?.text === written ? last.id : crypto.randomUUID() };
    sessionStorage.setItem(onItsWay, JSON.stringify(last));
    try {
      if (await ask(component, "SendAsync", written, steers, last.id, attached, background)) {
        last = null;
        sessionStorage.removeItem(onItsWay);
        sent(files, attached);
        area.value = area.value.startsWith(written) ? area.value.slice(written.length) : area.value;
        keep();
        note(written);
      }
    } catch (error) {
      // No connection: the dot and the bar say so, and the text is where it was.
      console.warn("The message was not sent.", error);
    } finally {
      sending = false;
      form.toggleAttribute("data-sending", false);
      fit();
    }
  }

  const note = recallOf(area, draftKey);
  area.addEventListener("input", () => { keep(); fit(); });
  area.addEventListener("keydown", event => {
    // While an input method composes, Enter belongs to it.
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    const chord = event.ctrlKey || event.metaKey;
    const background = event.shiftKey && chord && !!form.querySelector("[data-background]");
    if (event.shiftKey && !background) return;
    event.preventDefault();
    send(chord && !background, background);
  });
  // The button comes and goes with what the page is about.
  form.addEventListener("click", event => {
    if (event.target.closest("[data-background]")) send(false, true);
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    send(false);
  });

  // What was typed before this script came wins over the draft; js/early-composer.js has kept both, and a wish to send.
  area.setAttribute("data-attached", "");
  attachFiles(files);
  if (!area.value) area.value = localStorage.getItem(key) ?? "";
  fit();
  const wish = sessionStorage.getItem(`send:${draftKey}`);
  sessionStorage.removeItem(`send:${draftKey}`);
  if (wish) send(wish === "steer");
  if (matchMedia("(pointer: fine)").matches) area.focus({ preventScroll: true });
}

// What was in the box has gone another way.
export function empty(form, draftKey) {
  localStorage.removeItem(`draft:${draftKey}`);
  form.querySelector("textarea").value = "";
  sent(form.querySelector("[data-attachments]"));
}
