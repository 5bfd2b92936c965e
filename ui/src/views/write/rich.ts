/** The rich editor as a sheet. Nothing here reads the whole document on the keystroke's path. */
import type { Editor } from "@tiptap/core";
import { Node } from "@tiptap/pm/model";
import { EditorState, TextSelection } from "@tiptap/pm/state";
import { Mapping } from "@tiptap/pm/transform";
import { asAppError, type Backend } from "../../api/backend";
import type { BlockChange, DocNode, PostView, SaveResult } from "../../api/types";
import { bringIn, FROM_OUTSIDE, mappingBetween, words } from "../../editor/outside";
import { countWords } from "../../editor/words";
import { blockAt, caretIn, caretOf, type Place, type Sketch, startsOf, within } from "./places";
import { goDown, overEdge } from "./scroll";
import type { Head, Heard, Sheet } from "./sheet";

/** A document that the backend holds under a number. */
interface Held {
  doc: Node;
  number: number;
}

/** The run of top-level blocks that differs. Blocks that were not touched are the same objects. */
export function blockChange(held: Held | null, doc: Node): BlockChange {
  const json = (from: number, to: number): DocNode[] =>
    Array.from({ length: to - from }, (_, index) => doc.child(from + index).toJSON() as DocNode);
  if (!held) return { held: null, from: 0, removed: 0, blocks: json(0, doc.childCount) };
  const before = held.doc;
  const same = (one: Node, other: Node) => one === other || one.eq(other);
  const most = Math.min(before.childCount, doc.childCount);
  let head = 0;
  while (head < most && same(before.child(head), doc.child(head))) head += 1;
  let tail = 0;
  while (
    tail < most - head &&
    same(before.child(before.childCount - 1 - tail), doc.child(doc.childCount - 1 - tail))
  )
    tail += 1;
  return {
    held: held.number,
    from: head,
    removed: before.childCount - tail - head,
    blocks: json(head, doc.childCount - tail),
  };
}

export class RichSheet implements Sheet {
  id: string | null = null;

  /** The text as the backend has it, and the mapping from there to what stands in the editor. */
  #base: Node | null = null;
  #typed = new Mapping();
  #held: Held | null = null;

  constructor(
    readonly editor: Editor,
    heard: Heard,
  ) {
    editor.on("transaction", ({ transaction }) => {
      if (!transaction.docChanged) return;
      heard.changed();
      if (transaction.getMeta(FROM_OUTSIDE)) return;
      this.#typed.appendMapping(transaction.mapping);
      heard.typed();
    });
  }

  get typed() {
    return { markdown: null, doc: this.editor.getJSON() as DocNode };
  }

  get text(): string {
    return this.editor.getText({ blockSeparator: "\n\n" });
  }

  show(post: PostView): void {
    const doc = this.#read(post);
    const { view, state } = this.editor;
    // A state of its own: undo must never bring back the post that was open before.
    view.updateState(EditorState.create({ doc, plugins: state.plugins }));
    view.dispatch(view.state.tr.setMeta(FROM_OUTSIDE, true));
    this.id = post.id;
    this.#know(post, doc);
    this.#typed = new Mapping();
  }

  take(post: PostView): void {
    const doc = this.#read(post);
    if (!this.#base) {
      this.show(post);
      return;
    }
    const { tr } = this.editor.state;
    bringIn(tr, this.#base, doc, this.#typed);
    if (tr.docChanged) this.editor.view.dispatch(tr);
    this.#know(post, doc);
    this.#typed = mappingBetween(doc, this.editor.state.doc);
  }

  knows(post: PostView): boolean {
    return this.#base !== null && words(this.#base) === words(Node.fromJSON(this.editor.schema, post.doc));
  }

  async save(backend: Backend, head: Head): Promise<SaveResult> {
    const before = { base: this.#base, typed: this.#typed };
    const { doc } = this.editor.state;
    this.#base = doc;
    this.#typed = new Mapping();
    try {
      const answer = await this.#send(backend, head, doc);
      this.#held = answer.held === null ? null : { doc, number: answer.held };
      return answer;
    } catch (thrown) {
      const since = this.#typed;
      this.#base = before.base;
      this.#typed = before.typed;
      this.#typed.appendMapping(since);
      throw thrown;
    }
  }

  count(): Generator<undefined, number> {
    return countWords(this.editor.state.doc);
  }

  place(markdown: string): Place {
    const { doc, selection } = this.editor.state;
    const starts = startsOf(markdown, this.#sketches());
    const { $head } = selection;
    const index = Math.min($head.index(0), doc.childCount - 1);
    const block = doc.child(index);
    const said = doc.textBetween(
      doc.resolve($head.pos).depth > 0 ? $head.before(1) : $head.pos,
      $head.pos,
      "\n",
    );
    const caret = caretIn(markdown, within(starts, index, markdown), said, block.textContent.length);
    const { view } = this.editor;
    const edge = overEdge(view.dom);
    return { caret, top: starts[edge.index] ?? 0, below: edge.below };
  }

  goTo(markdown: string, place: Place): void {
    const { doc } = this.editor.state;
    const { view } = this.editor;
    const starts = startsOf(markdown, this.#sketches());
    const index = blockAt(starts, place.caret);
    const start = blockStart(doc, index);
    const block = doc.maybeChild(index);
    if (block) {
      const far = caretOf(markdown, within(starts, index, markdown), place.caret, block.textContent);
      const at = start + offsetIn(block, far);
      view.dispatch(view.state.tr.setSelection(TextSelection.near(doc.resolve(at))));
    }
    goDown(view.dom, blockAt(starts, place.top), place.below);
    view.dom.focus({ preventScroll: true });
  }

  #sketches(): Sketch[] {
    const { doc } = this.editor.state;
    return Array.from({ length: doc.childCount }, (_, index) => {
      const block = doc.child(index);
      return { first: firstText(block), length: block.textContent.length };
    });
  }

  #read(post: PostView): Node {
    const doc = Node.fromJSON(this.editor.schema, post.doc);
    doc.check();
    return doc;
  }

  #know(post: PostView, doc: Node): void {
    this.#base = doc;
    this.#held = post.held === undefined ? null : { doc, number: post.held };
  }

  async #send(backend: Backend, head: Head, doc: Node): Promise<SaveResult> {
    const call = (held: Held | null) =>
      backend.call("save_post", { ...head, change: blockChange(held, doc) });
    if (!this.#held) return call(null);
    try {
      return await call(this.#held);
    } catch (thrown) {
      if (asAppError(thrown).code !== "save.not_held") throw thrown;
      return call(null);
    }
  }
}

/** The first piece of text of a block: it stands in the Markdown as it is, but for escapes. */
function firstText(block: Node): string {
  if (block.isText) return block.text ?? "";
  for (let index = 0; index < block.childCount; index += 1) {
    const text = firstText(block.child(index));
    if (text.trim() !== "") return text;
  }
  return "";
}

function blockStart(doc: Node, index: number): number {
  let at = 0;
  for (let each = 0; each < index && each < doc.childCount; each += 1) at += doc.child(each).nodeSize;
  return at;
}

/** The position in a block, counted from before it, that stands after `far` letters of its text. */
function offsetIn(block: Node, far: number): number {
  let left = far;
  let found = -1;
  block.descendants((node, at) => {
    if (found >= 0) return false;
    if (node.isText) {
      const length = node.text?.length ?? 0;
      if (left <= length) found = at + 1 + left;
      left -= length;
    }
    return true;
  });
  return found < 0 ? 1 : found;
}
