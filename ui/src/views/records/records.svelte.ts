/** What the Records place shows: rules, holds, categories and records, read anew whenever the library changes. */
import type { CategoryView, HoldView, RecordFilter, RecordPage, RecordRow, RuleView } from "../../api/types";
import { language, t } from "../../i18n/index.svelte";
import type { Session } from "../../session.svelte";

export type Section = "records" | "rules" | "holds" | "categories";

/** Which records are listed, by their due date. */
export type Due = "all" | "over" | "year";

const EMPTY: RecordPage = { today: "", total: 0, rows: [] };

export class Records {
  section = $state<Section>("records");
  page = $state.raw<RecordPage>(EMPTY);
  rules = $state.raw<RuleView[]>([]);
  holds = $state.raw<HoldView[]>([]);
  categories = $state.raw<CategoryView[]>([]);
  words = $state("");
  rule = $state("");
  hold = $state("");
  due = $state<Due>("all");

  constructor(readonly session: Session) {}

  async look(): Promise<void> {
    await this.session.attempt(async () => {
      const { backend } = this.session;
      this.rules = await backend.call("rules");
      this.holds = await backend.call("holds");
      this.categories = await backend.call("categories");
      this.page = await backend.call("records", { filter: this.filter() });
    });
  }

  filter(): RecordFilter {
    const today = new Date();
    if (this.due === "year") today.setUTCFullYear(today.getUTCFullYear() + 1);
    // A record is due on the day after its last one.
    if (this.due === "over") today.setUTCDate(today.getUTCDate() - 1);
    return {
      by: this.due === "all" ? null : today.toISOString().slice(0, 10),
      rule: this.rule || null,
      hold: this.hold || null,
      words: this.words.trim() || null,
    };
  }

  /** Runs a command and looks again. True when it went well. */
  async change(action: () => Promise<unknown>): Promise<boolean> {
    const done = await this.session.attempt(action);
    if (done) this.session.changed();
    return done;
  }

  path(id: string | null): string {
    const category = this.categories.find((one) => one.id === id);
    return category ? pathOf(category) : "";
  }

  get inForce(): HoldView[] {
    return this.holds.filter((hold) => hold.releasedAt === null);
  }
}

export const pathOf = (category: CategoryView): string =>
  (language() === "fr" ? category.pathFr : category.pathEn).replaceAll("/", " / ");

export const nameOf = (category: CategoryView): string =>
  language() === "fr" ? category.nameFr : category.nameEn;

export const titleOf = (rule: { titleEn: string; titleFr: string }): string =>
  language() === "fr" ? rule.titleFr : rule.titleEn;

/** The post of a record in the language of the window, or the one that there is. */
export const postOf = (row: RecordRow): RecordRow["posts"][number] | undefined =>
  row.posts.find((post) => post.language === language()) ?? row.posts[0];

/** A date in ISO 8601 as people write it. It has no time, and belongs to no time zone. */
export function date(iso: string): string {
  const at = new Date(`${iso}T00:00:00Z`);
  const locale = language() === "fr" ? "fr-CA" : "en-GB";
  return at.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** Days from one date to another. */
export const days = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** A period such as P1Y6M in words; as it is written where it is none. */
export function period(iso: string): string {
  const parts = [...iso.matchAll(/(\d+)([YMWD])/g)].map(([, number, unit]) => {
    const count = Number(number);
    if (unit === "Y") return t("records.years", { count });
    if (unit === "M") return t("records.months", { count });
    return unit === "W" ? t("records.weeks", { count }) : t("records.days", { count });
  });
  return parts.length > 0 ? parts.join(" ") : iso;
}
