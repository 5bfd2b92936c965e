/** A block that the editor cannot show: its Markdown is kept as it stands, to be read, moved or deleted. */
import { mergeAttributes, Node } from "@tiptap/core";

export const OpaqueBlock = Node.create({
  name: "opaqueBlock",
  group: "block",
  atom: true,
  selectable: true,
  draggable: true,

  addAttributes() {
    return { source: { default: "", validate: "string", rendered: false } };
  },

  parseHTML() {
    return [{ tag: "pre[data-opaque]", getAttrs: (element) => ({ source: element.textContent ?? "" }) }];
  },

  renderHTML({ node, HTMLAttributes }) {
    return [
      "pre",
      mergeAttributes(HTMLAttributes, { "data-opaque": "", class: "opaque" }),
      node.attrs.source,
    ];
  },
});
