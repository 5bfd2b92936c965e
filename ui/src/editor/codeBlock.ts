/** A block of code. `language` is all that stands after the fence, such as `rust ignore`. */

import { textblockTypeInputRule } from "@tiptap/core";
import { CodeBlock as OfficialCodeBlock } from "@tiptap/extension-code-block";
import type { Node } from "@tiptap/pm/model";

import { t } from "../i18n/index.svelte";
import { blockView, otherKind, ownMutation } from "./blockView";

const NAMED = /(?:^|\s)language-(\S+)/;

export const CodeBlock = OfficialCodeBlock.extend({
  addAttributes() {
    return {
      language: {
        default: null,
        validate: "string|null",
        parseHTML: (element) =>
          element.getAttribute("data-language") ??
          NAMED.exec(element.firstElementChild?.className ?? "")?.[1] ??
          null,
        renderHTML: ({ language }) => (language ? { "data-language": language } : {}),
      },
    };
  },

  addInputRules() {
    return [
      textblockTypeInputRule({
        find: /^(?:```|~~~)([^\s`]{0,40})[\s\n]$/,
        type: this.type,
        getAttributes: (match) => ({ language: match[1] || null }),
      }),
    ];
  },

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const pre = document.createElement("pre");
      const code = pre.appendChild(document.createElement("code"));
      const { dom, button } = blockView("div", "code-block", pre, () => {
        const at = getPos();
        if (at !== undefined) editor.commands.openForm(at);
      });
      button.className = "corner";
      pre.spellcheck = false;
      const show = ({ attrs }: Node) => {
        button.textContent = attrs.language ?? t("editor.noLanguage");
        button.setAttribute("aria-label", t("editor.language", { language: button.textContent ?? "" }));
      };
      show(node);
      return {
        dom,
        contentDOM: code,
        ignoreMutation: ownMutation(code),
        update: (next) => {
          if (otherKind(node, next)) return false;
          show(next);
          return true;
        },
      };
    };
  },
});
