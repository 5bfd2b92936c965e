/** What the shell hands over and takes: the shapes of the commands' arguments and answers. */

export type Language = "en" | "fr";
export type Theme = "system" | "light" | "dark" | "contrast" | "contrast-dark";
export type Status = "draft" | "approved" | "scheduled" | "published" | "withdrawn";
export type Origin = "editor" | "file" | "remote" | "restore" | "merge";

export interface Actor {
  name: string;
  email: string;
}

export interface Settings {
  language: Language;
  theme: Theme;
  actor: Actor | null;
  recent: { path: string; name: string }[];
}

export interface BlogView {
  id: string;
  kind: string;
  name: string;
  url: string | null;
}

export interface LibraryView {
  path: string;
  name: string;
  series: string;
  nextSequence: number;
  blogs: BlogView[];
}

export interface PostRow {
  id: string;
  language: Language;
  title: string;
  slug: string;
  status: Status;
  updatedAt: string;
  conflict: boolean;
  missing: boolean;
}

export interface PairRow {
  pairId: string;
  updatedAt: string;
  posts: PostRow[];
}

export interface AttachmentView {
  id: string;
  name: string;
  version: number;
  size: number;
  addedAt: string;
}

export interface RevisionRow {
  number: number;
  title: string;
  actor: Actor;
  at: string;
  origin: Origin;
  hash: string;
  parents: number[];
}

export interface PublicationView {
  blogId: string;
  blogName: string;
  revision: number;
  revisionHash: string;
  address: string;
  at: string;
  actor: Actor;
}

export interface ConflictView {
  number: number;
  actor: Actor;
  at: string;
  markdown: string;
  mineMarkdown: string;
}

/** A node of a document as TipTap writes it. Only Rust turns it into Markdown. */
export interface DocNode {
  type: string;
  attrs?: Record<string, unknown>;
  content?: DocNode[];
  marks?: { type: string; attrs?: Record<string, unknown> }[];
  text?: string;
}

export interface PostView {
  id: string;
  pairId: string;
  language: Language;
  title: string;
  slug: string;
  status: Status;
  doc: DocNode;
  /** The head revision that the text stands on. */
  revision: number;
  /** Whether something was typed that no revision holds yet. */
  unsealed: boolean;
  savedAt: string;
  file: string | null;
  counterpart: { id: string; language: Language; title: string; status: Status } | null;
  categories: string[];
  attachments: AttachmentView[];
  /** Newest first. */
  history: RevisionRow[];
  publications: PublicationView[];
  conflict: ConflictView | null;
}

export interface SaveResult {
  savedAt: string;
  revision: number;
  /** Set when something from outside was merged into the text that was saved. */
  reload: PostView | null;
}

export interface CategoryView {
  id: string;
  parent: string | null;
  nameEn: string;
  nameFr: string;
  posts: number;
}

export interface OutboxRow {
  id: string;
  postId: string;
  title: string;
  blogName: string;
  state: "waiting" | "sending" | "done" | "failed" | "paused";
  error: string | null;
  at: string;
  address: string | null;
  revision: number;
}

export interface ExportRow {
  sequence: number;
  series: string;
  at: string;
  mode: string;
  size: number;
  sha256: string;
  /** Null where the export was made on another computer. */
  path: string | null;
}

export interface Finding {
  code: string;
  severity: string;
  place: string;
  message: string;
}

export interface VerifyReport {
  path: string;
  verdict: "whole" | "damaged";
  sentence: string;
  checked: { label: string; count: number }[];
  findings: Finding[];
}

/** What a command that fails says. The window decides on `code` alone. */
export interface AppError {
  code: string;
  message: string;
  hints: string[];
  retryable: boolean;
}

export interface TaskProgress {
  id: string;
  phase: string;
  item: string;
  doneBytes: number;
  totalBytes: number;
}

export interface TaskFinished {
  id: string;
  result: ExportRow | null;
  error: AppError | null;
}
