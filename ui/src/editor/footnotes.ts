/** Footnotes: the reference in the text and the definition, where the author put it. */
import { mergeAttributes, Node } from "@tiptap/core";
import { text } from "./attributes";

export const FootnoteReference = Node.create({
  name: "footnoteReference",
  group: "inline",
  inline: true,
  atom: true,

  addAttributes: () => text("label"),

  parseHTML() {
    return [{ tag: "sup[data-footnote]" }];
  },

  renderHTML({ node, HTMLAttributes }) {
    const attributes = mergeAttributes(HTMLAttributes, { "data-footnote": "", class: "footnote-ref" });
    return ["sup", attributes, node.attrs.label];
  },
});

export const FootnoteDefinition = Node.create({
  name: "footnoteDefinition",
  group: "block",
  content: "block+",
  defining: true,

  addAttributes: () => text("label"),

  parseHTML() {
    return [{ tag: "div[data-footnote-definition]", contentElement: ".content" }];
  },

  renderHTML({ node, HTMLAttributes }) {
    const attributes = mergeAttributes(HTMLAttributes, {
      "data-footnote-definition": "",
      class: "footnote-definition",
    });
    return [
      "div",
      attributes,
      ["span", { class: "label", contenteditable: "false" }, node.attrs.label],
      ["div", { class: "content" }, 0],
    ];
  },
});
