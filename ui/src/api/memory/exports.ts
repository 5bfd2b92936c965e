/** Exports, their signing keys, and the verification of zips. */
import type { Commands } from "../backend";
import type { ExportRow, KeyRow } from "../types";
import { DAY, type Handlers, refused, type Store } from "./store";
import { hash } from "./text";

const SERIES = "open-government-blog";

export class Exports {
  all: ExportRow[] = [row(1, 28)];
  #keys: KeyRow[] = [];
  #cancelled = new Set<string>();
  #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async #run(id: string, signed: boolean): Promise<void> {
    const totalBytes = 6_843_768;
    const phases = ["records", "posts", "attachments", "attachments", "seal", "verify", "verify", "verify"];
    const item = "attachments/what-we-heard-2026.pdf";
    for (const [index, phase] of phases.entries()) {
      await new Promise((done) => setTimeout(done, this.#store.pace));
      if (this.#cancelled.has(id)) {
        const error = refused("cancelled", "The export was cancelled.");
        this.#store.emit("task-finished", { id, result: null, error });
        return;
      }
      const doneBytes = Math.round((totalBytes * (index + 1)) / phases.length);
      this.#store.emit("task-progress", { id, phase, item, doneBytes, totalBytes });
    }
    const result = { ...row(this.all.length + 1, 0), signed };
    this.all = [result, ...this.all];
    if (this.#store.library) this.#store.library.nextSequence = this.all.length + 1;
    this.#store.emit("task-finished", { id, result, error: null });
  }

  handlers() {
    return {
      start_export: ({ sign, password }) => {
        const key = this.#keys.find((one) => one.name === sign);
        if (key?.place === "file" && password !== "secret") throw refused("key.wrong_password");
        const id = this.#store.id("task");
        void this.#run(id, key !== undefined);
        return id;
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
      verify_zip: ({ path }) => verified(path),
    } satisfies Partial<Handlers>;
  }
}

function row(sequence: number, daysAgo: number): ExportRow {
  const name = `${SERIES}-v${String(sequence).padStart(4, "0")}.zip`;
  return {
    sequence,
    series: SERIES,
    at: new Date(Date.now() - daysAgo * DAY).toISOString(),
    mode: "full",
    size: 3_421_884,
    sha256: hash(name),
    path: `/home/nadia/Archives 2026/${name}`,
    signed: false,
  };
}

function verified(path: string): Commands["verify_zip"][1] {
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
