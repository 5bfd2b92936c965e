/** The care of a library in memory: a check that takes a few steps, and backups that are days and sizes. */
import type { BackupRow, Finding } from "../types";
import { DAY, type Handlers, NOTHING, refused, type Store } from "./store";

const PHASES = ["database", "journal", "revisions", "files"];
const TOTAL = 48_000_000;

export class Care {
  /** What is wrong until it is repaired. */
  wrong: Finding[] = [];
  /** What no repair mends. */
  beyond: Finding[] = [];
  backups: BackupRow[] = [0, 1, 2, 9].map((ago) => ({
    day: new Date(Date.now() - ago * DAY).toISOString().slice(0, 10),
    size: 18_400_000 - ago * 120_000,
  }));
  #cancelled = new Set<string>();
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  cancel(id: string): void {
    this.#cancelled.add(id);
  }

  async #look(id: string, repair: boolean): Promise<void> {
    const end = (part: object) =>
      this.#store.emit("task-finished", { id, result: null, report: null, care: null, error: null, ...part });
    for (let step = 0; step <= 8; step += 1) {
      await new Promise((done) => setTimeout(done, this.#store.pace));
      if (this.#cancelled.has(id)) return end({ error: refused("task.cancelled") });
      this.#store.emit("task-progress", {
        id,
        phase: PHASES[Math.min(3, Math.floor(step / 2))] ?? "files",
        item: "",
        doneBytes: (TOTAL * step) / 8,
        totalBytes: TOTAL,
        leftSeconds: null,
      });
    }
    const mended = repair ? this.wrong : [];
    if (repair) this.wrong = [];
    end({ care: { mended, left: [...this.wrong, ...this.beyond] } });
  }

  handlers() {
    return {
      start_check: ({ repair }) => {
        const id = this.#store.id("check");
        void this.#look(id, repair);
        return id;
      },
      backups: () => this.backups,
      back_up: ({ dir }) => `${dir}/open-government-blog-2026-11-25.zip`,
      restore_backup: ({ day }) => {
        if (!this.#store.library || !this.backups.some((one) => one.day === day))
          throw refused("backup.not_found");
        this.#store.emit("library-changed", NOTHING);
        return this.#store.library;
      },
    } satisfies Partial<Handlers>;
  }
}
