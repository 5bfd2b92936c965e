/** Retention rules, holds, and the records under them. */
import type { HoldView, NewHold, RecordFilter, RecordRow, RuleView } from "../types";
import type { Categories } from "./categories";
import { hit } from "./search";
import { DAY, type Handlers, refused, type Store } from "./store";

interface Own {
  rule: string;
  reason: string;
}

const notices: RuleView = {
  id: "r1",
  number: "MIDA 2016-004",
  titleEn: "Service notices",
  titleFr: "Avis de service",
  trigger: "published",
  yearEnd: false,
  period: "P2Y",
  action: "destroy",
  categories: ["c1"],
  records: 0,
};
const consultations: RuleView = {
  id: "r2",
  number: "DA 2018-020",
  titleEn: "Consultations",
  titleFr: "Consultations publiques",
  trigger: "revised",
  yearEnd: true,
  period: "P5Y",
  action: "transfer",
  categories: ["c2"],
  records: 0,
};

export class Records {
  #rules: RuleView[] = [notices, consultations];
  #own = new Map<string, Own>();
  #holds: HoldView[] = [];
  #store: Store;
  #categories: Categories;

  constructor(store: Store, categories: Categories) {
    this.#store = store;
    this.#categories = categories;
  }

  #rule(
    pairId: string,
    filed: string[],
  ): { rule: RuleView; category: string | null; reason: string | null } | null {
    const own = this.#own.get(pairId);
    if (own) {
      const rule = this.#rules.find((one) => one.id === own.rule);
      return rule ? { rule, category: null, reason: own.reason } : null;
    }
    for (const id of filed)
      for (const category of this.#categories.upwards(id)) {
        const rule = this.#rules.find((one) => one.categories.includes(category.id));
        if (rule) return { rule, category: category.id, reason: null };
      }
    return null;
  }

  #record(pairId: string): RecordRow {
    const posts = [...this.#store.posts.values()].filter((post) => post.pairId === pairId);
    const found = this.#rule(pairId, posts[0]?.categories ?? []);
    const moments = posts.flatMap((post) => {
      const trigger = found?.rule.trigger;
      if (trigger === "published") return post.publications.map((one) => one.at);
      return trigger === "withdrawn" ? [] : [post.savedAt];
    });
    const moment = moments.sort().at(-1)?.slice(0, 10);
    const since = moment && found?.rule.yearEnd ? `${moment.slice(0, 4)}-12-31` : (moment ?? null);
    const filed = new Set(
      posts.flatMap((post) => post.categories.flatMap((id) => this.#categories.upwards(id))),
    );
    const above = new Set([...filed].map((category) => category.id));
    const ids = new Set(posts.map((post) => post.id));
    const on = (target: HoldView["targets"][number]) => {
      if (target.kind === "post") return ids.has(target.id);
      if (target.kind === "category") return above.has(target.id);
      const search = this.#store.searches.find((one) => one.id === target.id);
      return search !== undefined && posts.some((post) => hit(post, search.query) !== null);
    };
    return {
      pairId,
      posts: posts
        .map(({ id, language, title, status }) => ({ id, language, title, status, trashed: false }))
        .sort((a, b) => a.language.localeCompare(b.language)),
      rule: found && {
        id: found.rule.id,
        number: found.rule.number,
        titleEn: found.rule.titleEn,
        titleFr: found.rule.titleFr,
        action: found.rule.action,
        trigger: found.rule.trigger,
        category: found.category,
        reason: found.reason,
      },
      since: found ? since : null,
      until: found && since ? after(since, found.rule.period) : null,
      holds: this.#holds
        .filter((hold) => hold.releasedAt === null && hold.targets.some(on))
        .map(({ id, name }) => ({ id, name })),
    };
  }

  #all(filter: RecordFilter): RecordRow[] {
    const pairs = new Set([...this.#store.posts.values()].map((post) => post.pairId));
    const words = (filter.words ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    return [...pairs]
      .map((pair) => this.#record(pair))
      .filter((row) => filter.by === null || (row.until !== null && row.until <= filter.by))
      .filter((row) => filter.rule === null || row.rule?.id === filter.rule)
      .filter((row) => filter.hold === null || row.holds.some((hold) => hold.id === filter.hold))
      .filter((row) =>
        words.every((word) => row.posts.some((post) => post.title.toLowerCase().includes(word))),
      )
      .sort((a, b) => (a.until ?? "9").localeCompare(b.until ?? "9"));
  }

  #nothing: RecordFilter = { by: null, rule: null, hold: null, words: null };

  #targets(posts: string[], categories: string[], searches: string[] = []): HoldView["targets"] {
    return [
      ...searches.map((id) => {
        const name = this.#store.searches.find((one) => one.id === id)?.name ?? id;
        return { kind: "search" as const, id, nameEn: name, nameFr: name };
      }),
      ...posts.map((id) => {
        const { title } = this.#store.post(id);
        return { kind: "post" as const, id, nameEn: title, nameFr: title };
      }),
      ...categories.map((id) => {
        const path = this.#categories.upwards(id).reverse();
        const nameEn = path.map((one) => one.nameEn).join("/");
        return { kind: "category" as const, id, nameEn, nameFr: path.map((one) => one.nameFr).join("/") };
      }),
    ];
  }

  #place(hold: NewHold): string {
    if (this.#holds.some((one) => one.name === hold.name)) throw refused("hold.exists");
    const id = this.#store.id("h");
    this.#holds.push({
      id,
      name: hold.name,
      reason: hold.reason,
      authority: hold.authority,
      placedBy: this.#store.settings.actor?.name ?? "",
      placedAt: this.#store.now(),
      targets: this.#targets(hold.posts, hold.categories, hold.searches),
      records: 0,
      releasedAt: null,
      releasedBy: null,
      releaseReason: null,
    });
    return id;
  }

  handlers() {
    return {
      rules: () =>
        this.#rules.map((rule) => ({
          ...rule,
          records: this.#all({ ...this.#nothing, rule: rule.id }).length,
        })),
      save_rule: ({ rule }) => {
        if (!/^P(\d+[YMWD])+$/.test(rule.period)) throw refused("retention.period");
        if (this.#rules.some((one) => one.number === rule.number && one.id !== rule.id))
          throw refused("retention.rule_exists");
        const id = rule.id === "" ? this.#store.id("r") : rule.id;
        this.#rules = [...this.#rules.filter((one) => one.id !== id), { ...rule, id }];
        this.#rules.sort((a, b) => a.number.localeCompare(b.number));
        return id;
      },
      remove_rule: ({ id }) => {
        const used = [...this.#own.values()].some((own) => own.rule === id);
        if (used || this.#rules.some((one) => one.id === id && one.categories.length > 0))
          throw refused("retention.rule_in_use");
        this.#rules = this.#rules.filter((one) => one.id !== id);
        return null;
      },
      bind_rule: ({ category, rule }) => {
        this.#rules = this.#rules.map((one) => {
          const others = one.categories.filter((id) => id !== category);
          return { ...one, categories: one.id === rule ? [...others, category] : others };
        });
        return null;
      },
      assign_rule: ({ post, rule, reason }) => {
        const { pairId } = this.#store.post(post);
        if (reason.trim() === "") throw refused("retention.no_reason");
        if (rule === null) this.#own.delete(pairId);
        else this.#own.set(pairId, { rule, reason });
        return this.#record(pairId);
      },
      record_of: ({ post }) => this.#record(this.#store.post(post).pairId),
      records: ({ filter }) => {
        const rows = this.#all(filter);
        return { today: this.#store.now().slice(0, 10), total: rows.length, rows: rows.slice(0, 500) };
      },
      holds: () =>
        this.#holds.map((hold) => ({
          ...hold,
          records: this.#all({ ...this.#nothing, hold: hold.id }).length,
        })),
      place_hold: ({ hold }) => this.#place(hold),
      extend_hold: ({ id, posts, categories }) => {
        for (const hold of this.#holds)
          if (hold.id === id) hold.targets = [...hold.targets, ...this.#targets(posts, categories)];
        return null;
      },
      release_hold: ({ id, reason }) => {
        for (const hold of this.#holds)
          if (hold.id === id)
            Object.assign(hold, {
              releasedAt: this.#store.now(),
              releasedBy: this.#store.settings.actor?.name ?? "",
              releaseReason: reason,
            });
        return null;
      },
    } satisfies Partial<Handlers>;
  }
}

/** The last day of a period, near enough for a backend without a calendar. */
function after(since: string, period: string): string {
  const days = { Y: 365.2425, M: 30.436875, W: 7, D: 1 };
  let sum = 0;
  for (const [, number, unit] of period.matchAll(/(\d+)([YMWD])/g))
    sum += Number(number) * days[unit as keyof typeof days];
  return new Date(Date.parse(since) + Math.round(sum) * DAY).toISOString().slice(0, 10);
}
