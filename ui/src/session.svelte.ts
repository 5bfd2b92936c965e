/** What the whole window shares: the library that is open, the settings, the place, and a running export. */
import { asAppError, type Backend, type Commands, type Stop } from "./api/backend";
import type {
  AppError,
  ExportOrder,
  FolderView,
  Language,
  LibraryView,
  OutboxRow,
  Settings,
  TaskFinished,
  TaskProgress,
} from "./api/types";
import { CommandList } from "./commands.svelte";
import { setLanguage } from "./i18n/index.svelte";

export type Place = "write" | "publish" | "records" | "exports" | "care";

/** A PDF that is looked at: which bytes, from which page on, and the words that led there. */
export interface ShownPdf {
  attachmentId: string;
  version: number;
  page: number;
  words: string;
}

export interface Running extends TaskProgress {
  dir: string;
  /** What the zip will be called, without `.zip`; none where the series is named when it begins. */
  name: string | null;
  sequence: number;
  cancelling: boolean;
}

const FRESH: Settings = {
  language: "en",
  theme: "system",
  actor: null,
  recent: [],
  timeStampAuthority: null,
};

export class Session {
  settings = $state<Settings>(FRESH);
  library = $state<LibraryView | null>(null);
  place = $state<Place>("write");
  /** The PDF that stands in the place of the post. */
  pdf = $state.raw<ShownPdf | null>(null);
  error = $state<AppError | null>(null);
  running = $state<Running | null>(null);
  finished = $state<TaskFinished | null>(null);
  outbox = $state<OutboxRow[]>([]);
  /** Grows with every change of the library: views that list things read it and look again. */
  changes = $state(0);
  /** How the folder of files is; read anew with each library. */
  folder = $state<FolderView | null>(null);
  ready = $state(false);
  readonly commands = new CommandList();

  #stops: Stop[] = [];

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    this.#stops = [
      this.backend.listen("library-changed", () => this.changed()),
      this.backend.listen("pdf-read", () => this.changed()),
      this.backend.listen("folder-changed", (folder) => {
        this.folder = folder;
      }),
      this.backend.listen("task-progress", (progress) => this.#progress(progress)),
      this.backend.listen("task-finished", (result) => this.#finish(result)),
    ];
    await this.attempt(async () => {
      this.settings = await this.backend.call("settings");
      this.#show();
      this.library = await this.backend.call("current_library");
    });
    this.ready = true;
    if (this.library) await Promise.all([this.readOutbox(), this.readFolder()]);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Runs an action and shows its error, if it fails. True when it went well. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.error = asAppError(thrown);
      return false;
    }
  }

  /** A command whose failure is shown in the window's message bar. */
  async ask<K extends keyof Commands>(
    name: K,
    ...args: Parameters<typeof this.backend.call<K>> extends [K, ...infer Rest] ? Rest : never
  ): Promise<Commands[K][1] | undefined> {
    let answer: Commands[K][1] | undefined;
    await this.attempt(async () => {
      answer = await this.backend.call(name, ...(args as never));
    });
    return answer;
  }

  changed(): void {
    this.changes += 1;
    void this.readOutbox();
  }

  async readOutbox(): Promise<void> {
    if (!this.library) return;
    await this.attempt(async () => {
      this.outbox = await this.backend.call("outbox");
    });
  }

  async readFolder(): Promise<void> {
    this.folder = (await this.ask("folder_state")) ?? null;
  }

  async change(part: Partial<Settings>): Promise<void> {
    this.settings = { ...this.settings, ...part };
    this.#show();
    await this.attempt(() =>
      this.backend.call("save_settings", { settings: $state.snapshot(this.settings) }),
    );
  }

  setLanguage(language: Language): Promise<void> {
    return this.change({ language });
  }

  async useLibrary(how: "create_library" | "open_library", path: string): Promise<void> {
    await this.attempt(async () => {
      this.library = await this.backend.call(how, { path });
      this.settings = await this.backend.call("settings");
      this.place = "write";
      this.error = null;
      this.finished = null;
      this.changed();
      void this.readFolder();
    });
  }

  async closeLibrary(): Promise<void> {
    await this.attempt(async () => {
      await this.backend.call("close_library");
      this.library = null;
    });
  }

  /** Begins an export that will be called `name`. */
  async startExport(order: ExportOrder, name: string | null, sequence: number): Promise<void> {
    this.finished = null;
    this.running = {
      id: "",
      phase: "",
      item: "",
      doneBytes: 0,
      totalBytes: 0,
      leftSeconds: null,
      dir: order.dir,
      name,
      sequence,
      cancelling: false,
    };
    const id = await this.ask("start_export", { order });
    // A short export may have ended before its id came back.
    if (this.running && id !== undefined) this.running.id = id;
    if (id === undefined) this.running = null;
  }

  async cancelExport(): Promise<void> {
    if (!this.running) return;
    this.running.cancelling = true;
    await this.ask("cancel_task", { id: this.running.id });
  }

  #progress(progress: TaskProgress): void {
    if (this.running && (this.running.id === "" || this.running.id === progress.id)) {
      Object.assign(this.running, progress);
    }
  }

  #finish(result: TaskFinished): void {
    if (result.care) return;
    if (!this.running || (this.running.id !== "" && this.running.id !== result.id)) return;
    this.running = null;
    this.finished = result;
    void this.#lookAgain();
  }

  async #lookAgain(): Promise<void> {
    await this.attempt(async () => {
      this.library = await this.backend.call("current_library");
      this.changed();
    });
  }

  #show(): void {
    setLanguage(this.settings.language);
    applyTheme(this.settings.theme);
  }
}

const prefers = (query: string): boolean => globalThis.matchMedia?.(query).matches ?? false;

/** The page always carries a theme: the author's choice, or else the system's. */
export function applyTheme(theme: Settings["theme"]): void {
  const dark = prefers("(prefers-color-scheme: dark)");
  const contrast = prefers("(prefers-contrast: more)");
  const system = contrast ? (dark ? "contrast-dark" : "contrast") : dark ? "dark" : "light";
  document.documentElement.dataset.theme = theme === "system" ? system : theme;
}
