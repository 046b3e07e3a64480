// Times that move by themselves, with one timer for the page: <ticking-duration since>, <relative-time at> and <due-time at>.
// <local-time at> stands still: a moment in the reader's own zone. They write their own text; the server renders them empty and never touches what is inside.
const units = document.body.dataset;
const live = new Set();
let formats = formatsOf(document.documentElement.lang || "en");

function formatsOf(language) {
  const day = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return {
    relative: new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }),
    absolute: new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }),
    day: new Intl.DateTimeFormat(language, day),
    second: new Intl.DateTimeFormat(language, { ...day, second: "2-digit" }),
  };
}

const put = (pattern, number) => pattern.replace("{0}", number);

// The same rules as DurationText.cs.
function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86400)];
  if (minutes < 1) return put(units.unitSeconds, seconds);
  if (hours < 1) return `${put(units.unitMinutes, minutes)} ${put(units.unitSeconds, seconds % 60)}`;
  if (days < 1) return `${put(units.unitHours, hours)} ${put(units.unitMinutes, minutes % 60)}`;
  return `${put(units.unitDays, days)} ${put(units.unitHours, hours % 24)}`;
}

function ago(date) {
  const seconds = Math.min(0, (date - Date.now()) / 1000);
  const steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [86400 * 30, "day", 86400], [86400 * 365, "month", 86400 * 30]];
  for (const [below, unit, size] of steps) {
    if (-seconds < below) return formats.relative.format(Math.ceil(seconds / size), unit);
  }
  return formats.relative.format(Math.ceil(seconds / (86400 * 365)), "year");
}

function define(name, attribute, write) {
  customElements.define(name, class extends HTMLElement {
    static observedAttributes = [attribute];
    connectedCallback() { live.add(this); this.tick(); }
    disconnectedCallback() { live.delete(this); }
    attributeChangedCallback() { this.tick(); }
    tick() {
      const text = write(this, new Date(this.getAttribute(attribute)));
      if (this.textContent !== text) this.textContent = text;
    }
  });
}

define("ticking-duration", "since", (_, since) => duration(Date.now() - since));
define("relative-time", "at", (element, at) => {
  element.title = formats.absolute.format(at);
  return ago(at);
});
define("local-time", "at", (element, at) => {
  element.title = formats.absolute.format(at);
  return (element.hasAttribute("exact") || at.getSeconds() ? formats.second : formats.day).format(at);
});
define("due-time", "at", (element, at) => {
  element.title = formats.absolute.format(at);
  const rest = at - Date.now();
  return rest > 0 ? put(units.timeIn, duration(Math.ceil(rest / 1000) * 1000)) : units.timeNow;
});

const tickAll = () => { for (const element of live) element.tick(); };
setInterval(tickAll, 1000);
document.addEventListener("td-language", () => {
  formats = formatsOf(document.documentElement.lang);
  tickAll();
});
