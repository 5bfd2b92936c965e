/** LaTeX in a line, `$x$`, or set on lines of its own, `$$x$$`. */
import { mergeAttributes, Node } from "@tiptap/core";
import { t } from "../i18n/index.svelte";
import { flag, text } from "./attributes";

export const MathNode = Node.create({
  name: "math",
  group: "inline",
  inline: true,
  atom: true,

  addAttributes() {
    return { ...text("latex"), ...flag("display") };
  },

  parseHTML() {
    return [{ tag: "span[data-math]" }];
  },

  renderHTML({ node, HTMLAttributes }) {
    const attributes = mergeAttributes(HTMLAttributes, { "data-math": "", class: "math" });
    return ["span", attributes, node.attrs.latex];
  },

  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("span");
      dom.className = node.attrs.display ? "math display" : "math";
      let shown = "";
      const show = (latex: string, display: boolean) => {
        const wanted = `${display} ${latex}`;
        if (wanted === shown) return;
        shown = wanted;
        dom.textContent = latex || t("editor.noFormula");
        void import("./katex").then(({ typeset }) => {
          if (shown === wanted) typeset(dom, latex, display);
        });
      };
      show(node.attrs.latex, node.attrs.display);
      return {
        dom,
        update: (next) => {
          if (next.type !== node.type) return false;
          dom.className = next.attrs.display ? "math display" : "math";
          show(next.attrs.latex, next.attrs.display);
          return true;
        },
        ignoreMutation: () => true,
      };
    };
  },
});
