// The language of what stands around the page; the page itself is the server's to draw. A document in the new language is fetched, and its words are put
// where the old ones are: the elements stay, with whatever scripts know of them.
const words = ["aria-label", "title", "placeholder"];

export async function apply(language) {
  document.cookie = `.AspNetCore.Culture=${encodeURIComponent(`c=${language}|uic=${language}`)};path=/;max-age=31536000;samesite=lax`;
  document.documentElement.lang = language;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    copy(document.body, fresh.body);
    for (const part of fresh.querySelectorAll("[data-static]")) {
      const here = document.querySelector(`[data-static="${part.dataset.static}"]`);
      if (here) translate(here, part);
    }
  } catch (error) {
    console.warn("The words around the page stay in the language before until the page is loaded anew.", error);
  }

  document.dispatchEvent(new Event("td-language"));
}

// What scripts have moved is found by its id, everything else by its place.
function translate(here, fresh) {
  copy(here, fresh);
  const elements = [...here.children].filter(child => !child.id);
  const texts = [...here.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const node of fresh.childNodes) {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
      const text = texts.shift();
      if (text) text.data = node.data;
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const element = node.id ? document.getElementById(node.id) : elements.shift();
      if (element?.tagName === node.tagName) translate(element, node);
    }
  }
}

function copy(here, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (words.includes(name) || name === "data-also" || (name.startsWith("data-") && here.hasAttribute(name))) here.setAttribute(name, value);
  }
}
