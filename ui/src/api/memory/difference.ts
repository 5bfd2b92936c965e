/** Differences as the memory backend shows them: paragraph beside paragraph, word by word. */
import type { ComparisonView, LineComparison, WordChange } from "../types";

type Block = ComparisonView["blocks"][number];
const MARKS = { equal: null, added: "ins", removed: "del" } as const;

/** The longest common part of two short lists tells what went and what came. */
export function changes(old: string[], now: string[]): WordChange[] {
  const best = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      (best[i] as number[])[j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const out: WordChange[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [a, b] = [old[i], now[j]];
    if (a !== undefined && a === b) {
      out.push({ kind: "equal", text: a });
      i += 1;
      j += 1;
    } else if (a !== undefined && (b === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ kind: "removed", text: a });
      i += 1;
    } else if (b !== undefined) {
      out.push({ kind: "added", text: b });
      j += 1;
    }
  }
  return out;
}

export const words = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];

function html(parts: WordChange[], without?: WordChange["kind"]): string {
  const paragraph = document.createElement("p");
  for (const { kind, text } of parts.filter((part) => part.kind !== without)) {
    const tag = MARKS[kind];
    const node = tag ? document.createElement(tag) : document.createTextNode(text);
    if (node instanceof HTMLElement) {
      node.className = kind;
      node.textContent = text;
    }
    paragraph.append(node);
  }
  return paragraph.outerHTML;
}

/** The paragraphs of two texts; a change of many at once is shown as removed and added. */
export function blocks(old: string[], now: string[]): Block[] {
  const rows = changes(old, now);
  const out: Block[] = [];
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1];
    if (row.kind === "equal") out.push({ kind: "same", html: html([row]), old: null, new: null });
    else if (row.kind === "added" && before?.kind === "removed") {
      const parts = changes(words(before.text), words(row.text));
      out.splice(-1, 1, {
        kind: "changed",
        html: html(parts),
        old: html(parts, "added"),
        new: html(parts, "removed"),
      });
    } else {
      const whole = html([row]);
      const gone = row.kind === "removed";
      out.push({
        kind: gone ? "removed" : "added",
        html: whole,
        old: gone ? whole : null,
        new: gone ? null : whole,
      });
    }
  }
  return out;
}

export function lines(old: string[], now: string[]): LineComparison[] {
  let [before, after] = [0, 0];
  return changes(old, now).map((row) => {
    const kind = row.kind === "equal" ? ("same" as const) : row.kind;
    if (row.kind !== "added") before += 1;
    if (row.kind !== "removed") after += 1;
    return {
      kind,
      old: row.kind === "added" ? null : before,
      new: row.kind === "removed" ? null : after,
      words: row.text === "" ? [] : [row],
    };
  });
}
