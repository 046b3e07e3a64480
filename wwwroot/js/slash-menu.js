// The menu that a "/" at the beginning of an empty message opens. Which entry is meant, and the keys, are decided here; a choice goes to the server.
const menus = new WeakMap();

export function attach(menu, component, listId) {
  const form = menu.closest("form");
  const area = form.querySelector("textarea");
  const state = { menu, area, component, listId, active: 0, open: false, filling: false };
  menus.set(menu, state);

  const follow = async () => {
    if (state.filling) return;
    const asks = /^\/\S*$/.test(area.value);
    if (!asks) return close(menu);
    if (!state.open) {
      state.open = true;
      state.active = 0;
      const offers = await component.invokeMethodAsync("OpenAsync");
      if (!offers) state.open = false;
    }
    show(state);
  };
  area.addEventListener("input", follow);

  // Before the composer hears of it: Enter belongs to the menu while it is open.
  form.addEventListener("keydown", event => {
    if (!state.open || event.isComposing) return;
    const inMenu = menu.contains(event.target);
    const asking = "asking" in menu.dataset;
    const action = asking
      ? inMenu && event.target.tagName === "INPUT" && { Enter: () => component.invokeMethodAsync("InsertAsync"), Escape: () => component.invokeMethodAsync("CancelAsync") }[event.key]
      : { ArrowDown: () => move(state, 1), ArrowUp: () => move(state, -1), Enter: () => choose(state), Escape: () => close(menu) }[event.key];
    if (!action || (event.key === "Enter" && event.shiftKey) || (!asking && event.key === "Enter" && matches(state).length === 0)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }, true);

  menu.addEventListener("mousedown", event => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    component.invokeMethodAsync("ChooseAsync", Number(option.dataset.index));
  });

  // What was typed before this script came.
  if (document.activeElement === area) follow();
}

// The server has drawn its entries anew.
export function refresh(menu) {
  const state = menus.get(menu);
  if (!state?.open) return;
  show(state);
  if ("asking" in menu.dataset && !menu.contains(document.activeElement)) menu.querySelector("input")?.focus();
}

export function close(menu) {
  const state = menus.get(menu);
  if (!state) return;
  const hadFocus = menu.contains(document.activeElement);
  state.open = false;
  menu.hidden = true;
  for (const name of ["aria-haspopup", "aria-controls", "aria-autocomplete", "aria-activedescendant"]) state.area.removeAttribute(name);
  if (hadFocus) state.area.focus();
}

// Puts a text in the place of the "/…", as if it had been typed.
export function fill(menu, text) {
  const state = menus.get(menu);
  state.filling = true;
  state.area.value = text;
  state.area.dispatchEvent(new Event("input", { bubbles: true }));
  state.filling = false;
  close(menu);
  state.area.focus();
}

const matches = state => {
  const typed = state.area.value.slice(1).toLowerCase();
  return [...state.menu.querySelectorAll("[role=option]")].filter(option => {
    option.hidden = !option.dataset.name.includes(typed);
    return !option.hidden;
  });
};

function show(state) {
  state.menu.hidden = !state.open;
  if (!state.open) return;
  const options = matches(state);
  state.active = Math.max(0, Math.min(state.active, options.length - 1));
  options.forEach((option, index) => option.setAttribute("aria-selected", index === state.active));
  options[state.active]?.scrollIntoView({ block: "nearest" });
  const { area, listId } = state;
  // What a combobox says, as far as a box for several lines may say it: HTML lets no textarea be one.
  area.setAttribute("aria-haspopup", "listbox");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", listId);
  if (options[state.active]) area.setAttribute("aria-activedescendant", options[state.active].id);
  else area.removeAttribute("aria-activedescendant");
}

function move(state, step) {
  const count = matches(state).length;
  if (count === 0) return;
  state.active = (state.active + step + count) % count;
  show(state);
}

function choose(state) {
  const option = matches(state)[state.active];
  if (option) state.component.invokeMethodAsync("ChooseAsync", Number(option.dataset.index));
}
