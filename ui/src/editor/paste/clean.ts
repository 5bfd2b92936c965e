/**
 * Pasted HTML, brought to what a post can hold: a new page is built from the old one, so that nothing comes in that
 * was not asked for. Sources run from Word to mail to any page; all of them are hostile.
 */
import { type Context, DEEPEST, isElement, type Marks, make, styleOf } from "./context";
import { inline, isDropped, marksOf, words } from "./inline";
import { FlatList, list } from "./lists";
import { findNotes } from "./notes";
import { table } from "./tables";
import { flatItems, headingByStyle, isQuote, numberedLevels } from "./word";

/** Characters of HTML that are read; what is longer is pasted as its plain text. */
export const LONGEST_HTML = 3_000_000;

const BLOCK =
  "address,article,aside,blockquote,center,dd,details,div,dl,dt,fieldset,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hr,li,main,nav,ol,p,pre,section,summary,table,tbody,td,tfoot,th,thead,tr,ul";
const BLOCKS = new Set(BLOCK.split(","));

/** Without the images that stand in it as text: they make a paste long, and go another way. */
export const withoutImageData = (html: string): string =>
  html.replace(/data:image\/[a-z0-9+.-]+;base64,[A-Za-z0-9+/=\s]*/gi, "");

const isBlock = (node: Node): boolean =>
  isElement(node) &&
  (BLOCKS.has(node.localName) || (node.firstElementChild !== null && node.querySelector(BLOCK) !== null));

/** A line is kept where it says or shows something. */
function keep(line: HTMLElement): void {
  while (line.lastChild && (line.lastChild as Element).localName === "br") line.lastChild.remove();
  while (line.firstChild && (line.firstChild as Element).localName === "br") line.firstChild.remove();
  const shows = line.querySelector("img, sup[data-footnote], span[data-math]") !== null;
  if (!shows && (line.textContent ?? "").trim() === "") line.remove();
}

function line(tag: string, from: Element, into: Element, marks: Marks, ctx: Context, depth: number): void {
  const made = make(ctx, tag, into);
  for (const child of from.childNodes) inline(child, made, marks, ctx, depth + 1);
  keep(made);
}

/** A paragraph all in the letters of code is a block of code; those that follow belong to it. */
function codeLine(from: Element, into: Element, marks: Marks, ctx: Context): boolean {
  const text = from.textContent ?? "";
  if (text.trim() === "") return false;
  const all = [...from.childNodes].every(
    (child) =>
      (child.textContent ?? "").trim() === "" ||
      (isElement(child) && child.localName !== "code" && marksOf(child, {}).code),
  );
  if (!marks.code && !all) return false;
  const last = into.lastElementChild;
  const code = last?.hasAttribute("data-lines") ? last.firstElementChild : null;
  const flat = text.replace(/[\r\n]+/g, " ").replace(/\u00a0/g, " ");
  if (code) code.append(`\n${flat}`);
  else make(ctx, "code", make(ctx, "pre", into, { "data-lines": "" })).textContent = flat;
  return true;
}

