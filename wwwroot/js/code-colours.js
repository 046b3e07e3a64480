// Colours in blocks of code, by marks over the text: the elements stay as they are, so what streams in and what is searched for is not disturbed.
const most = 20_000;

// While a block grows, it is coloured this often.
const pause = 250;
const kinds = ["comment", "string", "number", "keyword", "name"];
const words = text => new Set(text.split(" "));

const braces = words("abstract as async await base bool boolean break byte case catch chan char checked class const constructor continue crate debugger decimal default defer delegate delete do double dyn else enum event explicit export extends extern false final finally fixed float fn for foreach from func function go goto get if impl implements implicit import in instanceof int interface internal is let lock long loop map match mod module move mut namespace native new nil null object of operator out override package params private protected pub public range readonly record ref required return sbyte sealed select self set short sizeof static str string struct super switch synchronized this throw throws trait true try type typeof uint ulong unsafe use using val var virtual void volatile when where while with yield");
const hashes = words("and as assert async await begin break case class continue def del do done echo elif else elsif end ensure esac except exit export false False fi finally for from function global if import in is lambda let local module new nil None nonlocal not null on or pass raise require rescue return self source then true True try unless until when while with yield");
const queries = words("add all alter and as asc begin between by case check column commit constraint create cross default delete desc distinct drop else end exists foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer over partition primary references returning right rollback select set table then transaction union unique update values view when where with");
const literals = words("true false null");

const text = String.raw`"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'`;
const number = String.raw`(?<![\w.])-?\d[\d_]*(?:\.\d+)?[\w%]*`;
const word = String.raw`[\p{L}_$@][\p{L}\d_$]*`;
const tokens = (comment, string = text) => new RegExp(`(?<comment>${comment})|(?<string>${string})|(?<number>${number})|(?<word>${word})`, "gu");

const families = [
  { names: words("c cpp c++ cs csharp css dart go h hpp java javascript js jsx kotlin kt less php rust rs scala scss swift ts tsx typescript"), tokens: tokens(String.raw`//[^\n]*|/\*[\s\S]*?(?:\*/|$)`, String.raw`${text}|` + "`(?:\\\\[\\s\\S]|[^`\\\\])*`?"), keywords: braces },
  { names: words("bash dockerfile elixir fish ini makefile perl powershell ps1 py python r rb ruby sh shell toml yaml yml zsh"), tokens: tokens(String.raw`(?<![\w$])#[^\n]*`, String.raw`"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|${text}`), keywords: hashes },
  { names: words("mysql postgres postgresql sql sqlite"), tokens: tokens(String.raw`--[^\n]*|/\*[\s\S]*?(?:\*/|$)`), keywords: queries, anyCase: true },
  { names: words("json json5 jsonc jsonl"), tokens: tokens(String.raw`//[^\n]*`), keywords: literals },
  { names: words("diff patch"), tokens: /(?<comment>^(?:@@|diff |index )[^\n]*)|(?<string>^\+[^\n]*)|(?<number>^-[^\n]*)/gmu, keywords: literals },
  { names: words("html razor svg vue xaml xml"), tokens: new RegExp(String.raw`(?<comment><!--[\s\S]*?(?:-->|$))|(?<string>"[^"]*"|'[^'<>]*')|(?<keyword></?[\w:-]+|/?>)|(?<name>[\w:@-]+(?==))`, "gu"), keywords: literals },
];

const marks = globalThis.CSS?.highlights && new Map(kinds.map(kind => {
  const highlight = new Highlight();
  CSS.highlights.set(`code-${kind}`, highlight);
  return [kind, highlight];
}));

function kindOf(match, family, source) {
  const { groups } = match;
  if (!groups.word) return kinds.find(kind => groups[kind] !== undefined);
  if (family.keywords.has(family.anyCase ? groups.word.toLowerCase() : groups.word)) return "keyword";
  return source[match.index + groups.word.length] === "(" ? "name" : undefined;
}

customElements.define("code-block", class extends HTMLElement {
  #observer = new MutationObserver(() => this.#colourSoon());
  #ranges = [];
  #timer = 0;
  #last = -pause;

  connectedCallback() {
    if (!marks) return;
    this.#observer.observe(this, { childList: true, characterData: true, subtree: true });
    this.#colourSoon();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#forget();
  }

  #colourSoon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#last = performance.now();
      this.#forget();
      this.#colour();
    }, Math.max(0, this.#last + pause - performance.now()));
  }

  #forget() {
    for (const [kind, range] of this.#ranges) marks.get(kind).delete(range);
    this.#ranges = [];
  }

  #colour() {
    const code = this.querySelector("code");
    const family = families.find(each => each.names.has((this.dataset.language ?? "").toLowerCase()));
    const source = code?.textContent ?? "";
    if (!family || source.length > most) return;

    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    let begin = 0;
    let node = walker.nextNode();

    // Where a place of the whole text is; places are asked for in order.
    const at = (place, isEnd) => {
      while (place > begin + node.length || (place === begin + node.length && !isEnd)) {
        begin += node.length;
        node = walker.nextNode();
      }

      return [node, place - begin];
    };
    for (const match of source.matchAll(family.tokens)) {
      const kind = kindOf(match, family, source);
      if (!kind) continue;
      const [startContainer, startOffset] = at(match.index, false);
      const [endContainer, endOffset] = at(match.index + match[0].length, true);
      const range = new StaticRange({ startContainer, startOffset, endContainer, endOffset });
      this.#ranges.push([kind, range]);
      marks.get(kind).add(range);
    }
  }
});
