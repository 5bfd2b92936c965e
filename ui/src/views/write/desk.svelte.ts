/**
 * The post that is open. What always holds: text that was typed is either saved, being saved, or still in the
 * editor with the reason shown; a text from outside never takes the place of unsaved typing.
 */
import type { Editor } from "@tiptap/core";
import { Node } from "@tiptap/pm/model";
import { EditorState } from "@tiptap/pm/state";
import { Mapping } from "@tiptap/pm/transform";
import { asAppError, type Commands } from "../../api/backend";
import type { AppError, PostView } from "../../api/types";
import { bringIn, FROM_OUTSIDE, mappingBetween, words } from "../../editor/outside";
import { countWords } from "../../editor/words";
import type { Session } from "../../session.svelte";

export type Saving = "saved" | "typing" | "saving" | "failed";

/** From the last key to the save. Typing on without a pause is saved after `LONGEST`. */
const PAUSE = 400;
const LONGEST = 800;
const RETRY = 5000;
const COUNT_PAUSE = 400;

/** Commands that answer with the post, or with posts. */
type PostCommand = {
  [K in keyof Commands]: Commands[K][1] extends PostView | PostView[] ? K : never;
}[keyof Commands];

/** Those whose answer may hold another text; the others change only what stands around it. */
const TEXT_COMMANDS: ReadonlySet<PostCommand> = new Set([
  "open_post",
  "restore_revision",
  "resolve_conflict",
]);

export class Desk {
  post = $state.raw<PostView | null>(null);
  title = $state("");
  saving = $state<Saving>("saved");
  failure = $state<AppError | null>(null);
  words = $state(0);
  /** Whether anything was typed since the post was last read whole. */
  edited = $state(false);

  #editor: Editor | null = null;
  #dirty = false;
  #revision = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #counter: ReturnType<typeof setTimeout> | undefined;
  #busy: Promise<unknown> | null = null;
  /** The text as the backend has it, and the mapping from there to what stands in the editor. */
  #base: Node | null = null;
  #typed = new Mapping();

  constructor(private readonly session: Session) {}

  /** The editor tells the desk of every change; changes brought in from outside are not typing. */
  attach(editor: Editor): void {
    this.#editor = editor;
    editor.on("transaction", ({ transaction }) => {
      if (!transaction.docChanged) return;
      this.#countLater();
      if (transaction.getMeta(FROM_OUTSIDE)) return;
      this.#typed.appendMapping(transaction.mapping);
      this.#touched();
    });
    if (this.post) this.#show(this.post);
  }

  detach(): void {
    this.#editor = null;
    clearTimeout(this.#timer);
    clearTimeout(this.#counter);
  }

  retitle(title: string): void {
    if (title === this.title) return;
    this.title = title;
    this.#touched();
  }

  async open(id: string): Promise<boolean> {
    if (!(await this.settle())) return false;
    const post = await this.session.ask("open_post", { id });
    if (!post) return false;
    this.show(post);
    return true;
  }

  /** Puts a whole post on the desk. What was on it has been saved before. */
  show(post: PostView): void {
    this.post = post;
    this.title = post.title;
    this.#revision = post.revision;
    this.#dirty = false;
    this.edited = false;
    this.saving = "saved";
    this.failure = null;
    this.#show(post);
  }

  clear(): void {
    this.post = null;
    this.#dirty = false;
    this.saving = "saved";
    this.failure = null;
  }

  /**
   * Runs a command on the open post, after what is typed was saved and with no save beside it, and takes over
   * what it answers. Nothing is run, and the reason shown, when the typing could not be saved.
   */
  async run<K extends PostCommand>(name: K, args: Commands[K][0]): Promise<boolean> {
    if (!this.post || !(await this.settle())) return false;
    let done = false;
    this.#busy = (async () => {
      done = await this.session.attempt(async () => {
        const call = this.session.backend.call as (
          name: K,
          args: Commands[K][0],
        ) => Promise<PostView | PostView[]>;
        const answer = await call.call(this.session.backend, name, args);
        for (const post of [answer].flat()) this.#refresh(post, TEXT_COMMANDS.has(name));
      });
    })().finally(() => {
      this.#busy = null;
    });
    await this.#busy;
    return done;
  }

  #refresh(post: PostView, textChanged: boolean): void {
    if (post.id !== this.post?.id) return;
    const editor = this.#editor;
    const base = this.#base;
    const outside = editor && Node.fromJSON(editor.schema, post.doc);
    if (!textChanged && base && outside && words(base) === words(outside)) {
      this.#revision = post.revision;
      this.post = post;
      if (!this.#dirty) this.edited = false;
      return;
    }
    this.#take(post);
  }

