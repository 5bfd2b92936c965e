/** `[label]: address "title"`, where the author put it. */
import { mergeAttributes, Node } from "@tiptap/core";
import { optionalText, text } from "./attributes";

export const LinkDefinition = Node.create({
  name: "linkDefinition",
  group: "block",
  atom: true,
  draggable: true,

  addAttributes() {
    return { ...text("label"), ...text("href"), ...optionalText("title") };
  },

  parseHTML() {
    return [{ tag: "div[data-link-definition]" }];
  },

  renderHTML({ node, HTMLAttributes }) {
    const { label, href, title } = node.attrs;
    const attributes = mergeAttributes(HTMLAttributes, { "data-link-definition": "", class: "definition" });
    const named: [string, object, string][] = title ? [["span", { class: "title" }, title]] : [];
    return ["div", attributes, ["b", {}, label], ["span", { class: "address" }, href], ...named];
  },
});
