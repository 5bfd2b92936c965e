/** A backend in memory, for the browser and the tests: it keeps the promises of the commands, but no files. */
import type { Backend, Commands, Drag, Events, Stop } from "./backend";
import { type SamplePost, sampleCategories, samplePosts } from "./sample";
import type {
  Actor,
  AppError,
  BlockChange,
  CategoryView,
  DocNode,
  ExportRow,
  KeyRow,
  LibraryView,
  OutboxRow,
  PairRow,
  PostView,
  RevisionRow,
  Settings,
} from "./types";

type Handlers = { [K in keyof Commands]: (args: Commands[K][0]) => Commands[K][1] | Promise<Commands[K][1]> };

const DAY = 86_400_000;
const AUTHOR: Actor = { name: "Nadia Roy", email: "nadia.roy@example.org" };
const NOTHING: Record<string, never> = {};

export interface MemoryOptions {
  library?: boolean;
  settings?: Partial<Settings>;
  /** Between two steps of an export, in milliseconds. */
  pace?: number;
}

function plain(node: DocNode): string {
  return (node.text ?? "") + (node.content ?? []).map(plain).join(node.type === "paragraph" ? "" : " ");
}

/** Stands for the Rust side's sanitised HTML; the browser escapes what it is given. */
function paragraphs(node: DocNode): string {
  const holder = document.createElement("div");
  for (const child of node.content ?? []) {
    const element = document.createElement(child.type === "heading" ? "h2" : "p");
    element.textContent = plain(child);
    holder.append(element);
  }
  return holder.innerHTML;
}

function hash(seed: string): string {
  let value = 2_166_136_261;
  for (const letter of seed) value = Math.imul(value ^ letter.charCodeAt(0), 16_777_619);
  return Array.from({ length: 8 }, (_, part) =>
    ((value ^ (part * 0x9e3779b1)) >>> 0).toString(16).padStart(8, "0"),
  ).join("");
}

const refused = (code: string): AppError => ({ code, message: code, hints: [], retryable: false });

/** Markdown that this backend writes and reads: paragraphs, with an empty line between them. */
const sourceOf = (doc: DocNode): string => (doc.content ?? []).map(plain).join("\n\n");

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function paragraphsOf(markdown: string): DocNode {
  const texts = markdown.split(/\n{2,}/).filter((text) => text.trim() !== "");
  const content = texts.map((text) => ({ type: "paragraph", content: [{ type: "text", text }] }));
  return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
}

export class MemoryBackend implements Backend {
  /** What each command was called with, in order. */
  calls: { name: keyof Commands; args: unknown }[] = [];
  opened: string[] = [];
  nextFolder: string | null = "/home/nadia/Archives 2026";
  nextFiles: string[] = [];

  #posts = new Map<string, PostView>();
  #docs = new Map<string, DocNode>();
  /** What was typed as Markdown, to the byte. */
  #sources = new Map<string, string>();
  #held = { post: "", number: 0 };
  #images = new Map<string, string>();
  #trash = new Map<string, PostView>();
  #categories: CategoryView[] = sampleCategories.map((category) => ({ ...category }));
  #settings: Settings;
  #library: LibraryView | null;
  #outbox: OutboxRow[] = [];
  #keys: KeyRow[] = [];
  #exports: ExportRow[] = [];
  #heard = new Map<string, Set<(payload: never) => void>>();
  #dragged = new Set<(drag: Drag) => void>();
  #failures = new Map<keyof Commands, AppError>();
  #cancelled = new Set<string>();
  #count = 0;
  #pace: number;

  constructor(options: MemoryOptions = {}) {
    this.#settings = { language: "en", theme: "light", actor: AUTHOR, recent: [], ...options.settings };
    this.#pace = options.pace ?? 350;
    for (const sample of samplePosts) this.#seed(sample);
    this.#exports = [this.#export(1, 28)];
    this.#library = (options.library ?? true) ? this.#make("/home/nadia/Open Government blog") : null;
    this.#file("a", ["c2", "c4"]);
    this.#attach("p1", "what-we-heard-2026.pdf", 2_104_112, 2);
  }

  /** The next calls of this command are refused, until `restoreCommand`. */
  refuse(name: keyof Commands, error: AppError): void {
    this.#failures.set(name, error);
  }

  allow(name: keyof Commands): void {
    this.#failures.delete(name);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const heard of this.#heard.get(event) ?? []) heard(payload as never);
  }

