/**
 * Bringing a text from outside into the open one, block by block, so that the caret stays where it was.
 * Steps are made on the document that was saved and mapped over what was typed since.
 */
import { Fragment, type Node, Slice } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { Mapping, ReplaceStep } from "@tiptap/pm/transform";

/** Marks a transaction that is not the author's typing. */
export const FROM_OUTSIDE = "fonds-outside";

function blocks(doc: Node): Node[] {
  return Array.from({ length: doc.childCount }, (_, index) => doc.child(index));
}

const width = (nodes: Node[]): number => nodes.reduce((sum, node) => sum + node.nodeSize, 0);

function common(before: Node[], after: Node[]): { head: number; tail: number } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head]?.eq(after[head] as Node)) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail)?.eq(after.at(-1 - tail) as Node)) tail += 1;
  return { head, tail };
}

/** The replacements that turn `before` into `after`, last first, so that earlier positions hold. */
export function replacements(before: Node, after: Node): ReplaceStep[] {
  const olds = blocks(before);
  const news = blocks(after);
  const { head, tail } = common(olds, news);
  const oldRun = olds.slice(head, olds.length - tail);
  const newRun = news.slice(head, news.length - tail);
  const start = width(olds.slice(0, head));
  if (oldRun.length !== newRun.length) {
    const slice = new Slice(Fragment.fromArray(newRun), 0, 0);
    return [new ReplaceStep(start, start + width(oldRun), slice)];
  }
  const steps: ReplaceStep[] = [];
  let at = start;
  oldRun.forEach((old, index) => {
    const now = newRun[index] as Node;
    if (!old.eq(now)) steps.unshift(blockStep(old, now, at));
    at += old.nodeSize;
  });
  return steps;
}

/** Replaces only the differing middle of a block, or the block where its kind changed. */
function blockStep(old: Node, now: Node, at: number): ReplaceStep {
  const start = old.sameMarkup(now) ? old.content.findDiffStart(now.content) : null;
  const end = old.content.findDiffEnd(now.content);
  if (start === null || end === null || !old.inlineContent) {
    return new ReplaceStep(at, at + old.nodeSize, new Slice(Fragment.from(now), 0, 0));
  }
  // An insertion beside equal letters makes the two ends overlap.
  const overlap = Math.max(0, start - Math.min(end.a, end.b));
  const slice = now.slice(start, end.b + overlap);
  return new ReplaceStep(at + 1 + start, at + 1 + end.a + overlap, slice);
}

/** Whether the author typed inside what would be replaced. */
function touches(step: ReplaceStep, typed: Mapping): boolean {
  let at = { from: step.from, to: step.to };
  let hit = false;
  for (const map of typed.maps) {
    map.forEach((from, to) => {
      if (from <= at.to && to >= at.from) hit = true;
    });
    at = { from: map.map(at.from, -1), to: map.map(at.to, 1) };
  }
  return hit;
}

/** Where the differing blocks of `before` end, and what stands there in `after`. */
function differing(before: Node, after: Node): { end: number; blocks: Node[] } {
  const olds = blocks(before);
  const news = blocks(after);
  const { head, tail } = common(olds, news);
  return { end: width(olds.slice(0, olds.length - tail)), blocks: news.slice(head, news.length - tail) };
}

/**
 * Puts into `tr` what changed from `saved` to `outside`. `typed` maps `saved` to the document that `tr` began
 * with. Where both changed the same place, the outside blocks come after what was typed: neither is lost.
 */
export function bringIn(tr: Transaction, saved: Node, outside: Node, typed: Mapping): void {
  tr.setMeta(FROM_OUTSIDE, true).setMeta("addToHistory", false);
  const steps = replacements(saved, outside);
  if (steps.some((step) => touches(step, typed))) {
    const run = differing(saved, outside);
    tr.insert(typed.map(run.end, 1), run.blocks);
    return;
  }
  for (const step of steps) {
    const mapped = step.map(typed);
    if (mapped) tr.step(mapped);
  }
}

/** The mapping that leads from one document to another. */
export function mappingBetween(before: Node, after: Node): Mapping {
  return new Mapping(replacements(before, after).map((step) => step.getMap()));
}

/**
 * What a document says, without what Markdown does not keep, such as an empty paragraph that waits for its
 * words: two documents with the same words are not torn out of the author's hands.
 */
export function words(doc: Node): string {
  const said: string[] = [];
  doc.descendants((node) => {
    if (node.isTextblock) {
      const text = node.textBetween(0, node.content.size, "", (leaf) => JSON.stringify(leaf.attrs));
      const plain = text.replace(/\s+/g, " ").trim();
      if (plain !== "") said.push(`${node.type.name} ${plain}`);
      return false;
    }
    if (node.isLeaf) said.push(`${node.type.name} ${JSON.stringify(node.attrs)}`);
    return true;
  });
  return said.join("\n");
}
