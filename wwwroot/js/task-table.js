// The table's place: coming back to the list finds it where it was left.
const scroller = root => root.querySelector("[data-task-scroll]");

// What is looked into beside the list is no other list.
const placeKey = () => {
  const query = new URLSearchParams(location.search);
  query.delete("peek");
  return `place:${location.pathname}?${query}`;
};

export function attach(root) {
  const body = scroller(root);
  const key = placeKey();
  const place = Number(sessionStorage.getItem(key)) || 0;
  let tries = 30;
  const restore = () => {
    if (body.scrollHeight - body.clientHeight >= place) body.scrollTop = place;
    else if (tries-- > 0) requestAnimationFrame(restore);
  };
  if (place > 0) restore();

  body.addEventListener("scroll", () => sessionStorage.setItem(placeKey(), body.scrollTop), { passive: true });
}

export function scrollToTop(root) {
  scroller(root).scrollTop = 0;
}
