// A chat that is read by a link: the server says that there is something new, and the page is looked at again. What has not changed stays as it is,
// with what the reader has opened.
const pause = 1500;
const nearEnd = 64;
let looking = false;
let again = false;

const chat = document.querySelector("[data-linked-chat]").dataset;
const changes = new EventSource(`${chat.changes}?after=${chat.last}`);

// The first one tells how far the chat is, which the page knows already unless it moved in between.
changes.addEventListener("changed", news => { if (news.lastEventId !== chat.last) look(); });
changes.addEventListener("error", () => {
  // The server came to say that the link leads nowhere any more.
  if (changes.readyState === EventSource.CLOSED) location.reload();
});

async function look() {
  if (looking) {
    again = true;
    return;
  }

  looking = true;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) {
      location.reload();
      return;
    }

    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch (failure) {
    // The stream comes back by itself when the server does, and tells again.
    console.warn("The chat could not be looked at again.", failure);
  }

  setTimeout(() => {
    looking = false;
    if (again) {
      again = false;
      look();
    }
  }, pause);
}

function take(fresh) {
  const follows = innerHeight + scrollY >= document.documentElement.scrollHeight - nearEnd;
  document.title = fresh.title;
  document.querySelector("[data-linked=title]").textContent = fresh.querySelector("[data-linked=title]").textContent;
  chat.last = fresh.querySelector("[data-linked-chat]").dataset.last;
  replace(document.querySelector("[data-linked-chat]"), fresh.querySelector("[data-linked-chat]"));
  if (follows) scrollTo({ top: document.documentElement.scrollHeight });
}

function replace(present, fresh) {
  const known = new Map([...present.children].map(child => [child.dataset.key, child]));
  present.replaceChildren(...[...fresh.children].map(child => {
    const old = known.get(child.dataset.key);
    if (!old) return child;
    if (old.open) child.open = true;
    if (old.isEqualNode(child)) return old;
    if (child.matches(".linked-group")) {
      replace(old, child);
      return old;
    }

    return child;
  }));
}
