/** Exports, their signing keys, and the verification of zips. */
import type { ExportOrder, ExportRow, KeyRow, SelectionRequest, VerifyReport } from "../types";
import { DAY, type Handlers, refused, type Store } from "./store";
import { hash } from "./text";

const SERIES = "open-government-blog";
const SELECTED = "open-government-b-0a1b2c";

export class Exports {
  all: ExportRow[] = [row(1, 28)];
  #keys: KeyRow[] = [];
  #cancelled = new Set<string>();
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async #run(id: string, order: ExportOrder): Promise<void> {
    const totalBytes = 6_843_768;
    const phases = ["records", "posts", "attachments", "attachments", "seal", "verify", "verify", "verify"];
    const item = "attachments/what-we-heard-2026.pdf";
    for (const [index, phase] of phases.entries()) {
      await new Promise((done) => setTimeout(done, this.#store.pace));
      if (this.#cancelled.has(id)) {
        const error = refused("cancelled", "The export was cancelled.");
        this.#store.emit("task-finished", { id, result: null, report: null, care: null, error });
        return;
      }
      const doneBytes = Math.round((totalBytes * (index + 1)) / phases.length);
      this.#store.emit("task-progress", {
        id,
        phase,
        item,
        doneBytes,
        totalBytes,
        leftSeconds: phases.length - index,
      });
    }
    const selected = !isAll(order.selection);
    const series = selected ? SELECTED : SERIES;
    const before = this.all.filter((one) => one.series === series).length;
    const result = {
      ...row(before + 1, 0, series),
      mode: order.incremental ? "incremental" : "full",
      signed: order.sign !== null,
      stamped: order.timeStamp,
    };
    this.all = [result, ...this.all];
    if (this.#store.library && !selected) this.#store.library.nextSequence = before + 2;
    const report = verified(result.path ?? "");
    this.#store.emit("task-finished", { id, result, report, care: null, error: null });
  }

  handlers() {
    return {
      plan_export: ({ selection }) => {
        const part = !isAll(selection);
        const begun = this.all.some((one) => one.series === SELECTED);
        return {
          series: part ? (begun ? SELECTED : null) : SERIES,
          full: { posts: part ? 3 : 18, attachments: part ? 1 : 5, bytes: part ? 412_000 : 3_380_000 },
          incremental: part ? null : { posts: 2, attachments: 1, bytes: 212_000 },
        };
      },
      start_export: ({ order }) => {
        const key = this.#keys.find((one) => one.name === order.sign);
        if (key?.place === "file" && order.password !== "secret") throw refused("key.wrong_password");
        const id = this.#store.id("task");
        void this.#run(id, order);
        return id;
      },
      stamp_export: ({ path }) => {
        this.all = this.all.map((one) => (one.path === path ? { ...one, stamped: true } : one));
        return null;
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
      exports: () => this.all,
      verify_zips: ({ paths }) => ({ exports: paths.map(verified), findings: [] }),
    } satisfies Partial<Handlers>;
  }
}

const isAll = (selection: SelectionRequest) =>
  selection.categories.length + selection.statuses.length === 0 && !selection.from && !selection.until;

function row(sequence: number, daysAgo: number, series = SERIES): ExportRow {
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
    stamped: false,
  };
}

function verified(path: string): VerifyReport {
  const damaged = path.includes("damaged");
  return {
    path,
    verdict: damaged ? "damaged" : "whole",
    signedBy: null,
    selection: null,
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
