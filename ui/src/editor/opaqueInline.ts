/** A piece of a line that the editor cannot show, such as raw HTML: its Markdown is kept as it stands. */
import { mergeAttributes, Node } from "@tiptap/core";

export const OpaqueInline = Node.create({
  name: "opaqueInline",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,

  addAttributes() {
    return { source: { default: "", validate: "string", rendered: false } };
  },

  parseHTML() {
    return [{ tag: "code[data-opaque]", getAttrs: (element) => ({ source: element.textContent ?? "" }) }];
  },

  renderHTML({ node, HTMLAttributes }) {
    return [
      "code",
      mergeAttributes(HTMLAttributes, { "data-opaque": "", class: "opaque" }),
      node.attrs.source,
    ];
  },
});
