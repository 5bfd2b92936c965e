/**
 * Footnotes of Word, LibreOffice, Google Docs and pages: an anchor that leads to a note which leads back, or to an
 * element that says it is one.
 */
import type { Context } from "./context";

const NUMBER = /^[\s[(]*([\p{L}\p{N}*†‡§]{1,6})[\s\]).]*$/u;
const MOST = 2000;

const fragment = (anchor: Element): string => {
  const href = anchor.getAttribute("href") ?? "";
  const at = href.indexOf("#");
  return at < 0 ? "" : href.slice(at + 1);
};

/** The element that holds the whole note, from the anchor or the element that its reference leads to. */
function holder(target: Element): Element | null {
  if (target.localName !== "a") return target.closest("li, aside") ?? target.closest("p, div, dd");
  const around = target.closest(
    'div[style*="mso-element"], div[id^="sdfootnote"], div[id^="sdendnote"], li, aside',
  );
  if (around) return around;
  const line = target.closest("p");
  const parent = line?.parentElement;
  // Google Docs puts each note into a div of its own.
  return parent?.localName === "div" && parent.querySelectorAll("p").length === 1 ? parent : line;
}

/** Whether the element says by its class or role that it is a note or refers to one. */
const says = (element: Element): boolean =>
  /foot-?note|endnote|doc-noteref|\bfn\b/i.test(
    `${element.className} ${element.getAttribute("role") ?? ""} ${element.id} ${element.hasAttribute("data-footnote-ref") ? "footnote" : ""}`,
  );

/** Finds the notes of a page and gives each a label, from `first` on. Only notes that came along count. */
export function findNotes(body: Element, first: number): Pick<Context, "references" | "backlinks" | "notes"> {
  const references = new Map<Element, string>();
  const backlinks = new Set<Element>();
  const notes = new Map<Element, string>();
  const places = new Map<string, Element>();
  for (const element of body.querySelectorAll("[id], a[name]")) {
    for (const name of [element.id, element.getAttribute("name")])
      if (name && !places.has(name)) places.set(name, element);
  }
  const ways = new Map<Element, Element[]>();
  const anchors = [...body.querySelectorAll('a[href*="#"]')].slice(0, MOST);
  for (const anchor of anchors) {
    const target = places.get(fragment(anchor));
    if (!target || !NUMBER.test(anchor.textContent ?? "") || backlinks.has(anchor)) continue;
    const note = holder(target);
    if (!note || note.contains(anchor) || !comesBefore(anchor, note)) continue;
    const back = ways.get(note) ?? [...note.querySelectorAll('a[href*="#"]')];
    ways.set(note, back);
    const returns = back.filter((one) => near(anchor, places.get(fragment(one))));
    if (returns.length === 0 && !says(anchor) && !says(note)) continue;
    const label = notes.get(note) ?? String(first + notes.size);
    notes.set(note, label);
    references.set(anchor, label);
    for (const one of returns) backlinks.add(one);
    if (target.localName === "a") backlinks.add(target);
  }
  return { references, backlinks, notes };
}

const comesBefore = (one: Node, other: Node): boolean =>
  (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

/** Whether a way back ends at the anchor or right around it. */
const near = (anchor: Element, place: Element | undefined): boolean =>
  place !== undefined && (place === anchor || place.contains(anchor) || anchor.contains(place));
