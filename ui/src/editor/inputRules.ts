/** What Markdown's writers type and the official extensions do not turn into what it means. */
import { Extension, InputRule } from "@tiptap/core";
import { isSafeLink } from "./link";

/** An address as Markdown takes it: no spaces, parentheses in pairs. */
const ADDRESS = String.raw`((?:[^\s()]|\([^\s()]*\))*)`;
const IMAGE = new RegExp(String.raw`!\[([^\]]*)\]\(${ADDRESS}\)$`);
const LINK = new RegExp(String.raw`(?:^|[^!\[])(\[([^\[\]]+)\]\(${ADDRESS}\))$`);
/** An address in running text, without the marks that end a sentence, and the space that ends it. */
const BARE = /(?:^|[\s(])((https?:\/\/[^\s<>]{1,2000}[^\s<>.,;:!?'"’”»)\]])[.,;:!?'"’”»)\]]*\s)$/;
/** A dollar beside a digit or a space is money. */
const MATH = /(?:^|[^$\\\w])(\$([^\s$](?:[^$]*[^\s$\\])?)\$)$/;

export const InputRules = Extension.create({
  name: "inputRules",

  addInputRules() {
    const { schema } = this.editor;
    return [
      new InputRule({
        find: IMAGE,
        handler: ({ state, range, match }) => {
          const [, alt = "", src = ""] = match;
          if (src === "" || !isSafeLink(src)) return null;
          state.tr.replaceWith(range.from, range.to, schema.nodes.image?.create({ alt, src }) ?? []);
        },
      }),
      new InputRule({
        find: LINK,
        handler: ({ state, range, match }) => {
          const [, whole = "", text = "", href = ""] = match;
          const mark = schema.marks.link?.create({ href });
          if (href === "" || !isSafeLink(href) || !mark) return null;
          const from = range.to - whole.length;
          // What is typed between the brackets may itself be bold: only the brackets and the address go.
          const start = from + 1;
          const { tr } = state;
          tr.delete(start + text.length, range.to);
          tr.addMark(start, start + text.length, mark);
          tr.delete(from, start);
          tr.removeStoredMark(mark.type);
        },
      }),
      new InputRule({
        find: BARE,
        handler: ({ state, range, match }) => {
          const [, whole = "", href = ""] = match;
          const mark = schema.marks.link?.create({ href, auto: "bare" });
          const from = range.to - whole.length;
          if (!mark || state.doc.rangeHasMark(from, from + href.length, mark.type)) return null;
          state.tr.addMark(from, from + href.length, mark);
        },
      }),
      new InputRule({
        find: MATH,
        handler: ({ state, range, match }) => {
          const [, whole = "", latex = ""] = match;
          if (/^\d/.test(latex) && /\s/.test(latex)) return null;
          const node = schema.nodes.math?.create({ latex });
          if (node) state.tr.replaceWith(range.to - whole.length, range.to, node);
        },
      }),
    ];
  },
});
