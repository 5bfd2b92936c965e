/** The one seam between the window and what it stands on: the shell, or a backend in memory. */
import type {
  AppError,
  Attached,
  AttachmentView,
  BackupRow,
  BlockChange,
  CaptureRow,
  CategoryView,
  CheckRow,
  ComparisonView,
  ExportOrder,
  ExportPlan,
  ExportRow,
  FolderView,
  HistoryPage,
  HoldView,
  KeyRow,
  Language,
  LibraryView,
  LineComparison,
  LinkTarget,
  ListPage,
  ListRequest,
  NewHold,
  OutboxRow,
  PdfDetail,
  PostRow,
  PostView,
  RecordFilter,
  RecordPage,
  RecordRow,
  RuleView,
  SavedSearchRow,
  SaveResult,
  SearchQuery,
  SearchResult,
  SelectionRequest,
  Settings,
  TaskFinished,
  TaskProgress,
  TypedText,
  VerifySet,
  VersionRow,
} from "./types";

type None = Record<string, never>;

/** Every command: what goes in, what comes out. */
export interface Commands {
  settings: [None, Settings];
  save_settings: [{ settings: Settings }, null];
  create_library: [{ path: string }, LibraryView];
  open_library: [{ path: string }, LibraryView];
  current_library: [None, LibraryView | null];
  close_library: [None, null];
  list_posts: [{ request: ListRequest }, ListPage];
  create_post: [{ title: string; language: Language; pairWith: string | null }, PostView];
  open_post: [{ id: string }, PostView];
  save_post: [{ id: string; revision: number; title: string; change: BlockChange }, SaveResult];
  save_source: [{ id: string; revision: number; title: string; markdown: string }, SaveResult];
  save_copy: [{ dir: string; id: string; text: TypedText }, string];
  preview_html: [{ markdown: string }, string];
  flush_post: [{ id: string }, null];
  seal_post: [{ id: string }, PostView];
  history: [{ id: string; before: number | null; limit: number }, HistoryPage];
  compare_revisions: [{ id: string; from: number; to: number }, ComparisonView];
  compare_sources: [{ id: string; from: number; to: number }, LineComparison[]];
  name_revision: [{ id: string; number: number; name: string | null }, null];
  attachment_history: [{ id: string; attachmentId: string }, VersionRow[]];
  restore_revision: [{ id: string; number: number }, PostView];
  resolve_conflict: [{ id: string; keep: "mine" | "theirs" }, PostView];
  trash_post: [{ id: string }, null];
  restore_trashed: [{ id: string }, null];
  trash: [None, PostRow[]];
  /** Answers with the path of the file that stayed, because another program had changed it. */
  purge_post: [{ id: string }, string | null];
  start_check: [{ repair: boolean }, string];
  backups: [None, BackupRow[]];
  back_up: [{ dir: string }, string];
  restore_backup: [{ day: string }, LibraryView];
  attach_files: [{ id: string; paths: string[] }, Attached];
  attach_image: [{ id: string; name: string; data: string }, Attached];
  link_targets: [{ query: string; from: string }, LinkTarget[]];
  follow_link: [{ from: string; revision: number | null; href: string }, string | null];
  detach: [{ id: string; attachmentId: string }, PostView];
  open_attachment: [{ attachmentId: string; version: number }, null];
  attachments: [{ id: string }, AttachmentView[]];
  attachment_bytes: [
    { attachmentId: string; version: number; from: number; length: number },
    ArrayBuffer | Uint8Array,
  ];
  pdf_detail: [{ attachmentId: string; version: number }, PdfDetail];
  replace_attachment: [{ attachmentId: string; path: string }, number];
  search: [{ query: SearchQuery }, SearchResult];
  saved_searches: [None, SavedSearchRow[]];
  save_search: [{ name: string; query: SearchQuery }, SavedSearchRow];
  rename_search: [{ id: string; name: string }, SavedSearchRow];
  remove_search: [{ id: string }, null];
  categories: [None, CategoryView[]];
  add_category: [{ parent: string | null; nameEn: string; nameFr: string }, unknown];
  // What changes the tree answers with the number that undoes it.
  rename_category: [{ id: string; nameEn: string; nameFr: string }, number];
  move_category: [{ id: string; parent: string | null }, number];
  merge_category: [{ id: string; into: string }, number];
  remove_category: [{ id: string; to: string | null }, number];
  undo_category: [{ number: number }, number];
  rules: [None, RuleView[]];
  /** Adds a rule whose id is empty, or changes the one of that id. Answers with the id. */
  save_rule: [{ rule: RuleView }, string];
  remove_rule: [{ id: string }, null];
  bind_rule: [{ category: string; rule: string | null }, null];
  assign_rule: [{ post: string; rule: string | null; reason: string }, RecordRow];
  record_of: [{ post: string }, RecordRow];
  records: [{ filter: RecordFilter }, RecordPage];
  holds: [None, HoldView[]];
  place_hold: [{ hold: NewHold }, string];
  extend_hold: [{ id: string; posts: string[]; categories: string[] }, null];
  release_hold: [{ id: string; reason: string }, null];
  file_post: [{ id: string; categories: string[] }, PostView];
  publish: [{ ids: string[]; blogId: string }, PostView[]];
  withdraw: [{ id: string; blogId: string }, PostView];
  capture: [{ id: string }, CaptureRow[]];
  captures: [{ id: string }, CaptureRow[]];
  save_capture: [{ id: string; blog: string; version: number; dir: string }, string];
  outbox: [None, OutboxRow[]];
  add_blog: [{ name: string; url: string; user: string; password: string }, LibraryView];
  set_blog_address: [{ blog: string; url: string }, LibraryView];
  test_blog: [{ blog: string }, CheckRow[]];
  remove_blog: [{ blog: string }, LibraryView];
  send_item: [{ id: string }, null];
  pause_item: [{ id: string }, null];
  resume_item: [{ id: string }, null];
  cancel_item: [{ id: string }, null];
  open_address: [{ address: string }, null];
  plan_export: [{ selection: SelectionRequest }, ExportPlan];
  start_export: [{ order: ExportOrder }, string];
  stamp_export: [{ path: string }, null];
  signing_keys: [None, KeyRow[]];
  create_key: [{ name: string; password: string | null }, KeyRow];
  cancel_task: [{ id: string }, null];
  exports: [None, ExportRow[]];
  verify_zips: [{ paths: string[] }, VerifySet];
  show_in_folder: [{ path: string }, null];
  pick_folder: [{ title: string }, string | null];
  pick_files: [{ title: string; extensions: string[]; multiple: boolean }, string[]];
  confirm_close: [None, null];
  folder_state: [None, FolderView];
  look_again: [None, null];
  accept_vanished: [None, FolderView];
  write_vanished: [None, FolderView];
  write_file_again: [{ id: string }, PostView];
}

