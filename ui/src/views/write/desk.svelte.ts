/**
 * The post that is open. What always holds: text that was typed is either saved, being saved, or still on its sheet
 * with the reason shown; a text from outside never takes the place of unsaved typing.
 */
import { asAppError, type Backend, type Commands } from "../../api/backend";
import type { AppError, PostView } from "../../api/types";
import type { Session } from "../../session.svelte";
import { type Place, unixed } from "./places";
import type { Heard, Sheet } from "./sheet";

export type Saving = "saved" | "typing" | "saving" | "failed";
/** How the text is written: in the rich editor, as Markdown, or as Markdown beside what it becomes. */
export type Mode = "rich" | "source" | "split";

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
const TEXT_COMMANDS: ReadonlySet<keyof Commands> = new Set([
  "open_post",
  "restore_revision",
  "resolve_conflict",
  "write_file_again",
]);

export class Desk {
  post = $state.raw<PostView | null>(null);
  title = $state("");
  saving = $state<Saving>("saved");
  failure = $state<AppError | null>(null);
  words = $state(0);
  /** Whether anything was typed since the post was last read whole. */
  edited = $state(false);
  /** The way of writing that the author chose. It stays from post to post. */
  chosen = $state<Mode>("rich");
  /** Why the rich editor cannot show this post, which is then written as Markdown. */
  unshowable = $state<string | null>(null);
  mode: Mode = $derived(this.unshowable !== null && this.chosen === "rich" ? "source" : this.chosen);

  readonly heard: Heard = { typed: () => this.#touched(), changed: () => this.#countLater() };

  #rich: Sheet | null = null;
  #source: Sheet | null = null;
  #dirty = false;
  #revision = 0;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #counter: ReturnType<typeof setTimeout> | undefined;
  #busy: Promise<unknown> | null = null;
  #switching = false;
  /** Where to go once the sheet that was switched to is there. */
  #place: Place | null = null;

  constructor(private readonly session: Session) {}

  get #sheet(): Sheet | null {
    return this.mode === "rich" ? this.#rich : this.#source;
  }

