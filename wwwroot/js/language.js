// The language of what stands around the page; the page itself is the server's to draw.
export function apply(language, attributes, texts) {
  document.cookie = `.AspNetCore.Culture=${encodeURIComponent(`c=${language}|uic=${language}`)};path=/;max-age=31536000;samesite=lax`;
  document.documentElement.lang = language;
  for (const [name, value] of Object.entries(attributes)) document.body.setAttribute(name, value);
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = texts[element.dataset.word] ?? element.textContent;
  document.dispatchEvent(new Event("td-language"));
}