export interface Events {
  "library-changed": None;
  "post-changed": { id: string; revision: number; origin: string };
  "pdf-read": { sha256: string };
  "folder-changed": FolderView;
  "task-progress": TaskProgress;
  "task-finished": TaskFinished;
  "close-requested": None;
}

/** A drag of files over the window. `over` is false when it left. */
export type Drag = { kind: "over" } | { kind: "left" } | { kind: "dropped"; paths: string[]; at: Point };

/** A place in the window, in CSS pixels. */
export interface Point {
  x: number;
  y: number;
}

export type Stop = () => void;

export interface Backend {
  call<K extends keyof Commands>(
    name: K,
    ...args: Commands[K][0] extends None ? [] : [Commands[K][0]]
  ): Promise<Commands[K][1]>;
  listen<K extends keyof Events>(event: K, heard: (payload: Events[K]) => void): Stop;
  onDrag(heard: (drag: Drag) => void): Stop;
  /** From where the window may show the image `attachments/NAME`. */
  imageAddress(name: string): string;
}

/** Makes any rejection a thing the window can show. */
export function asAppError(thrown: unknown): AppError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    const known = thrown as Partial<AppError>;
    return {
      code: String(known.code),
      message: String(known.message),
      hints: Array.isArray(known.hints) ? known.hints.map(String) : [],
      retryable: known.retryable === true,
    };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "unexpected", message, hints: [], retryable: true };
}
