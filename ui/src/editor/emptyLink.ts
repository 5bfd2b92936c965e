/** A link around nothing, `[](address)`: Markdown allows it, so it shows as a chip with its address. */
import { mergeAttributes, Node } from "@tiptap/core";
import { optionalText, text } from "./attributes";

export const EmptyLink = Node.create({
  name: "emptyLink",
  group: "inline",
  inline: true,
  atom: true,

  addAttributes() {
    return { ...text("href"), ...optionalText("title") };
  },

  parseHTML() {
    return [{ tag: "span[data-empty-link]" }];
  },

  renderHTML({ node, HTMLAttributes }) {
    const attributes = mergeAttributes(HTMLAttributes, { "data-empty-link": "", class: "chip" });
    return ["span", attributes, node.attrs.href || "[]()"];
  },
});
