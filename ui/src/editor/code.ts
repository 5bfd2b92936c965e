/** Code in a line: inside links and emphasis too. What is typed after it is text again. */
import { Code as OfficialCode } from "@tiptap/extension-code";
import { Plugin, PluginKey } from "@tiptap/pm/state";

export const Code = OfficialCode.extend({
  excludes: "",
  inclusive: false,

  addPasteRules: () => [],

  /** Code that was turned on at the caret stays on while one types. */
  addProseMirrorPlugins() {
    const { type } = this;
    return [
      new Plugin({
        key: new PluginKey("codeStaysOn"),
        appendTransaction: (transactions, before, after) => {
          const on = before.storedMarks?.find((mark) => mark.type === type);
          const { empty, $from } = after.selection;
          if (!on || after.storedMarks || !empty || !transactions.some((one) => one.docChanged)) return null;
          if (!$from.nodeBefore || !on.isInSet($from.nodeBefore.marks)) return null;
          return after.tr.setStoredMarks($from.nodeBefore.marks);
        },
      }),
    ];
  },
});
