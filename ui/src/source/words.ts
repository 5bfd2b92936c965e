/** Counting the words of a source: pieces of CodeMirror's text never change, so each is counted once. */
import type { Text } from "@codemirror/state";
import { wordsIn } from "../editor/words";

const SLICE = 8;

const counted = new WeakMap<Text, number>();

/** Yields now and then; the last value is the count. */
export function* countWords(text: Text): Generator<undefined, number> {
  let begun = performance.now();
  function* count(piece: Text): Generator<undefined, number> {
    const known = counted.get(piece);
    if (known !== undefined) return known;
    let words = 0;
    if (piece.children) for (const child of piece.children) words += yield* count(child);
    else for (const line of piece.iterLines()) words += wordsIn(line);
    counted.set(piece, words);
    if (performance.now() - begun > SLICE) {
      yield;
      begun = performance.now();
    }
    return words;
  }
  return yield* count(text);
}
