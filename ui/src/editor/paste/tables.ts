/** Tables: spans are flattened, a cell is one line, the first row is the head. Tables that only place things are opened. */
import { type Context, make } from "./context";

const MOST_COLUMNS = 200;
const MOST_CELLS = 20_000;

const rowsOf = (table: Element): Element[] =>
  [...table.querySelectorAll("tr")].filter((row) => row.closest("table") === table);

const cellsOf = (row: Element): Element[] =>
  [...row.children].filter(({ localName }) => localName === "td" || localName === "th");

/** Mail and old pages place their text by tables: one cell, a table in a table, or so said. */
function isLayout(table: Element, rows: Element[]): boolean {
  if (/^(presentation|none)$/.test(table.getAttribute("role") ?? "") || table.querySelector("table"))
    return true;
  return rows.every((row) => cellsOf(row).length <= 1) && rows.length <= 1;
}

/** The cells of a table by row and column; a cell that spans stands in the first place, the others are null. */
function grid(rows: Element[]): (Element | null)[][] {
  const places: (Element | null)[][] = rows.map(() => []);
  let total = 0;
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of cellsOf(row)) {
      const line = places[y] as (Element | null)[];
      while (line[x] !== undefined) x += 1;
      const wide = bounded(cell.getAttribute("colspan"), MOST_COLUMNS - x);
      const high = bounded(cell.getAttribute("rowspan"), rows.length - y);
      for (let down = 0; down < high; down += 1) {
        for (let right = 0; right < wide && total < MOST_CELLS; right += 1) {
          total += 1;
          (places[y + down] as (Element | null)[])[x + right] = down + right === 0 ? cell : null;
        }
      }
      x += wide;
      if (x >= MOST_COLUMNS || total >= MOST_CELLS) return;
    }
  });
  return places;
}

const bounded = (value: string | null, most: number): number =>
  Math.max(1, Math.min(Number.parseInt(value ?? "1", 10) || 1, Math.max(1, most)));

/** Brings the blocks of a cell to one line, with breaks between. */
function flatten(cell: HTMLElement, ctx: Context): void {
  const line = make(ctx, "p");
  const take = (from: Element): void => {
    for (const block of [...from.children]) {
      if (block.localName === "hr") continue;
      const inner = /^(ul|ol|blockquote|table|tbody|tr|details|div)$/.test(block.localName);
      if (inner || (block.localName === "li" && block.querySelector("p, ul, ol"))) {
        take(block);
        continue;
      }
      if (line.hasChildNodes()) make(ctx, "br", line);
      if (block.closest("li")) line.append("• ");
      const content = block.localName === "pre" ? (block.firstElementChild ?? block) : block;
      line.append(...content.childNodes);
    }
  };
  take(cell);
  cell.replaceChildren(line);
}

function side(cell: Element | null | undefined): string | null {
  const said =
    /text-align\s*:\s*(left|center|right)/i.exec(cell?.getAttribute("style") ?? "")?.[1] ??
    cell?.getAttribute("align") ??
    cell?.querySelector("p[align]")?.getAttribute("align");
  return said && /^(left|center|right)$/i.test(said) ? said.toLowerCase() : null;
}

export function table(from: Element, into: Element, ctx: Context, depth: number): void {
  const rows = rowsOf(from).filter((row) => cellsOf(row).length > 0);
  if (isLayout(from, rows)) {
    for (const row of rows) for (const cell of cellsOf(row)) ctx.blocks(cell, into, {}, depth + 1);
    return;
  }
  const caption = from.querySelector("caption");
  if (caption && caption.closest("table") === from) ctx.blocks(caption, into, {}, depth + 1);
  const places = grid(rows).filter((line) => line.length > 0);
  const width = Math.max(...places.map((line) => line.length));
  const sides = Array.from({ length: width }, (_, x) => side(places[0]?.[x]) ?? side(places[1]?.[x]));
  const body = make(ctx, "tbody", make(ctx, "table", into));
  places.forEach((line, y) => {
    const row = make(ctx, "tr", body);
    for (let x = 0; x < width; x += 1) {
      const align = sides[x];
      const cell = make(ctx, y === 0 ? "th" : "td", row, align ? { align } : {});
      const source = line[x];
      if (source) ctx.blocks(source, cell, {}, depth + 1);
      flatten(cell, ctx);
    }
  });
}
