/** What Word and its kin say in styles of their own: kinds and levels of lists, quotations, titles. */
import { styleOf } from "./context";

/** A paragraph that is an item of a list, as Word writes them. */
export interface FlatItem {
  list: string;
  /** From 1. */
  level: number;
  ordered: boolean;
  start: number;
  element: Element;
}

const LIST_RULE = /@list\s+(l\d+):level(\d+)[^{]{0,200}\{([^}]{0,2000})\}/g;
const ITEM = /mso-list\s*:\s*(l\d+)\s+level(\d+)/i;
const NUMBER = /^\(?(?:(\d+)|[a-z]{1,4})[.)]/i;

/** Which levels of which lists are numbered, from the rules in the page's own style sheet. */
export function numberedLevels(css: string): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [, list, level, body] of css.slice(0, 500_000).matchAll(LIST_RULE)) {
    const format = /mso-level-number-format\s*:\s*([a-z-]+)/i.exec(body ?? "")?.[1];
    found.set(`${list} ${level}`, !/^(bullet|image|none)$/i.test(format ?? "decimal"));
  }
  return found;
}

/** The mark before an item, such as `·` or `2.`. */
function marker(element: Element): string {
  const ignored = [...element.querySelectorAll("span")].find((span) =>
    /mso-list\s*:\s*ignore/i.test(styleOf(span)),
  );
  return (ignored?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
}

/** The items of a list that an element is: a paragraph of Word's, or a wrapper of Word for the web. None else. */
export function flatItems(element: Element, numbered: Map<string, boolean>): FlatItem[] {
  if (element.classList.contains("ListContainerWrapper")) return onlineItems(element);
  const [, list, levelText] = ITEM.exec(styleOf(element)) ?? [];
  if (list === undefined || levelText === undefined || element.localName === "li") return [];
  const level = clamp(levelText);
  const mark = marker(element);
  const number = NUMBER.exec(mark);
  // A lone `o` is Word's second kind of bullet; other signs speak for themselves.
  const spoken = /[\p{L}\p{N}]/u.test(mark) && mark !== "o";
  const known = numbered.get(`${list} ${level}`) ?? false;
  const ordered = mark === "" ? known : spoken && (number !== null || known);
  return [{ list, level, ordered, start: Number(number?.[1] ?? 1), element }];
}

function onlineItems(wrapper: Element): FlatItem[] {
  return [...wrapper.querySelectorAll("li")].map((element) => ({
    list: element.getAttribute("data-listid") ?? "",
    level: clamp(element.getAttribute("data-aria-level") ?? element.getAttribute("aria-level") ?? "1"),
    ordered: element.closest("ol, ul")?.localName === "ol",
    start: Number.parseInt(element.closest("ol")?.getAttribute("start") ?? "1", 10) || 1,
    element,
  }));
}

const clamp = (level: string): number => Math.min(9, Math.max(1, Number.parseInt(level, 10) || 1));

/** The level of the heading that a paragraph is by its style, or 0. */
export function headingByStyle(element: Element): number {
  if (element.classList.contains("MsoTitle")) return 1;
  const outline = /mso-outline-level\s*:\s*(\d)/i.exec(styleOf(element))?.[1];
  const role = element.getAttribute("role") === "heading" ? element.getAttribute("aria-level") : null;
  const level = Number(outline ?? role ?? 0);
  return level >= 1 && level <= 6 ? level : 0;
}

export const isQuote = (element: Element): boolean =>
  /^(MsoQuote|MsoIntenseQuote|quotations|quote)$/i.test(element.className.split(" ")[0] ?? "");
