/** Pieces of a line: marks from tags and from styles, line breaks, images, formulas, references to notes. */
import { type Context, DEEPEST, isElement, type Marks, make, styleOf } from "./context";
import { linkTarget } from "./links";

/** Never shown, or nothing that a post can hold. */
const DROPPED =
  /^(script|style|head|meta|link|title|noscript|template|iframe|object|embed|audio|video|canvas|select|button|textarea|xml)$/;
const MONO = /(?:^|;)\s*font(-family)?\s*:[^;]*(courier|consolas|mono|menlo|monaco)/i;

export function isDropped(element: Element): boolean {
  const tag = element.localName;
  if (DROPPED.test(tag) || element.hasAttribute("hidden")) return true;
  return /display\s*:\s*none|mso-hide\s*:\s*all|mso-list\s*:\s*ignore/i.test(styleOf(element));
}

const WEIGHT = /(?:^|;)\s*font-weight\s*:\s*([a-z]+|\d+)/i;

/** The marks of what stands in `element`, when `marks` hold around it. */
export function marksOf(element: Element, marks: Marks): Marks {
  const tag = element.localName;
  const style = styleOf(element);
  const next = { ...marks };
  if (tag === "b" || tag === "strong") next.bold = true;
  if (/^(i|em|cite|dfn|var)$/.test(tag)) next.italic = true;
  if (/^(s|strike|del)$/.test(tag)) next.strike = true;
  if (/^(code|tt|kbd|samp)$/.test(tag) || (tag !== "a" && MONO.test(style))) next.code = true;
  const weight = WEIGHT.exec(style)?.[1];
  if (weight) next.bold = /^(bold|bolder|[6-9]\d\d)$/i.test(weight);
  const slant = /(?:^|;)\s*font-style\s*:\s*([a-z]+)/i.exec(style)?.[1];
  if (slant) next.italic = /^(italic|oblique)$/i.test(slant);
  if (/text-decoration(-line)?\s*:[^;]*line-through/i.test(style)) next.strike = true;
  if (tag === "a") next.href = linkTarget(element.getAttribute("href") ?? "") ?? marks.href;
  return next;
}

/** Puts words into `into`, within the elements of their marks. */
export function words(text: string, into: Element, marks: Marks, ctx: Context): void {
  if (text === "") return;
  const outer = marks.href ? make(ctx, "a", into, { href: marks.href }) : into;
  const body = text.trim();
  if (body === "") {
    outer.append(text);
    return;
  }
  // Emphasis holds words, not the spaces around them.
  const start = text.indexOf(body);
  if (start > 0) outer.append(text.slice(0, start));
  let place = outer;
  if (marks.bold) place = make(ctx, "strong", place);
  if (marks.italic) place = make(ctx, "em", place);
  if (marks.strike) place = make(ctx, "s", place);
  if (marks.code) place = make(ctx, "code", place);
  place.append(body);
  if (start + body.length < text.length) outer.append(text.slice(start + body.length));
}

/** The LaTeX that a page keeps beside a typeset formula. */
function latexOf(element: Element): string | null {
  const tag = element.localName;
  if (tag !== "math" && !element.classList.contains("katex") && tag !== "mjx-container") return null;
  const note = element.querySelector('annotation[encoding="application/x-tex"]');
  const latex = note?.textContent ?? (tag === "math" ? element.getAttribute("alttext") : null);
  return latex?.trim() ?? null;
}

function image(element: Element, into: Element, ctx: Context): void {
  const src = element.getAttribute("src") ?? "";
  // What stands in the clipboard as bytes goes another way; other schemes lead nowhere.
  if (!/^https?:\/\//i.test(src) || src.length > 2000) return;
  const alt = (element.getAttribute("alt") ?? "").slice(0, 500);
  // Pictures of a point watch who reads.
  if (element.getAttribute("width") === "1" || element.getAttribute("height") === "1") return;
  make(ctx, "img", into, { src, alt });
}

/** Superscripts and subscripts keep their meaning as the HTML that Markdown has for them. */
function raised(element: Element, into: Element, marks: Marks, ctx: Context, depth: number): void {
  const tag = element.localName;
  make(ctx, "code", into, { "data-html": "" }).textContent = `<${tag}>`;
  children(element, into, marks, ctx, depth);
  make(ctx, "code", into, { "data-html": "" }).textContent = `</${tag}>`;
}

const isRaised = (element: Element): boolean =>
  /^(sup|sub)$/.test(element.localName) &&
  (element.textContent ?? "").trim() !== "" &&
  !element.querySelector("a, sup, sub");

/** Word keeps runs of spaces apart by a span of their own. */
const spaced = (element: Element): boolean =>
  /mso-(spacerun|tab-count)/i.test(styleOf(element)) || element.classList.contains("Apple-converted-space");

function children(from: Node, into: Element, marks: Marks, ctx: Context, depth: number): void {
  for (const child of from.childNodes) inline(child, into, marks, ctx, depth);
}

/** A formula as its LaTeX. */
function formula(element: HTMLElement, latex: string, into: Element, ctx: Context): void {
  const display = element.getAttribute("display") === "block" || /display/.test(element.className);
  make(ctx, "span", into, { "data-math": "", "data-latex": latex, "data-display": String(display) });
}

/** Puts a piece of a line into `into`. */
export function inline(node: Node, into: Element, marks: Marks, ctx: Context, depth: number): void {
  if (node.nodeType === Node.TEXT_NODE) words(node.nodeValue ?? "", into, marks, ctx);
  if (!isElement(node) || isDropped(node) || ctx.backlinks.has(node)) return;
  const label = ctx.references.get(node);
  const latex = latexOf(node);
  const tag = node.localName;
  if (depth > DEEPEST) words(node.textContent ?? "", into, marks, ctx);
  else if (label !== undefined) {
    make(ctx, "sup", into, { "data-footnote": "", "data-label": label }).textContent = label;
  } else if (latex) formula(node, latex, into, ctx);
  else if (tag === "br") make(ctx, "br", into);
  else if (tag === "img") image(node, into, ctx);
  else if (spaced(node)) words(" ", into, marks, ctx);
  else if (isRaised(node)) raised(node, into, marks, ctx, depth + 1);
  else children(node, into, marksOf(node, marks), ctx, depth + 1);
}