function pre(from: Element, into: Element, ctx: Context): void {
  const names = `${from.className} ${from.firstElementChild?.className ?? ""} ${from.parentElement?.className ?? ""}`;
  const language = /(?:^|\s)(?:language-|lang-|highlight-source-|brush:\s*)([\w+#.-]{1,30})/.exec(names)?.[1];
  const code = make(ctx, "code", make(ctx, "pre", into, language ? { "data-language": language } : {}));
  for (const br of from.querySelectorAll("br")) br.replaceWith("\n");
  code.textContent = (from.textContent ?? "").replace(/\n$/, "");
}

function details(from: Element, into: Element, ctx: Context, depth: number): void {
  const made = make(ctx, "details", into);
  const summary = make(ctx, "summary", made);
  const content = make(ctx, "div", made, { "data-details": "" });
  const head = [...from.children].find(({ localName }) => localName === "summary");
  summary.textContent = (head?.textContent ?? "").replace(/\s+/g, " ").trim();
  const rest = from.cloneNode(true) as Element;
  [...rest.children].find(({ localName }) => localName === "summary")?.remove();
  ctx.blocks(rest, content, {}, depth + 1);
  if (!content.firstElementChild) make(ctx, "p", content);
}

function paragraph(from: Element, into: Element, marks: Marks, ctx: Context, depth: number): void {
  const style = marksOf(from, marks);
  const level = headingByStyle(from);
  if (level > 0) line(`h${level}`, from, into, { ...marks, bold: false }, ctx, depth);
  else if (isQuote(from)) {
    const last = into.lastElementChild;
    const quote = last?.localName === "blockquote" ? last : make(ctx, "blockquote", into);
    line("p", from, quote, { ...style, italic: false }, ctx, depth);
  } else if (!codeLine(from, into, style, ctx)) line("p", from, into, style, ctx, depth);
}

function block(from: HTMLElement, into: Element, marks: Marks, ctx: Context, depth: number): void {
  const tag = from.localName;
  if (/^h[1-6]$/.test(tag)) {
    const heading = make(ctx, tag, into);
    for (const child of from.childNodes) inline(child, heading, marks, ctx, depth + 1);
    // A heading is bold by itself.
    for (const strong of heading.querySelectorAll("strong")) strong.replaceWith(...strong.childNodes);
    keep(heading);
  } else if (tag === "ul" || tag === "ol") list(from, into, ctx, depth);
  else if (tag === "table") table(from, into, ctx, depth);
  else if (tag === "pre") pre(from, into, ctx);
  else if (tag === "hr") make(ctx, "hr", into);
  else if (tag === "details") details(from, into, ctx, depth);
  else if (tag === "blockquote") {
    const quote = make(ctx, "blockquote", into);
    ctx.blocks(from, quote, {}, depth + 1);
    if (!quote.firstElementChild) quote.remove();
  } else if (tag === "dt") line("p", from, into, { ...marks, bold: true }, ctx, depth);
  else if (isBlockHolder(from)) ctx.blocks(from, into, marksOf(from, marks), depth + 1);
  else paragraph(from, into, marks, ctx, depth);
}

const isBlockHolder = (element: Element): boolean => element.querySelector(BLOCK) !== null;

/** A thin line over the notes is Word's, not the author's. */
const isNoteRule = (node: Element): boolean =>
  /footnote-list|endnote-list/i.test(styleOf(node)) ||
  node.matches("section.footnotes, section[data-footnotes], div.footnotes");

function blocks(from: Node, into: Element, marks: Marks, depth: number, ctx: Context): void {
  if (depth > DEEPEST) {
    const made = make(ctx, "p", into);
    words(from.textContent ?? "", made, marks, ctx);
    keep(made);
    return;
  }
  let open: HTMLElement | null = null;
  let flat: FlatList | null = null;
  const close = () => {
    if (open) keep(open);
    open = null;
  };
  for (const child of from.childNodes) {
    if (isElement(child) && (isDropped(child) || ctx.notes.has(child))) continue;
    if (!isBlock(child)) {
      if (open === null && (child.textContent ?? "").trim() === "" && !isShown(child)) continue;
      flat = null;
      open ??= make(ctx, "p", into);
      inline(child, open, marks, ctx, depth + 1);
      continue;
    }
    close();
    const element = child as HTMLElement;
    const items = flatItems(element, ctx.numbered);
    for (const item of items) {
      flat ??= new FlatList(ctx, into);
      line("p", item.element, flat.add(item), marks, ctx, depth);
    }
    if (items.length > 0) continue;
    if (
      (element.textContent ?? "").trim() !== "" ||
      element.querySelector("img, hr") ||
      element.localName === "hr"
    ) {
      flat = null;
    }
    if (isNoteRule(element)) ctx.blocks(withoutRule(element), into, marks, depth + 1);
    else block(element, into, marks, ctx, depth);
  }
  close();
}

const isShown = (node: Node): boolean =>
  isElement(node) && (/^(img|math)$/.test(node.localName) || node.querySelector("img, math") !== null);

function withoutRule(element: Element): Element {
  for (const rule of element.querySelectorAll("hr, h2.sr-only")) rule.remove();
  return element;
}

/**
 * The clean HTML of a paste. Footnotes get labels from `firstLabel` on and stand at the end. Never throws: what
 * cannot be read is left out.
 */
export function clean(html: string, firstLabel = 1): string {
  const source = new DOMParser().parseFromString(withoutImageData(html), "text/html");
  const css = [...source.querySelectorAll("style")].map((sheet) => sheet.textContent ?? "").join("\n");
  const page = document.implementation.createHTMLDocument();
  const ctx: Context = {
    page,
    numbered: numberedLevels(css),
    ...findNotes(source.body, firstLabel),
    blocks: (from, into, marks, depth) => blocks(from, into, marks, depth, ctx),
  };
  const body = page.body;
  ctx.blocks(source.body, body, {}, 0);
  for (const [note, label] of ctx.notes) {
    const definition = make(ctx, "div", body, { "data-footnote-definition": "", "data-label": label });
    const content = make(ctx, "div", definition, { class: "content" });
    ctx.blocks(note, content, {}, 1);
    if (!content.firstElementChild) make(ctx, "p", content);
    trimStart(content);
  }
  for (const code of body.querySelectorAll("pre[data-lines]")) code.removeAttribute("data-lines");
  for (const item of body.querySelectorAll("li:empty")) make(ctx, "p", item);
  return body.innerHTML;
}

/** A note begins with its words, not with the space after its number. */
function trimStart(content: Element): void {
  let first: Node | null = content.firstElementChild;
  while (first?.firstChild) first = first.firstChild;
  if (first?.nodeType === Node.TEXT_NODE)
    first.nodeValue = (first.nodeValue ?? "").replace(/^[\s\u00a0]+/, "");
}
