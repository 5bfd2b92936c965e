/** The Markdown source as a sheet: what is saved is what is typed, to the byte. */
import { ChangeSet, EditorState, type Text, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { Backend, Point } from "../api/backend";
import type { PostView, SaveResult } from "../api/types";
import type { Place } from "../views/write/places";
import type { Head, Heard, Sheet } from "../views/write/sheet";
import { difference, separatorOf, textOf } from "./lines";
import { setup, type Words, words, wordsOf } from "./setup";
import { countWords } from "./words";

const outside = Transaction.addToHistory.of(false);

export class SourceSheet implements Sheet {
  id: string | null = null;
  readonly view: EditorView;

  /** The text as the backend has it, and what was typed on it since. */
  #base: Text;
  #typed: ChangeSet;
  #separator = "\n";
  #words: Words;

  constructor(
    parent: HTMLElement,
    spoken: Words,
    private readonly heard: Heard,
  ) {
    this.#words = spoken;
    this.view = new EditorView({ parent, state: this.#state(textOf("")) });
    this.#base = this.view.state.doc;
    this.#typed = ChangeSet.empty(0);
  }

  get markdown(): string {
    return this.view.state.sliceDoc();
  }

  get typed() {
    return { markdown: this.markdown, doc: null };
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** The window's language, or the post's, is another. */
  speak(spoken: Words): void {
    this.#words = spoken;
    this.view.dispatch({ effects: words.reconfigure(wordsOf(spoken)) });
  }

  show(post: PostView): void {
    this.id = post.id;
    this.#restart(textOf(post.markdown), separatorOf(post.markdown));
    this.#base = this.view.state.doc;
    this.#typed = ChangeSet.empty(this.#base.length);
    this.heard.changed();
  }

  take(post: PostView): void {
    const next = textOf(post.markdown);
    const change = difference(this.#base, next);
    const onto = change.map(this.#typed);
    const typed = this.#typed.map(change, true);
    if (!onto.empty) this.view.dispatch({ changes: onto, annotations: outside, userEvent: "outside" });
    const separator = separatorOf(post.markdown);
    if (separator !== this.#separator) this.#restart(this.view.state.doc, separator);
    this.#base = next;
    this.#typed = typed;
  }

  knows(post: PostView): boolean {
    return this.#base.eq(textOf(post.markdown)) && this.#separator === separatorOf(post.markdown);
  }

  async save(backend: Backend, head: Head): Promise<SaveResult> {
    const before = { base: this.#base, typed: this.#typed };
    this.#base = this.view.state.doc;
    this.#typed = ChangeSet.empty(this.#base.length);
    try {
      return await backend.call("save_source", { ...head, markdown: this.markdown });
    } catch (thrown) {
      this.#base = before.base;
      this.#typed = before.typed.compose(this.#typed);
      throw thrown;
    }
  }

  count(): Generator<undefined, number> {
    return countWords(this.view.state.doc);
  }

  place(): Place {
    const { view } = this;
    const edge = Math.max(0, this.#edge());
    const block = view.lineBlockAtHeight(edge);
    return { caret: view.state.selection.main.head, top: block.from, below: edge - block.top };
  }

  goTo(_markdown: string, place: Place): void {
    const { view } = this;
    const length = view.state.doc.length;
    const at = Math.min(place.caret, length);
    const top = Math.min(place.top, length);
    view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(top, { y: "start", yMargin: -place.below }),
    });
    view.contentDOM.focus({ preventScroll: true });
  }

  /** The offset of what stands at the upper edge, or null where the text begins below it. */
  get first(): number | null {
    const edge = this.#edge();
    if (edge <= 0) return null;
    const block = this.view.lineBlockAtHeight(edge);
    return block.from + Math.round((block.length * (edge - block.top)) / Math.max(1, block.height));
  }

  /** How far an offset stands below the upper edge, in pixels. */
  below(offset: number): number {
    const block = this.view.lineBlockAt(Math.min(offset, this.view.state.doc.length));
    const far = block.length > 0 ? ((offset - block.from) / block.length) * block.height : 0;
    return block.top + far - this.#edge();
  }

  /** Types something at the caret, or at a place in the window. */
  insert(text: string, at?: Point): void {
    const { view } = this;
    const place = (at && view.posAtCoords(at)) ?? view.state.selection.main.head;
    view.dispatch({
      changes: { from: place, insert: text },
      // Between the brackets, where the words for an image go.
      selection: { anchor: place + text.indexOf("[") + 1 },
      userEvent: "input.paste",
    });
    view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  /** The upper edge of what is shown, in pixels below the beginning of the text. */
  #edge(): number {
    const scroller = this.view.dom.closest(".scroll");
    const top = scroller?.getBoundingClientRect().top ?? 0;
    return top - this.view.documentTop;
  }

  #restart(doc: Text, separator: string): void {
    this.#separator = separator;
    this.view.setState(this.#state(doc));
  }

  #state(doc: Text): EditorState {
    const heard = EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      this.heard.changed();
      if (update.transactions.some((one) => one.isUserEvent("outside"))) return;
      this.#typed = this.#typed.compose(update.changes);
      this.heard.typed();
    });
    return EditorState.create({ doc, extensions: setup(this.#separator, this.#words, heard) });
  }
}
