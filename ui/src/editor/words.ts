/**
 * Counting words, away from the keystroke. A top-level block is counted once: nodes never change, so the count of one
 * that is still there holds. The others are counted in slices of a few milliseconds.
 */
import type { Node } from "@tiptap/pm/model";

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’.,-]*/gu;
const SLICE = 8;

const counted = new WeakMap<Node, number>();

export const wordsIn = (text: string): number => text.match(WORD)?.length ?? 0;

/** The words of one top-level block. */
function wordsOf(block: Node): number {
  const known = counted.get(block);
  if (known !== undefined) return known;
  let words = block.isTextblock ? wordsIn(block.textBetween(0, block.content.size, " ", " ")) : 0;
  if (!block.isTextblock) {
    block.descendants((node) => {
      if (!node.isTextblock) return true;
      words += wordsIn(node.textBetween(0, node.content.size, " ", " "));
      return false;
    });
  }
  counted.set(block, words);
  return words;
}

/** Yields now and then; the last value is the document's count. */
export function* countWords(doc: Node): Generator<undefined, number> {
  let words = 0;
  let begun = performance.now();
  for (let index = 0; index < doc.childCount; index += 1) {
    words += wordsOf(doc.child(index));
    if (performance.now() - begun > SLICE) {
      yield;
      begun = performance.now();
    }
  }
  return words;
}
