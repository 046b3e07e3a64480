// How well a text answers what was typed: 0 for not at all. Every typed word has to be found; beginnings count most, then parts, then letters in
// order, each at the beginning of a word or right behind the one before; least of all letters that are merely somewhere behind each other.
export const strong = 40;

export function score(text, typed) {
  const words = fold(typed).split(/\s+/).filter(word => word);
  const within = fold(text);
  let sum = 0;
  for (const word of words) {
    const one = scoreOf(within, word);
    if (one === 0) return 0;
    sum += one;
  }
  return words.length === 0 ? 1 : sum / words.length;
}

const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const isBeginning = (text, index) => index === 0 || !/[\p{L}\p{N}]/u.test(text[index - 1]);

function scoreOf(text, word) {
  if (text.startsWith(word)) return text.length === word.length ? 100 : 90;
  let at = text.indexOf(word);
  if (at >= 0) {
    for (let next = at; next >= 0; next = text.indexOf(word, next + 1)) {
      if (isBeginning(text, next)) return 80;
    }
    return 60;
  }

  if (follow(text, word, 0, -1)) return strong;
  return word.length >= 3 && isScattered(text, word) ? 10 : 0;
}

function isScattered(text, word) {
  let at = -1;
  return [...word].every(letter => (at = text.indexOf(letter, at + 1)) >= 0);
}

// Whether the letters from one on are found from a place on.
function follow(text, word, letter, last) {
  if (letter === word.length) return true;
  if (last >= 0 && text[last + 1] === word[letter] && follow(text, word, letter + 1, last + 1)) return true;
  for (let index = last + 1; index < text.length; index++) {
    if (text[index] === word[letter] && isBeginning(text, index) && follow(text, word, letter + 1, index)) return true;
  }
  return false;
}