  drag(drag: Drag): void {
    for (const heard of this.#dragged) heard(drag);
  }

  /** Another editor changed the file of a post. */
  editOutside(id: string, doc: DocNode): void {
    const post = this.#get(id);
    this.#docs.set(id, doc);
    this.#revise({ ...post, doc }, "file");
    this.emit("post-changed", { id, revision: this.#get(id).revision, origin: "file" });
  }

  /** Both the file and the text changed in the same place. */
  contest(id: string, markdown: string): void {
    const post = this.#get(id);
    const conflict = {
      number: post.revision + 1,
      actor: AUTHOR,
      at: this.#now(),
      markdown,
      mineMarkdown: plain(post.doc),
    };
    this.#posts.set(id, { ...post, conflict });
    this.emit("post-changed", { id, revision: post.revision, origin: "file" });
  }

  async call<K extends keyof Commands>(name: K, ...given: unknown[]): Promise<Commands[K][1]> {
    const args = (given[0] ?? NOTHING) as Commands[K][0];
    this.calls.push({ name, args });
    const failure = this.#failures.get(name);
    if (failure) throw failure;
    const answer = await this.#handlers[name](structuredClone(args));
    return structuredClone(answer);
  }

  listen<K extends keyof Events>(event: K, heard: (payload: Events[K]) => void): Stop {
    const all = this.#heard.get(event) ?? new Set();
    this.#heard.set(event, all.add(heard as (payload: never) => void));
    return () => void all.delete(heard as (payload: never) => void);
  }

  onDrag(heard: (drag: Drag) => void): Stop {
    this.#dragged.add(heard);
    return () => void this.#dragged.delete(heard);
  }

  imageAddress(name: string): string {
    return this.#images.get(name) ?? "";
  }

  #handlers: Handlers = {
    settings: () => this.#settings,
    save_settings: ({ settings }) => {
      this.#settings = settings;
      return null;
    },
    create_library: ({ path }) => {
      this.#posts.clear();
      this.#exports = [];
      return this.#open(path);
    },
    open_library: ({ path }) => this.#open(path),
    current_library: () => this.#library,
    close_library: () => {
      this.#library = null;
      return null;
    },
    list_posts: ({ search }) => this.#list(search),
    create_post: ({ title, language, pairWith }) => this.#create(title, language, pairWith),
    open_post: ({ id }) => ({ ...this.#get(id), held: this.#hold(id) }),
    save_post: ({ id, title, change }) => this.#save(id, title, this.#changed(id, change)),
    save_source: ({ id, title, markdown }) => {
      const saved = this.#save(id, title, paragraphsOf(markdown));
      this.#sources.set(id, markdown);
      return { ...saved, held: null };
    },
    preview_html: ({ markdown }) => paragraphs(paragraphsOf(markdown)),
    flush_post: () => null,
    seal_post: ({ id }) => this.#revise(this.#get(id), "editor"),
    revision_html: ({ id }) => paragraphs(this.#get(id).doc),
    restore_revision: ({ id }) =>
      this.#revise({ ...this.#get(id), doc: this.#docs.get(id) as DocNode }, "restore"),
    resolve_conflict: ({ id, keep }) => this.#resolve(id, keep),
    trash_post: ({ id }) => {
      this.#trash.set(id, this.#get(id));
      this.#posts.delete(id);
      this.emit("library-changed", NOTHING);
      return null;
    },
    restore_trashed: ({ id }) => {
      const post = this.#trash.get(id);
      if (post) this.#posts.set(id, post);
      this.emit("library-changed", NOTHING);
      return null;
    },
    attach_files: ({ id, paths }) => {
      const names = paths.map((path) => path.split("/").pop() ?? path);
      for (const name of names) this.#attach(id, name, 48_211, 1);
      return { post: this.#revise(this.#get(id), "editor"), names };
    },
    attach_image: ({ id, name, data }) => {
      this.#images.set(name, `data:image/png;base64,${data}`);
      this.#attach(id, name, data.length, 1);
      return { post: this.#revise(this.#get(id), "editor"), names: [name] };
    },
    link_targets: ({ query, from }) =>
      [...this.#posts.values()]
        .filter((post) => post.id !== from && folded(post.title).includes(folded(query)))
        .map((post) => ({
          kind: "post" as const,
          title: post.title,
          href: (post.file ?? "").replace("posts/", ""),
          language: post.language,
        })),
    follow_link: ({ href }) => {
      const post = [...this.#posts.values()].find((one) => one.file === `posts/${href}`);
      if (!post) this.opened.push(href);
      return post?.id ?? null;
    },
    detach: ({ id, attachmentId }) => {
      const post = this.#get(id);
      const attachments = post.attachments.filter((attachment) => attachment.id !== attachmentId);
      return this.#revise({ ...post, attachments }, "editor");
    },
    open_attachment: ({ attachmentId }) => {
      this.opened.push(attachmentId);
      return null;
    },
    categories: () => this.#categories.map((category) => ({ ...category, posts: this.#filed(category.id) })),
    add_category: (category) => {
      this.#categories.push({
        id: this.#id("c"),
        posts: 0,
        pathEn: category.nameEn,
        pathFr: category.nameFr,
        ...category,
      });
      return null;
    },
    rename_category: ({ id, nameEn, nameFr }) => {
      this.#categories = this.#categories.map((one) => (one.id === id ? { ...one, nameEn, nameFr } : one));
      return null;
    },
    move_category: ({ id, parent }) => {
      this.#categories = this.#categories.map((one) => (one.id === id ? { ...one, parent } : one));
      return null;
    },
    remove_category: ({ id }) => {
      this.#categories = this.#categories.filter((one) => one.id !== id);
      return null;
    },
    file_post: ({ id, categories }) => {
      this.#file(this.#get(id).pairId, categories);
      return this.#get(id);
    },
    publish: ({ ids, blogId }) => ids.map((id) => this.#publish(id, blogId)),
    withdraw: ({ id }) => {
      this.#posts.set(id, { ...this.#get(id), publications: [], status: "withdrawn" });
      this.emit("library-changed", NOTHING);
      return this.#get(id);
    },
    outbox: () => this.#outbox,
    open_address: ({ address }) => {
      this.opened.push(address);
      return null;
    },
    start_export: ({ dir, sign, password }) => {
      const key = this.#keys.find((one) => one.name === sign);
      if (key?.place === "file" && password !== "secret") throw refused("key.wrong_password");
      return this.#startExport(dir, key !== undefined);
    },
    signing_keys: () => this.#keys,
    create_key: ({ name, password }) => {
      if (!/^[a-z0-9-]{1,24}$/.test(name)) throw refused("key.name");
      const place = password === null ? ("keyring" as const) : ("file" as const);
      const key = { name, id: "0A1B2C3D4E5F6071", public: "RWQ…", place };
      this.#keys = [...this.#keys, key];
      return key;
    },
    cancel_task: ({ id }) => {
      this.#cancelled.add(id);
      return null;
    },
    exports: () => this.#exports,
    verify_zip: ({ path }) => this.#verify(path),
    show_in_folder: ({ path }) => {
      this.opened.push(path);
      return null;
    },
    pick_folder: () => this.nextFolder,
    pick_files: () => this.nextFiles,
    confirm_close: () => null,
  };

  #hold(id: string): number {
    this.#held = { post: id, number: this.#held.number + 1 };
    return this.#held.number;
  }

  #changed(id: string, { held, from, removed, blocks }: BlockChange): DocNode {
    if (held === null) return { type: "doc", content: blocks };
    if (this.#held.post !== id || this.#held.number !== held)
      throw { code: "save.not_held", message: "", hints: [], retryable: true } satisfies AppError;
    const content = [...(this.#get(id).doc.content ?? [])];
    content.splice(from, removed, ...blocks);
    return { type: "doc", content };
  }

  #save(id: string, title: string, doc: DocNode): Commands["save_post"][1] {
    this.#sources.delete(id);
    this.#posts.set(id, { ...this.#get(id), title, doc, savedAt: this.#now() });
    const { savedAt, revision } = this.#get(id);
    return { savedAt, revision, held: this.#hold(id), reload: null };
  }

  #now(): string {
    return new Date().toISOString();
  }

  #id(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count}`;
  }

  #make(path: string): LibraryView {
    return {
      path,
      name: path.split("/").pop() ?? path,
      series: "open-government-blog",
      nextSequence: this.#exports.length + 1,
      blogs: [{ id: "site", kind: "static", name: "Open Government site", url: "site/index.html" }],
    };
  }

  #open(path: string): LibraryView {
    this.#library = this.#make(path);
    const { name } = this.#library;
    const others = this.#settings.recent.filter((one) => one.path !== path);
    this.#settings = { ...this.#settings, recent: [{ path, name }, ...others] };
    return this.#library;
  }

  #seed(sample: SamplePost): void {
    const at = new Date(Date.now() - sample.daysAgo * DAY).toISOString();
    const revision = (number: number): RevisionRow => ({
      number,
      title: sample.title,
      actor: AUTHOR,
      at,
      origin: number === 1 ? "file" : "editor",
      hash: hash(`${sample.id}${number}`),
      parents: number === 1 ? [] : [number - 1],
    });
    const history = [revision(2), revision(1)];
    const published = sample.status === "published";
    const file = `posts/2026-11-23-${sample.slug}.${sample.language}.md`;
    this.#posts.set(sample.id, {
      ...sample,
      revision: 2,
      savedAt: at,
      file,
      counterpart: null,
      categories: [],
      attachments: [],
      history,
      publications: published
        ? [this.#receipt(sample.slug, sample.language, history[0] as RevisionRow, at)]
        : [],
      conflict: null,
      markdown: "",
      missing: false,
      unsealed: false,
    });
    this.#docs.set(sample.id, sample.doc);
    if (!published) return;
    this.#outbox.push(
      this.#sent(sample.id, sample.title, at, `${sample.language}/${sample.slug}/index.html`, 2),
    );
  }

  #receipt(slug: string, language: string, head: RevisionRow, at: string): PostView["publications"][number] {
    const address = `${language}/${slug}/index.html`;
    const { number: revision, hash: revisionHash } = head;
    return {
      blogId: "site",
      blogName: "Open Government site",
      revision,
      revisionHash,
      address,
      at,
      actor: AUTHOR,
    };
  }

  #sent(postId: string, title: string, at: string, address: string, revision: number): OutboxRow {
    return {
      id: this.#id("o"),
      postId,
      title,
      blogName: "Open Government site",
      action: "publish",
      state: "done",
      error: null,
      at,
      address,
      revision,
    };
  }

