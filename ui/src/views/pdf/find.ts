/** Finding words in the text of a page, whatever their accents and capitals, also across its pieces. */

/** Where a match stands: the piece and the letter it begins at, and those it ends before. */
export interface Match {
  from: { piece: number; letter: number };
  to: { piece: number; letter: number };
}

/** The text in lower case without accents, and for each of its letters where it stood. */
function folded(text: string): { letters: string; places: number[] } {
  let letters = "";
  const places: number[] = [];
  let at = 0;
  for (const letter of text) {
    const plain = letter.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    for (const _ of plain) places.push(at);
    letters += plain;
    at += letter.length;
  }
  places.push(at);
  return { letters, places };
}

/** The matches in the pieces of a page. Any white space matches any other, and the end of a piece. */
export function matches(pieces: string[], sought: string): Match[] {
  const wanted = folded(sought.trim()).letters.replace(/\s+/g, " ");
  if (wanted === "") return [];
  let text = "";
  const places: { piece: number; letter: number }[] = [];
  pieces.forEach((piece, index) => {
    const { letters, places: own } = folded(piece);
    if (text !== "" && !text.endsWith(" ")) {
      text += " ";
      places.push({ piece: index, letter: 0 });
    }
    [...letters].forEach((letter, place) => {
      text += /\s/.test(letter) ? " " : letter;
      places.push({ piece: index, letter: own[place] ?? 0 });
    });
  });
  const found: Match[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    const from = places[at];
    const last = places[at + wanted.length - 1];
    if (from && last) found.push({ from, to: { piece: last.piece, letter: last.letter + 1 } });
  }
  return found;
}

/** The matches as ranges in a text layer, whose elements are the pieces. */
export function ranges(layer: HTMLElement[], found: Match[]): Range[] {
  return found.flatMap(({ from, to }) => {
    const [begin, end] = [layer[from.piece]?.firstChild, layer[to.piece]?.firstChild];
    if (!begin || !end) return [];
    const range = document.createRange();
    range.setStart(begin, Math.min(from.letter, begin.textContent?.length ?? 0));
    range.setEnd(end, Math.min(to.letter, end.textContent?.length ?? 0));
    return [range];
  });
}
