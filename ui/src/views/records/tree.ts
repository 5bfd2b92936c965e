/** The tree of categories as rows: what is shown of it, and what is found in it. */
import type { CategoryView } from "../../api/types";
import { nameOf } from "./records.svelte";

export interface TreeRow {
  category: CategoryView;
  /** From 1. */
  level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  position: number;
  siblings: number;
  children: number;
  open: boolean;
  /** Pairs filed under it and below it. */
  total: number;
}

const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * The rows that show: those whose parents are open. With `words`, those that a name of theirs holds, in either
 * language and whatever the accents, and what leads to them.
 */
export function treeRows(
  categories: CategoryView[],
  open: ReadonlySet<string>,
  words: string,
  language: string,
): TreeRow[] {
  const below = new Map<string | null, CategoryView[]>();
  for (const category of categories) {
    const list = below.get(category.parent) ?? [];
    list.push(category);
    below.set(category.parent, list);
  }
  const compare = new Intl.Collator(language).compare;
  for (const list of below.values()) list.sort((a, b) => compare(nameOf(a), nameOf(b)));
  const found = matching(categories, fold(words.trim()));
  const totals = new Map<string, number>();
  const total = (category: CategoryView): number => {
    const known = totals.get(category.id);
    if (known !== undefined) return known;
    const sum = (below.get(category.id) ?? []).reduce((sum, child) => sum + total(child), category.posts);
    totals.set(category.id, sum);
    return sum;
  };
  const rows: TreeRow[] = [];
  const walk = (parent: string | null, level: number) => {
    const shown = (below.get(parent) ?? []).filter((one) => found === null || found.has(one.id));
    shown.forEach((category, index) => {
      const children = (below.get(category.id) ?? []).length;
      const unfolded = children > 0 && (found === null ? open.has(category.id) : true);
      rows.push({
        category,
        level,
        position: index + 1,
        siblings: shown.length,
        children,
        open: unfolded,
        total: total(category),
      });
      if (unfolded) walk(category.id, level + 1);
    });
  };
  walk(null, 1);
  return rows;
}

/** The ids of what is found and of what leads there; none where nothing is looked for. */
function matching(categories: CategoryView[], words: string): Set<string> | null {
  if (words === "") return null;
  const parents = new Map(categories.map((one) => [one.id, one.parent]));
  const found = new Set<string>();
  for (const category of categories) {
    if (!fold(category.nameEn).includes(words) && !fold(category.nameFr).includes(words)) continue;
    let at: string | null = category.id;
    while (at !== null && !found.has(at)) {
      found.add(at);
      at = parents.get(at) ?? null;
    }
  }
  return found;
}