  /** A sheet is there to write on, or is gone. */
  attach(kind: "rich" | "source", sheet: Sheet | null): void {
    const before = this.#sheet;
    if (kind === "rich") this.#rich = sheet;
    else this.#source = sheet;
    if (!sheet || this.#sheet === before) {
      clearTimeout(this.#counter);
      if (!this.#sheet) clearTimeout(this.#timer);
      return;
    }
    if (this.post) this.#lay(this.post);
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
    this.unshowable = null;
    this.#place = null;
    this.#rest();
    this.#lay(post);
  }

  /** What is known of the post's attachments now: not a part of its text. */
  know(id: string, attachments: PostView["attachments"]): void {
    if (this.post?.id === id) this.post = { ...this.post, attachments };
  }

  clear(): void {
    this.post = null;
    this.#rest();
  }

  /** Writes on in another way, at the same place of the same text. */
  async write(mode: Mode): Promise<void> {
    if (!this.post || (mode === "rich") === (this.mode === "rich")) {
      this.chosen = mode;
      return;
    }
    if (this.#switching) return;
    this.#switching = true;
    try {
      await this.#switch(mode);
    } finally {
      this.#switching = false;
    }
  }

  async #switch(mode: Mode): Promise<void> {
    let post: PostView | undefined;
    do {
      if (!this.post || !(await this.settle())) return;
      post = await this.session.ask("open_post", { id: this.post.id });
      if (!post) return;
    } while (this.#dirty);
    this.#place = this.#sheet?.place(unixed(post.markdown)) ?? null;
    this.unshowable = null;
    this.chosen = mode;
    this.post = post;
    this.#revision = post.revision;
    this.#lay(post);
  }

  /**
   * Runs a command on the open post, after what is typed was saved and with no save beside it, and takes over
   * what it answers. Nothing is run, and the reason shown, when the typing could not be saved.
   */
  async run<K extends PostCommand>(name: K, args: Commands[K][0]): Promise<boolean> {
    const call = this.session.backend.call as (name: K, args: object) => Promise<PostView | PostView[]>;
    const answer = await this.runFor((backend) => call.call(backend, name, args), TEXT_COMMANDS.has(name));
    return answer !== undefined;
  }

  /** The same for anything that answers with posts; `posts` finds them in the answer. */
  async runFor<T>(
    act: (backend: Backend) => Promise<T>,
    textChanged: boolean,
    posts: (answer: T) => PostView | PostView[] = (answer) => answer as PostView | PostView[],
  ): Promise<T | undefined> {
    if (!this.post || !(await this.settle())) return undefined;
    let given: T | undefined;
    this.#busy = this.session
      .attempt(async () => {
        given = await act(this.session.backend);
        for (const post of [posts(given)].flat()) this.#refresh(post, textChanged);
      })
      .finally(() => {
        this.#busy = null;
      });
    await this.#busy;
    return given;
  }

  #refresh(post: PostView, textChanged: boolean): void {
    if (post.id !== this.post?.id) return;
    const sheet = this.#sheet;
    if (textChanged || !sheet || sheet.id !== post.id || !sheet.knows(post)) {
      this.#take(post);
      return;
    }
    this.#revision = post.revision;
    this.post = post;
    if (!this.#dirty) this.edited = false;
  }

  /** Attaches files by path, and gives their names in `attachments/`. */
  async attachFiles(paths: string[]): Promise<string[]> {
    const id = this.post?.id;
    if (id === undefined || paths.length === 0) return [];
    const attached = await this.runFor(
      (backend) => backend.call("attach_files", { id, paths }),
      false,
      ({ post }) => post,
    );
    return attached?.names ?? [];
  }

  /** Attaches an image that has no file, and gives its name. */
  async attachImage(name: string, data: string): Promise<string[]> {
    const id = this.post?.id;
    if (id === undefined) return [];
    const attached = await this.runFor(
      (backend) => backend.call("attach_image", { id, name, data }),
      false,
      ({ post }) => post,
    );
    return attached?.names ?? [];
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

  /** Writes what stands on the sheet to a new file in a folder, and gives its path. */
  async saveCopy(dir: string): Promise<string | undefined> {
    const [post, sheet] = [this.post, this.#sheet];
    if (!post || !sheet) return undefined;
    const text = { title: this.title, ...sheet.typed };
    return this.session.ask("save_copy", { dir, id: post.id, text });
  }

  get text(): string {
    return this.#sheet?.text ?? "";
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
    const sheet = this.#sheet;
    const post = this.post;
    if (!sheet || !post) return;
    const title = this.title;
    this.#dirty = false;
    this.saving = "saving";
    this.#since = Date.now();
    try {
      const head = { id: post.id, revision: this.#revision, title };
      const answer = await sheet.save(this.session.backend, head);
      this.failure = null;
      this.#answered(answer, title);
    } catch (thrown) {
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

  /** Brings another state of the same post in, under what was typed since the last save. */
  #take(post: PostView, title = this.post?.title): void {
    const sheet = this.#sheet;
    if (!sheet || sheet.id !== post.id) {
      this.show(post);
      return;
    }
    sheet.take(post);
    this.#revision = post.revision;
    if (this.title === title) this.title = post.title;
    this.post = post;
    if (!this.#dirty) this.edited = false;
  }

  /** Lays a post on the sheet that is written on: anew, or in the place of its former text. */
  #lay(post: PostView): void {
    const sheet = this.#sheet;
    if (!sheet) return;
    const place = this.#place;
    this.#place = null;
    try {
      if (place && sheet === this.#rich && sheet.id === post.id) sheet.take(post);
      else sheet.show(post);
    } catch (thrown) {
      if (sheet !== this.#rich) throw thrown;
      this.unshowable = thrown instanceof Error ? thrown.message : String(thrown);
      this.#place = place;
      this.#lay(post);
      return;
    }
    this.#rest();
    if (place) void afterPaint().then(() => sheet.goTo(unixed(post.markdown), place));
    this.#countLater(0);
  }

  /** Nothing is typed, and nothing is to be saved. */
  #rest(): void {
    clearTimeout(this.#timer);
    this.#dirty = false;
    this.edited = false;
    this.saving = "saved";
    this.failure = null;
  }

  #countLater(pause = COUNT_PAUSE): void {
    clearTimeout(this.#counter);
    this.#counter = setTimeout(() => {
      const counting = this.#sheet?.count();
      if (counting) this.#count(counting);
    }, pause);
  }

  #count(counting: Generator<undefined, number>): void {
    const step = counting.next();
    if (step.done) this.words = step.value;
    else this.#counter = setTimeout(() => this.#count(counting));
  }
}

/** When the sheet that was switched to is shown and has its size. */
const afterPaint = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