  /** Saves what is typed, if anything. True when nothing is left unsaved. */
  async settle(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#busy) await this.#busy;
    if (this.#dirty) await this.#save();
    return !this.#dirty;
  }

  /** Ctrl S, or the focus leaves the window: the file too. */
  async flush(): Promise<boolean> {
    if (!this.post) return true;
    if (!(await this.settle())) return false;
    const id = this.post.id;
    return this.session.attempt(() => this.session.backend.call("flush_post", { id }));
  }

  /** The post was changed by someone else: another editor, a merge, the command line. */
  async changedOutside(id: string): Promise<void> {
    if (id === this.post?.id) await this.run("open_post", { id });
  }

  get text(): string {
    return this.#editor?.getText({ blockSeparator: "\n\n" }) ?? "";
  }

  #touched(): void {
    if (!this.post) return;
    this.#dirty = true;
    this.edited = true;
    if (this.saving === "saved") {
      this.#since = Date.now();
      this.saving = "typing";
    }
    if (this.saving === "failed") return;
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#since + LONGEST - Date.now());
    this.#timer = setTimeout(() => void this.settle(), Math.min(PAUSE, left));
  }

  async #save(): Promise<void> {
    this.#busy ??= this.#send().finally(() => {
      this.#busy = null;
    });
    await this.#busy;
  }

  async #send(): Promise<void> {
    const editor = this.#editor;
    const post = this.post;
    if (!editor || !post) return;
    const before = { base: this.#base, typed: this.#typed };
    const title = this.title;
    this.#dirty = false;
    this.#base = editor.state.doc;
    this.#typed = new Mapping();
    this.saving = "saving";
    this.#since = Date.now();
    try {
      const answer = await this.session.backend.call("save_post", {
        id: post.id,
        revision: this.#revision,
        title,
        doc: editor.getJSON() as PostView["doc"],
      });
      this.failure = null;
      this.#answered(answer, title);
    } catch (thrown) {
      const since = this.#typed;
      this.#base = before.base;
      this.#typed = before.typed;
      this.#typed.appendMapping(since);
      this.#dirty = true;
      this.saving = "failed";
      this.failure = asAppError(thrown);
      if (this.failure.retryable) this.#timer = setTimeout(() => void this.settle(), RETRY);
    }
  }

  #answered(answer: Commands["save_post"][1], title: string): void {
    if (!this.post) return;
    if (answer.reload) {
      this.#take(answer.reload, title);
    } else {
      this.#revision = answer.revision;
      this.post = { ...this.post, revision: answer.revision, savedAt: answer.savedAt, title };
    }
    this.saving = this.#dirty ? "typing" : "saved";
    if (this.#dirty) this.#timer = setTimeout(() => void this.settle(), PAUSE);
  }

  /** Brings another state of the same post in, under what was typed since the base. */
  #take(post: PostView, title = this.post?.title): void {
    const editor = this.#editor;
    if (!editor || !this.#base) {
      this.show(post);
      return;
    }
    const outside = Node.fromJSON(editor.schema, post.doc);
    const { tr } = editor.state;
    bringIn(tr, this.#base, outside, this.#typed);
    if (tr.docChanged) editor.view.dispatch(tr);
    this.#base = outside;
    this.#typed = mappingBetween(outside, editor.state.doc);
    this.#revision = post.revision;
    if (this.title === title) this.title = post.title;
    this.post = post;
    if (!this.#dirty) this.edited = false;
  }

  #show(post: PostView): void {
    const editor = this.#editor;
    if (!editor) return;
    // A state of its own: undo must never bring back the post that was open before.
    const { plugins, schema } = editor.state;
    editor.view.updateState(EditorState.create({ doc: Node.fromJSON(schema, post.doc), plugins }));
    editor.view.dispatch(editor.state.tr.setMeta(FROM_OUTSIDE, true));
    this.#base = editor.state.doc;
    this.#typed = new Mapping();
    this.#dirty = false;
    this.edited = false;
    this.saving = "saved";
    clearTimeout(this.#timer);
    this.#countLater(0);
  }

  #countLater(pause = COUNT_PAUSE): void {
    clearTimeout(this.#counter);
    this.#counter = setTimeout(() => {
      if (this.#editor) this.words = countWords(this.#editor.state.doc);
    }, pause);
  }
}