  #get(id: string): PostView {
    const post = this.#posts.get(id);
    if (!post)
      throw {
        code: "not-found",
        message: `There is no post ${id}.`,
        hints: [],
        retryable: false,
      } satisfies AppError;
    const other = [...this.#posts.values()].find((one) => one.pairId === post.pairId && one.id !== id);
    const counterpart = other
      ? { id: other.id, language: other.language, title: other.title, status: other.status }
      : null;
    return { ...post, counterpart, markdown: this.#sources.get(id) ?? sourceOf(post.doc) };
  }

  #list(search: string | null): PairRow[] {
    const pairs = new Map<string, PairRow>();
    const wanted = search?.toLocaleLowerCase();
    for (const post of this.#posts.values()) {
      if (wanted && !`${post.title} ${plain(post.doc)}`.toLocaleLowerCase().includes(wanted)) continue;
      const row = pairs.get(post.pairId) ?? { pairId: post.pairId, updatedAt: post.savedAt, posts: [] };
      const { id, language, title, slug, status, savedAt: updatedAt } = post;
      row.posts.push({
        id,
        language,
        title,
        slug,
        status,
        updatedAt,
        conflict: post.conflict !== null,
        missing: false,
        trashedAt: null,
        snippet: null,
      });
      if (updatedAt > row.updatedAt) row.updatedAt = updatedAt;
      pairs.set(post.pairId, row);
    }
    return [...pairs.values()].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  }

