/** A piece of raw HTML in a line, such as `<kbd>`: text that shows as the source that it is. */
import { Mark } from "@tiptap/core";

export const Html = Mark.create({
  name: "html",
  excludes: "",
  inclusive: false,
  // No input rule reaches into it.
  code: true,

  parseHTML() {
    return [{ tag: "code[data-html]", priority: 60 }];
  },

  renderHTML() {
    return ["code", { "data-html": "", class: "source" }, 0];
  },
});
