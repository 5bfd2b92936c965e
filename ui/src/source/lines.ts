/** Line ends and differences of Markdown texts, so that a text is kept to the byte. */
import { ChangeSet, Text } from "@codemirror/state";

/**
 * The line end of a text. A text that mixes them is split at `\n` alone: a `\r` is then a letter like others, and
 * stays where it is.
 */
export function separatorOf(markdown: string): "\r\n" | "\n" {
  const all = markdown.split("\n").length - 1;
  const crlf = markdown.split("\r\n").length - 1;
  const returns = markdown.split("\r").length - 1;
  return all > 0 && crlf === all && returns === crlf ? "\r\n" : "\n";
}

export const textOf = (markdown: string): Text => Text.of(markdown.split(separatorOf(markdown)));

/** Whether a text is cut within a letter of two units at this place. */
const cuts = (text: string, at: number): boolean =>
  at > 0 &&
  at < text.length &&
  /[\uD800-\uDBFF]/.test(text[at - 1] ?? "") &&
  /[\uDC00-\uDFFF]/.test(text[at] ?? "");

/** The one change that leads from a text to another: the run between their common beginning and end. */
export function difference(before: Text, after: Text): ChangeSet {
  const old = before.toString();
  const now = after.toString();
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  if (cuts(old, head) || cuts(now, head)) head -= 1;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  if (cuts(old, old.length - tail) || cuts(now, now.length - tail)) tail -= 1;
  if (head === old.length && head === now.length) return ChangeSet.empty(before.length);
  const insert = after.slice(head, now.length - tail);
  return ChangeSet.of({ from: head, to: old.length - tail, insert }, before.length);
}
