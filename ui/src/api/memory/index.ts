/** A backend in memory, for the browser and the tests: it keeps the promises of the commands, but no files. */
import type { Backend, Commands, Drag, Events, Stop } from "../backend";
import { samplePost, samplePosts } from "../sample";
import type { AppError, DocNode, Settings } from "../types";
import { Attachments } from "./attachments";
import { Care } from "./care";
import { Categories } from "./categories";
import { Exports } from "./exports";
import { Folder } from "./folder";
import { historyHandlers, pastOf } from "./history";
import { Libraries } from "./library";
import { Posts } from "./posts";
import { Publishing } from "./publishing";

import { Records } from "./records";

import { searchHandlers } from "./search";

import { type Handlers, NOTHING, Store } from "./store";

export interface MemoryOptions {
  library?: boolean;
  settings?: Partial<Settings>;
  /** Between two steps of an export, in milliseconds. */
  pace?: number;
  /** How many posts there are beside the sample's. */
  posts?: number;
  /** How many revisions the first post has; two without. */
  revisions?: number;
}

/** Each area answers its own commands; a command that none answers does not compile. */
export class MemoryBackend implements Backend {
  /** What each command was called with, in order. */
  calls: { name: keyof Commands; args: unknown }[] = [];
  readonly folder: Folder;
  readonly publishing: Publishing;
  readonly care: Care;
  #store: Store;
  #posts: Posts;
  #attachments: Attachments;
  #libraries: Libraries;
  #handlers: Handlers;
  #dragged = new Set<(drag: Drag) => void>();
  #failures = new Map<keyof Commands, AppError>();

  constructor(options: MemoryOptions = {}) {
    const store = new Store(options.settings ?? {}, options.pace ?? 350);
    this.#store = store;
    this.#posts = new Posts(store);
    this.#attachments = new Attachments(store);
    const categories = new Categories(store);
    this.publishing = new Publishing(store);
    const exports = new Exports(store);
    this.#libraries = new Libraries(store, exports);
    this.folder = new Folder(store);
    this.care = new Care(store);
    this.#handlers = {
      ...this.#libraries.handlers(),
      ...this.#posts.handlers(),
      ...historyHandlers(store),
      ...searchHandlers(store),
      ...this.#attachments.handlers(),
      ...categories.handlers(),
      ...new Records(store, categories).handlers(),
      ...this.publishing.handlers(),
      ...exports.handlers(),
      ...this.folder.handlers(),
      ...this.care.handlers(),
      cancel_task: ({ id }) => {
        this.care.cancel(id);
        return exports.handlers().cancel_task({ id });
      },
    };
    for (const sample of samplePosts) this.#posts.seed(sample);
    for (let number = 0; number < (options.posts ?? 0); number += 1) this.#posts.seed(samplePost(number));
    for (const { id, status, savedAt } of [...store.posts.values()].filter(
      ({ id }) => !id.startsWith("many"),
    ))
      if (status === "published") this.publishing.published(id, savedAt);
    if (options.revisions) pastOf(store, "p1", options.revisions);
    if (options.library ?? true) store.library = this.#libraries.make("/home/nadia/Open Government blog");
    categories.file("a", ["c2", "c4"]);
    this.#attachments.attach("p1", "what-we-heard-2026.pdf", 2_104_112, 2);
  }

  get opened(): string[] {
    return this.#store.opened;
  }

  set nextFolder(folder: string | null) {
    this.#libraries.nextFolder = folder;
  }

  set nextFiles(files: string[]) {
    this.#libraries.nextFiles = files;
  }

  /** The next calls of this command are refused, until `allow`. */
  refuse(name: keyof Commands, error: AppError): void {
    this.#failures.set(name, error);
  }

  allow(name: keyof Commands): void {
    this.#failures.delete(name);
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    this.#store.emit(event, payload);
  }

  drag(drag: Drag): void {
    for (const heard of this.#dragged) heard(drag);
  }

  editOutside(id: string, doc: DocNode): void {
    this.#posts.editOutside(id, doc);
  }

  contest(id: string, markdown: string): void {
    this.#posts.contest(id, markdown);
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
    return this.#store.listen(event, heard);
  }

  onDrag(heard: (drag: Drag) => void): Stop {
    this.#dragged.add(heard);
    return () => void this.#dragged.delete(heard);
  }

  imageAddress(name: string): string {
    return this.#attachments.imageAddress(name);
  }
}
