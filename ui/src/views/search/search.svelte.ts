/** What is searched for in the list of posts, and what was found. */
import type { SearchHit, SearchQuery } from "../../api/types";
import type { Session } from "../../session.svelte";

/** A search for nothing. */
export const NO_CONDITIONS: SearchQuery = {
  words: "",
  category: null,
  language: null,
  status: null,
  author: null,
  since: null,
  before: null,
  pdf: null,
  held: null,
  revisions: false,
};

/** From the last key to the search. */
const PAUSE = 120;

export class Search {
  query = $state<SearchQuery>({ ...NO_CONDITIONS });
  hits = $state.raw<SearchHit[]>([]);
  more = $state(false);
  /** Whether what is shown answers what is asked. */
  done = $state(false);
  /** Whether words are searched for. */
  worded = $derived(this.query.words.trim() !== "");
  /** Whether there are conditions beside the words. */
  narrowed = $derived(
    [this.query.category, this.query.language, this.query.status, this.query.author].some(
      (one) => one !== null,
    ) || [this.query.since, this.query.before, this.query.pdf, this.query.held].some((one) => one !== null),
  );
  #session: Session;
  #number = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  set(condition: Partial<SearchQuery>): void {
    this.query = { ...this.query, ...condition };
  }

  /** Asks what a saved search asks. */
  take(query: SearchQuery): void {
    this.query = { ...NO_CONDITIONS, ...query };
  }

  clear(): void {
    this.query = { ...NO_CONDITIONS };
  }

  /** Asks after a pause; what was asked before is forgotten. */
  soon(): void {
    clearTimeout(this.#timer);
    this.#number += 1;
    if (!this.worded) {
      this.hits = [];
      this.done = false;
      return;
    }
    const [mine, query] = [this.#number, $state.snapshot(this.query)];
    this.#timer = setTimeout(async () => {
      const found = await this.#session.ask("search", { query });
      // A slower, older answer must not take the place of a newer one.
      if (!found || mine !== this.#number) return;
      this.hits = found.hits;
      this.more = found.more;
      this.done = true;
    }, PAUSE);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
