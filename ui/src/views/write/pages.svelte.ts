/** The list of posts as far as it was read: pages, one behind the other, in one order and under one set of conditions. */
import type { ListOrder, ListPage, ListRequest, PairRow, SearchQuery } from "../../api/types";
import type { Session } from "../../session.svelte";

/** The rows of a page, and the most that is asked for at once. */
const PAGE = 100;
const MOST = 1000;

export class Pages {
  rows = $state.raw<PairRow[]>([]);
  /** Whether more follow. */
  more = $state(false);
  /** How many rows there are in all; not known under conditions until the end is reached. */
  total = $state<number | null>(null);
  /** Whether the list was read at all. */
  looked = $state(false);
  #session: Session;
  #next: string | null = null;
  #asked = "";
  #number = 0;
  #reading: Promise<void> | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Reads what the list now begins with. What was read beyond that stays where texts alone were saved: in the newest
   * order they have come to the beginning. After other changes as much is read again as was there.
   */
  async look(conditions: SearchQuery, order: ListOrder, saved: boolean): Promise<void> {
    this.#number += 1;
    const mine = this.#number;
    const asked = JSON.stringify([conditions, order, this.#session.settings.language]);
    const same = asked === this.#asked;
    const wanted = same && !(saved && order === "newest") ? this.rows.length : 0;
    const rows: PairRow[] = [];
    let next: string | null = null;
    do {
      const limit = Math.min(MOST, Math.max(PAGE, wanted - rows.length));
      const request: ListRequest = { conditions, order, after: next, limit };
      const page: ListPage | undefined = await this.#session.ask("list_posts", { request });
      // A slower, older answer must not take the place of a newer one.
      if (!page || mine !== this.#number) return;
      rows.push(...page.rows);
      next = page.next;
      this.total = page.total ?? (next === null ? rows.length : request.after === null ? null : this.total);
      if (!same) {
        this.#asked = asked;
        this.#take(rows, next);
      }
    } while (next !== null && rows.length < Math.max(wanted, PAGE / 2));
    if (same && wanted === 0 && this.rows.length > rows.length && next !== null) {
      const fresh = new Set(rows.map((row) => row.pairId));
      this.rows = [...rows, ...this.rows.filter((row) => !fresh.has(row.pairId))];
      this.looked = true;
      return;
    }
    this.#take(rows, next);
  }

  /** Reads on. */
  async read(conditions: SearchQuery, order: ListOrder): Promise<void> {
    if (this.#next === null) return;
    this.#reading ??= this.#read(conditions, order).finally(() => {
      this.#reading = null;
    });
    await this.#reading;
  }

  async #read(conditions: SearchQuery, order: ListOrder): Promise<void> {
    const mine = this.#number;
    const before = this.rows.length;
    while (this.#next !== null && this.rows.length < before + PAGE / 2) {
      const request = { conditions, order, after: this.#next, limit: PAGE };
      const page = await this.#session.ask("list_posts", { request });
      if (!page || mine !== this.#number) return;
      const known = new Set(this.rows.map((row) => row.pairId));
      const rows = [...this.rows, ...page.rows.filter((row) => !known.has(row.pairId))];
      if (page.next === null) this.total = rows.length;
      this.#take(rows, page.next);
    }
  }

  #take(rows: PairRow[], next: string | null): void {
    this.rows = rows.slice();
    this.#next = next;
    this.more = next !== null;
    this.looked = true;
  }
}