  #create(title: string, language: PostView["language"], pairWith: string | null): PostView {
    const id = this.#id("post");
    const other = pairWith ? this.#get(pairWith) : null;
    const slug = title.toLocaleLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
    const doc: DocNode = { type: "doc", content: [{ type: "paragraph" }] };
    const post: PostView = {
      id,
      pairId: other?.pairId ?? this.#id("pair"),
      language,
      title,
      slug,
      status: "draft",
      doc,
      revision: 0,
      savedAt: this.#now(),
      file: `posts/2026-11-23-${slug}.${language}.md`,
      counterpart: null,
      categories: other?.categories ?? [],
      attachments: [],
      history: [],
      publications: [],
      conflict: null,
      markdown: "",
      missing: false,
      unsealed: false,
    };
    this.#docs.set(id, doc);
    const made = this.#revise(post, "editor");
    this.emit("library-changed", NOTHING);
    return made;
  }

  #revise(post: PostView, origin: RevisionRow["origin"]): PostView {
    const number = post.history.length + 1;
    const row: RevisionRow = {
      number,
      title: post.title,
      actor: AUTHOR,
      at: this.#now(),
      origin,
      hash: hash(`${post.id}${number}`),
      parents: number === 1 ? [] : [number - 1],
    };
    this.#posts.set(post.id, { ...post, revision: number, savedAt: row.at, history: [row, ...post.history] });
    return this.#get(post.id);
  }

  #resolve(id: string, keep: "mine" | "theirs"): PostView {
    const post = this.#get(id);
    if (!post.conflict) return post;
    const doc = keep === "mine" ? post.doc : paragraphsOf(post.conflict.markdown);
    return this.#revise({ ...post, conflict: null, doc }, "merge");
  }

  #attach(id: string, name: string, size: number, version: number): void {
    const post = this.#get(id);
    const known = post.attachments.find((attachment) => attachment.name === name);
    const made = {
      id: known?.id ?? this.#id("a"),
      name,
      version: (known?.version ?? version - 1) + 1,
      size,
      sha256: hash(name),
      addedAt: this.#now(),
    };
    const others = post.attachments.filter((attachment) => attachment.name !== name);
    this.#posts.set(id, { ...post, attachments: [...others, made] });
  }

  #file(pairId: string, categories: string[]): void {
    for (const [id, post] of this.#posts) {
      if (post.pairId === pairId) this.#posts.set(id, { ...post, categories });
    }
  }

  #filed(category: string): number {
    const pairs = new Set<string>();
    for (const post of this.#posts.values()) if (post.categories.includes(category)) pairs.add(post.pairId);
    return pairs.size;
  }

  #publish(id: string, blogId: string): PostView {
    const post = this.#revise(this.#get(id), "editor");
    const receipt = {
      ...this.#receipt(post.slug, post.language, post.history[0] as RevisionRow, this.#now()),
      blogId,
    };
    this.#posts.set(id, { ...post, status: "published", publications: [receipt] });
    this.#outbox.unshift(this.#sent(id, post.title, receipt.at, receipt.address, receipt.revision));
    this.emit("library-changed", NOTHING);
    return this.#get(id);
  }

  #export(sequence: number, daysAgo: number): ExportRow {
    const series = "open-government-blog";
    const name = `${series}-v${String(sequence).padStart(4, "0")}.zip`;
    return {
      sequence,
      series,
      at: new Date(Date.now() - daysAgo * DAY).toISOString(),
      mode: "full",
      size: 3_421_884,
      sha256: hash(name),
      path: `/home/nadia/Archives 2026/${name}`,
      signed: false,
    };
  }

  #startExport(_dir: string, signed: boolean): string {
    const id = this.#id("task");
    void this.#runExport(id, signed);
    return id;
  }

  async #runExport(id: string, signed: boolean): Promise<void> {
    const totalBytes = 6_843_768;
    const phases = ["records", "posts", "attachments", "attachments", "seal", "verify", "verify", "verify"];
    for (const [index, phase] of phases.entries()) {
      await new Promise((done) => setTimeout(done, this.#pace));
      if (this.#cancelled.has(id)) {
        const error = {
          code: "cancelled",
          message: "The export was cancelled.",
          hints: [],
          retryable: false,
        };
        this.emit("task-finished", { id, result: null, error });
        return;
      }
      const doneBytes = Math.round((totalBytes * (index + 1)) / phases.length);
      this.emit("task-progress", {
        id,
        phase,
        item: "attachments/what-we-heard-2026.pdf",
        doneBytes,
        totalBytes,
      });
    }
    const result = { ...this.#export(this.#exports.length + 1, 0), signed };
    this.#exports = [result, ...this.#exports];
    if (this.#library) this.#library.nextSequence = this.#exports.length + 1;
    this.emit("task-finished", { id, result, error: null });
  }

  #verify(path: string): Commands["verify_zip"][1] {
    const damaged = path.includes("damaged");
    return {
      path,
      verdict: damaged ? "damaged" : "whole",
      signedBy: null,
      timeStamp: null,
      sentence: damaged ? "1 of 212 files is not the one that was exported." : "All 212 digests match.",
      checked: [
        { label: "Files", count: 212 },
        { label: "Posts", count: 18 },
        { label: "Journal entries", count: 341 },
      ],
      findings: damaged
        ? [
            {
              code: "payload-digest",
              severity: "error",
              place: "data/ocfl/urn%3auuid%3a0197/v2/content/annual-report.pdf",
              message: "The bytes are not those that the manifest lists.",
            },
          ]
        : [],
    };
  }
}
