/**
 * The past of a post: its revisions, read page by page, and two of them compared. What always holds: the comparison
 * that is shown is that of `from` and `to`, the earlier one first; a slower, older answer never takes its place.
 */
import type { ComparisonView, LineComparison, Origin, RevisionRow } from "../../../api/types";
import type { Session } from "../../../session.svelte";

const PAGE = 200;

/** Which revisions the timeline shows. */
export type Kind = "all" | "named" | Origin;

export class Past {
  rows = $state.raw<RevisionRow[]>([]);
  total = $state(0);
  from = $state(0);
  to = $state(0);
  kind = $state<Kind>("all");
  comparison = $state.raw<ComparisonView | null>(null);
  lines = $state.raw<LineComparison[] | null>(null);
  shown = $derived(this.rows.filter((row) => this.#fits(row)));
  newest = $derived(this.rows[0]?.number ?? 0);
  #reading: Promise<void> | null = null;
  #asked = 0;

  constructor(
    private readonly session: Session,
    readonly id: string,
  ) {}

  #fits(row: RevisionRow): boolean {
    if (this.kind === "all") return true;
    return this.kind === "named" ? row.name !== null : row.origin === this.kind;
  }

  /** Reads the newest revisions and compares `number` with the one before it. */
  async begin(number: number): Promise<void> {
    await this.more();
    while (this.rows.length < this.total && !this.row(number)) await this.more();
    await this.look(number);
  }

  /** Reads the next page. */
  more(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const before = this.rows.at(-1)?.number ?? null;
    const page = await this.session.ask("history", { id: this.id, before, limit: PAGE });
    if (!page) return;
    this.total = page.total;
    this.rows = [...this.rows, ...page.rows];
  }

  /** Shows only some of the revisions; all are read, so that none of them is left out. */
  async only(kind: Kind): Promise<void> {
    this.kind = kind;
    while (kind !== "all" && this.rows.length < this.total) {
      const before = this.rows.length;
      await this.more();
      if (this.rows.length === before) return;
    }
  }

  row(number: number): RevisionRow | undefined {
    return this.rows.find((row) => row.number === number);
  }

  /** What changed in one revision: it beside the one it was made from. */
  look(number: number): Promise<void> {
    const parent = this.row(number)?.parents[0];
    return this.compare(parent ?? number, number);
  }

  choose(end: "from" | "to", number: number): Promise<void> {
    const other = end === "from" ? this.to : this.from;
    return this.compare(Math.min(number, other), Math.max(number, other));
  }

  async compare(from: number, to: number): Promise<void> {
    this.from = from;
    this.to = to;
    this.lines = null;
    this.#asked += 1;
    const mine = this.#asked;
    const found = await this.session.ask("compare_revisions", { id: this.id, from, to });
    if (found && mine === this.#asked) this.comparison = found;
  }

  /** The same comparison, of the Markdown. */
  async readLines(): Promise<void> {
    const mine = this.#asked;
    const { id, from, to } = this;
    const found = await this.session.ask("compare_sources", { id, from, to });
    if (found && mine === this.#asked) this.lines = found;
  }

  async name(number: number, name: string | null): Promise<boolean> {
    const named = await this.session.attempt(() =>
      this.session.backend.call("name_revision", { id: this.id, number, name }),
    );
    if (named) this.rows = this.rows.map((row) => (row.number === number ? { ...row, name } : row));
    return named;
  }
}
