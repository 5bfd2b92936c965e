/** Counting words, away from the keystroke. */
import type { Node } from "@tiptap/pm/model";

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’.,-]*/gu;

export function countWords(doc: Node): number {
  let words = 0;
  doc.descendants((node) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, " ", " ");
    words += text.match(WORD)?.length ?? 0;
    return false;
  });
  return words;
}
