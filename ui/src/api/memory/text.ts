/** Texts as the memory backend reads and writes them: paragraphs, with an empty line between them. */
import type { DocNode } from "../types";

export function plain(node: DocNode): string {
  return (node.text ?? "") + (node.content ?? []).map(plain).join(node.type === "paragraph" ? "" : " ");
}

/** Stands for the Rust side's sanitised HTML; the browser escapes what it is given. */
export function paragraphs(node: DocNode): string {
  const holder = document.createElement("div");
  for (const child of node.content ?? []) {
    const element = document.createElement(child.type === "heading" ? "h2" : "p");
    element.textContent = plain(child);
    holder.append(element);
  }
  return holder.innerHTML;
}

export const sourceOf = (doc: DocNode): string => (doc.content ?? []).map(plain).join("\n\n");

export const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function paragraphsOf(markdown: string): DocNode {
  const texts = markdown.split(/\n{2,}/).filter((text) => text.trim() !== "");
  const content = texts.map((text) => ({ type: "paragraph", content: [{ type: "text", text }] }));
  return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
}

/** Something that looks like a sha256 and is the same for the same seed. */
export function hash(seed: string): string {
  let value = 2_166_136_261;
  for (const letter of seed) value = Math.imul(value ^ letter.charCodeAt(0), 16_777_619);
  return Array.from({ length: 8 }, (_, part) =>
    ((value ^ (part * 0x9e3779b1)) >>> 0).toString(16).padStart(8, "0"),
  ).join("");
}
