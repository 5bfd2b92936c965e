/** A block of code. `language` is all that stands after the fence, such as `rust ignore`. */
import { CodeBlock as OfficialCodeBlock } from "@tiptap/extension-code-block";

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
});
