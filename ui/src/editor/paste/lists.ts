/** Lists: as the page nests them, and as Word strings them together. */
import { type Context, isElement, make } from "./context";
import type { FlatItem } from "./word";

const MOST = 999_999_999;

/** The items of one list that Word wrote as paragraphs, put together level by level. */
export class FlatList {
  #stack: { level: number; list: string; element: HTMLElement }[] = [];

  constructor(
    private readonly ctx: Context,
    private readonly into: Element,
  ) {}

  /** The element that the item's text goes into. */
  add({ level, list, ordered, start }: FlatItem): HTMLElement {
    const tag = ordered ? "ol" : "ul";
    while (this.#top && this.#top.level > level) this.#stack.pop();
    const same = this.#top?.level === level && this.#top.list === list && this.#top.element.localName === tag;
    if (this.#top?.level === level && !same) this.#stack.pop();
    if (!same) this.#open(level, list, tag, start);
    return make(this.ctx, "li", this.#top?.element);
  }

  get #top() {
    return this.#stack.at(-1);
  }

  #open(level: number, list: string, tag: string, start: number): void {
    const place = this.#top?.element.lastElementChild ?? this.into;
    const attributes: Record<string, string> = tag === "ol" && start !== 1 ? { start: String(start) } : {};
    this.#stack.push({ level, list, element: make(this.ctx, tag, place, attributes) });
  }
}

/** Whether an item is a task, and done. Null for a plain item. */
function task(item: Element): boolean | null {
  if (item.getAttribute("role") === "checkbox") return item.getAttribute("aria-checked") === "true";
  const box = item.querySelector("input[type=checkbox]");
  if (!box || box.closest("li") !== item) return null;
  return box.hasAttribute("checked");
}

function item(from: Element, list: HTMLElement, ctx: Context, depth: number): HTMLElement {
  const done = task(from);
  const attributes: Record<string, string> =
    done === null ? {} : { "data-type": "taskItem", "data-checked": String(done) };
  const made = make(ctx, "li", list, attributes);
  ctx.blocks(from, made, {}, depth + 1);
  if (done !== null && made.firstElementChild?.localName !== "p") made.prepend(make(ctx, "p"));
  if (!made.firstElementChild) make(ctx, "p", made);
  return made;
}

/** A list of the page. A list right inside a list, as Google Docs and LibreOffice write, belongs to the item before. */
export function list(from: Element, into: Element, ctx: Context, depth: number): void {
  const ordered = from.localName === "ol";
  const start = Number.parseInt(from.getAttribute("start") ?? "1", 10);
  const numbered = ordered && start !== 1 && start >= 0 && start <= MOST;
  const made = make(ctx, ordered ? "ol" : "ul", into, numbered ? { start: String(start) } : {});
  for (const child of from.childNodes) {
    if (!isElement(child) || ctx.notes.has(child)) continue;
    if (child.localName === "li") item(child, made, ctx, depth);
    else if (/^(ul|ol)$/.test(child.localName) && made.lastElementChild) {
      list(child, made.lastElementChild, ctx, depth + 1);
    } else if (child.textContent?.trim()) item(child, made, ctx, depth);
  }
  const items = [...made.children];
  if (items.length === 0) {
    made.remove();
    return;
  }
  if (items.every((one) => one.hasAttribute("data-checked")) && !ordered)
    made.setAttribute("data-type", "taskList");
  const loose = items.some(
    (one) => [...one.children].filter(({ localName }) => localName === "p").length > 1,
  );
  if (loose) made.setAttribute("data-tight", "false");
}
