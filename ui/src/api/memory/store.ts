/** What the memory backend holds in common: the posts, the clock, and the events it sends. */
import type { Commands, Events } from "../backend";
import type { Actor, AppError, LibraryView, PostView, RevisionRow, SavedSearchRow, Settings } from "../types";
import { hash, sourceOf } from "./text";

export type Handler<K extends keyof Commands> = (
  args: Commands[K][0],
) => Commands[K][1] | Promise<Commands[K][1]>;
export type Handlers = { [K in keyof Commands]: Handler<K> };

export const DAY = 86_400_000;
export const AUTHOR: Actor = { name: "Nadia Roy", email: "nadia.roy@example.org" };
export const NOTHING: Record<string, never> = {};

export const refused = (code: string, message = code, retryable = false): AppError => ({
  code,
  message,
  hints: [],
  retryable,
});

/** What a revision holds. */
export type Kept = Pick<PostView, "title" | "doc" | "attachments">;

export class Store {
  posts = new Map<string, PostView>();
  /** What each revision of a post holds, the first one first. */
  kept = new Map<string, Kept[]>();
  /** Searches under a name. */
  searches: SavedSearchRow[] = [];
  /** What was typed as Markdown, to the byte. */
  sources = new Map<string, string>();
  settings: Settings;
  library: LibraryView | null = null;
  /** What was handed to another program: files, addresses, folders. */
  opened: string[] = [];
  /** Between two steps of long work, in milliseconds. */
  pace: number;
  #heard = new Map<string, Set<(payload: never) => void>>();
  #count = 0;

  constructor(settings: Partial<Settings>, pace: number) {
    this.settings = {
      language: "en",
      theme: "light",
      actor: AUTHOR,
      recent: [],
      timeStampAuthority: null,
      ...settings,
    };
    this.pace = pace;
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const heard of this.#heard.get(event) ?? []) heard(payload as never);
  }

  listen<K extends keyof Events>(event: K, heard: (payload: Events[K]) => void): () => void {
    const all = this.#heard.get(event) ?? new Set();
    this.#heard.set(event, all.add(heard as (payload: never) => void));
    return () => void all.delete(heard as (payload: never) => void);
  }

  now(): string {
    return new Date().toISOString();
  }

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#count}`;
  }

  post(id: string): PostView {
    const post = this.posts.get(id);
    if (!post) throw refused("not-found", `There is no post ${id}.`);
    const other = [...this.posts.values()].find((one) => one.pairId === post.pairId && one.id !== id);
    const counterpart = other
      ? { id: other.id, language: other.language, title: other.title, status: other.status }
      : null;
    const { length: revisions } = post.history;
    return { ...post, counterpart, revisions, markdown: this.sources.get(id) ?? sourceOf(post.doc) };
  }

  /** Changes what is known of a post, and makes no revision. */
  change(id: string, change: Partial<PostView>): void {
    this.posts.set(id, { ...this.post(id), ...change });
  }

  /** Keeps the post as its next revision. */
  revise(post: PostView, origin: RevisionRow["origin"]): PostView {
    const number = post.history.length + 1;
    const row = revisionRow(post, number, this.now(), origin);
    this.posts.set(post.id, { ...post, revision: number, savedAt: row.at, history: [row, ...post.history] });
    const { title, doc, attachments } = post;
    this.kept.set(post.id, [...(this.kept.get(post.id) ?? []), { title, doc, attachments }]);
    return this.post(post.id);
  }
}

export function revisionRow(
  post: { id: string; title: string },
  number: number,
  at: string,
  origin: RevisionRow["origin"],
): RevisionRow {
  return {
    number,
    title: post.title,
    actor: AUTHOR,
    at,
    origin,
    hash: hash(`${post.id}${number}`),
    parents: number === 1 ? [] : [number - 1],
    name: null,
  };
}
