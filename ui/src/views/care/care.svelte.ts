/** The care of the library: a check or a repair on its way, what the last one came to, and the backups. */
import type { Stop } from "../../api/backend";
import type { AppError, BackupRow, RepairView, TaskFinished, TaskProgress } from "../../api/types";
import type { Session } from "../../session.svelte";

/** What is looked at, and how far. */
export interface Looking {
  id: string;
  repair: boolean;
  phase: string;
  doneBytes: number;
  totalBytes: number;
  cancelling: boolean;
}

export class Care {
  looking = $state<Looking | null>(null);
  /** What the last check or repair came to; its `repair` says which it was. */
  last = $state.raw<(RepairView & { repair: boolean }) | null>(null);
  stopped = $state(false);
  error = $state.raw<AppError | null>(null);
  backups = $state.raw<BackupRow[] | null>(null);
  copying = $state(false);
  /** The whole copy that was made last. */
  copy = $state<string | null>(null);
  /** The day whose backup was put back last. */
  restored = $state<string | null>(null);
  readonly session: Session;
  /** A check may end before its id is known. */
  #early = new Map<string, TaskFinished>();

  constructor(session: Session) {
    this.session = session;
  }

  listen(): Stop {
    const stops = [
      this.session.backend.listen("task-progress", (step) => this.#progress(step)),
      this.session.backend.listen("task-finished", (result) => this.#finished(result)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** What was found in another library says nothing of this one. */
  forget(): void {
    this.looking = null;
    this.last = null;
    this.error = null;
    this.stopped = false;
    this.backups = null;
    this.copy = null;
    this.restored = null;
  }

  async look(repair: boolean): Promise<void> {
    if (this.looking) return;
    [this.error, this.stopped, this.last] = [null, false, null];
    this.looking = { id: "", repair, phase: "database", doneBytes: 0, totalBytes: 0, cancelling: false };
    this.#early.clear();
    const id = await this.session.ask("start_check", { repair });
    if (id === undefined) {
      this.looking = null;
      return;
    }
    if (this.looking) this.looking.id = id;
    const early = this.#early.get(id);
    if (early) this.#finished(early);
  }

  async stop(): Promise<void> {
    if (!this.looking || this.looking.cancelling || this.looking.id === "") return;
    this.looking.cancelling = true;
    await this.session.ask("cancel_task", { id: this.looking.id });
  }

  #progress(step: TaskProgress): void {
    if (this.looking?.id !== step.id) return;
    const { phase, doneBytes, totalBytes } = step;
    Object.assign(this.looking, { phase, doneBytes, totalBytes });
  }

  #finished(result: TaskFinished): void {
    if (!this.looking) return;
    if (this.looking.id === "") {
      this.#early.set(result.id, result);
      return;
    }
    if (this.looking.id !== result.id) return;
    const { repair } = this.looking;
    this.looking = null;
    if (result.care) this.last = { ...result.care, repair };
    else if (result.error?.code === "task.cancelled") this.stopped = true;
    else this.error = result.error;
  }

  async readBackups(): Promise<void> {
    this.backups = (await this.session.ask("backups")) ?? this.backups;
  }

  async copyTo(dir: string): Promise<void> {
    this.copying = true;
    this.copy = (await this.session.ask("back_up", { dir })) ?? null;
    this.copying = false;
  }

  async restore(day: string): Promise<void> {
    this.restored = null;
    const library = await this.session.ask("restore_backup", { day });
    if (!library) return;
    this.session.library = library;
    this.session.changed();
    this.restored = day;
    this.last = null;
    await this.readBackups();
  }
}
