/**
 * Finding the same place in a text and in its Markdown, by the words that stand there. Offsets are into the Markdown
 * with every line end counted as one letter.
 */

export interface Place {
  /** Where the caret is. */
  caret: number;
  /** Where the first block begins that reaches below the upper edge of what is shown. */
  top: number;
  /** How far that block has gone above the edge, in pixels. */
  below: number;
}

/** How much of a block's beginning has to be found, in letters. */
const BEGINNING = 32;
/** How far ahead a block is looked for, in letters: one that is not found must not cost the whole text. */
const AHEAD = 20_000;
/** How much of a block's text is at least in its Markdown: a typographer may have made letters of marks. */
const SURELY = 0.9;
/** How much of the text before the caret is looked for. */
const BEFORE = 24;

/** Markdown with line ends of one letter. */
export const unixed = (markdown: string): string => markdown.replace(/\r\n?/g, "\n");

const beginningOf = (text: string): string => {
  const words = text.trim().split("\n", 1)[0]?.slice(0, BEGINNING) ?? "";
  return words.trim();
};

const lineStart = (markdown: string, at: number): number => markdown.lastIndexOf("\n", at - 1) + 1;

/** The first line that begins at `from` or later and has anything on it. */
function nextLine(markdown: string, from: number): number {
  let at = lineStart(markdown, from) === from ? from : afterLine(markdown, from);
  while (at < markdown.length && markdown.slice(at, afterLine(markdown, at)).trim() === "")
    at = afterLine(markdown, at);
  return at;
}

function afterLine(markdown: string, at: number): number {
  const end = markdown.indexOf("\n", at);
  return end < 0 ? markdown.length : end + 1;
}

/** The next line after a blank one; a text's beginning counts as such. */
function afterBlank(markdown: string, from: number): number {
  const blank = from === 0 ? null : /\n[ \t]*\n/.exec(markdown.slice(from, from + AHEAD));
  return blank ? from + blank.index + blank[0].length : from;
}

/** What is known of a block: its first words, and how many letters its text has. */
export interface Sketch {
  first: string;
  length: number;
}

/**
 * Where each block begins, in their order. A block is at a line's beginning, and not shorter than its text. One whose
 * words are not found (it has none, or escapes in them) is taken to begin at the next line with anything on it.
 */
export function startsOf(markdown: string, blocks: Sketch[]): number[] {
  let from = 0;
  return blocks.map(({ first, length }) => {
    const wanted = beginningOf(first);
    const next = nextLine(markdown, wanted === "" ? afterBlank(markdown, from) : from);
    const found = wanted === "" ? 0 : markdown.slice(next, next + AHEAD).indexOf(wanted);
    const start = Math.max(next, lineStart(markdown, next + Math.max(0, found)));
    if (found >= 0) from = Math.min(markdown.length, next + found + Math.max(1, Math.floor(length * SURELY)));
    return start;
  });
}

/** The block that an offset lies in: the last that begins at it or before. */
export function blockAt(starts: number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** From where to where a block reaches. */
export function within(starts: number[], index: number, markdown: string): [number, number] {
  return [starts[index] ?? 0, starts[index + 1] ?? markdown.length];
}

/** All places of `wanted` in a text. */
function* placesOf(text: string, wanted: string): Generator<number> {
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) yield at;
}

/** A text with every white space of one letter: a line of Markdown may be wrapped where the text has a space. */
const flat = (text: string): string => text.replace(/\s/g, " ");

/** The end of the words `before` in `text` that lies nearest to `near`; shorter and shorter pieces are tried. */
function endOfWords(text: string, before: string, near: number): number | null {
  for (let length = Math.min(BEFORE, before.length); length > 0; length = Math.floor(length / 2)) {
    const wanted = before.slice(-length);
    let best: number | null = null;
    for (const at of placesOf(text, wanted)) {
      const end = at + length;
      if (best === null || Math.abs(end - near) < Math.abs(best - near)) best = end;
    }
    if (best !== null) return best;
  }
  return null;
}

/** The marks that a block may begin with. */
const MARKS = /^[#>\s*+\-\d.[\]`|]*/;

/** Where a caret stands in the Markdown that has `said` before it in its block, of `whole` letters. */
export function caretIn(markdown: string, [from, to]: [number, number], said: string, whole: number): number {
  const source = markdown.slice(from, to);
  const near = whole > 0 ? (said.length / whole) * source.trimEnd().length : 0;
  const end = said === "" ? null : endOfWords(flat(source), flat(said), near);
  return from + (end ?? MARKS.exec(source.split("\n", 1)[0] ?? "")?.[0].length ?? 0);
}

/** How many letters of a block's text stand before a caret at `caret` in the Markdown. */
export function caretOf(markdown: string, [from, to]: [number, number], caret: number, text: string): number {
  const source = markdown.slice(from, to).trimEnd();
  const before = markdown.slice(from, Math.min(caret, to));
  const near = source.length > 0 ? (before.length / source.length) * text.length : 0;
  if (MARKS.exec(before)?.[0] === before) return 0;
  return endOfWords(flat(text), flat(before), near) ?? Math.min(Math.round(near), text.length);
}
