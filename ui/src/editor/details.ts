/**
 * `<details>` around Markdown: a summary, and what it folds away. Folding here is the author's view alone; whether
 * readers find it open is an attribute. Where the caret is, nothing is folded.
 */
import { mergeAttributes, Node } from "@tiptap/core";
import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { t } from "../i18n/index.svelte";
import { blockView, otherKind, ownMutation } from "./blockView";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    details: {
      /** Puts the selected blocks into something that unfolds; the caret goes into its summary. */
      setDetails: () => ReturnType;
    };
  }
}

export const Details = Node.create({
  name: "details",
  group: "block",
  content: "detailsSummary detailsContent",
  defining: true,

  addAttributes() {
    return {
      open: {
        default: false,
        validate: "boolean",
        parseHTML: (element) => element.hasAttribute("open"),
        renderHTML: ({ open }) => (open ? { open: "" } : {}),
      },
      // Whether Markdown has the summary on the line of the opening tag.
      compact: { default: false, validate: "boolean", rendered: false },
    };
  },

  parseHTML() {
    return [{ tag: "details" }];
  },

  renderHTML({ HTMLAttributes }) {
    return ["details", mergeAttributes(HTMLAttributes), 0];
  },

  addCommands() {
    return {
      setDetails:
        () =>
        ({ tr, state, dispatch }) => {
          const { details, detailsSummary, detailsContent } = state.schema.nodes;
          const range = tr.selection.$from.blockRange(tr.selection.$to);
          if (!range || !details || !detailsSummary || !detailsContent) return false;
          const { parent, startIndex, endIndex, start, end } = range;
          if (!parent.canReplaceWith(startIndex, endIndex, details)) return false;
          if (!dispatch) return true;
          const inside = parent.children.slice(startIndex, endIndex);
          const made = details.create({ open: false }, [
            detailsSummary.create(),
            detailsContent.create(null, inside),
          ]);
          tr.replaceWith(start, end, made).setSelection(TextSelection.create(tr.doc, start + 2));
          return true;
        },
    };
  },

  addNodeView() {
    return ({ node }) => {
      const content = document.createElement("div");
      const { dom, button } = blockView("div", "details", content, () => {
        dom.classList.toggle("folded");
        show();
      });
      button.className = "unfold";
      const show = () => {
        const folded = dom.classList.contains("folded");
        button.setAttribute("aria-expanded", String(!folded));
        button.setAttribute("aria-label", t(folded ? "editor.unfold" : "editor.fold"));
      };
      show();
      return {
        dom,
        contentDOM: content,
        ignoreMutation: ownMutation(content),
        update: (next) => !otherKind(node, next),
      };
    };
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: new PluginKey("detailsWithCaret"),
        props: {
          decorations: ({ doc, selection: { $from } }) => {
            const around: Decoration[] = [];
            for (let depth = $from.depth; depth > 1; depth -= 1) {
              if ($from.node(depth).type.name !== "detailsContent") continue;
              const [from, to] = [$from.before(depth - 1), $from.after(depth - 1)];
              around.push(Decoration.node(from, to, { class: "has-caret" }));
            }
            return around.length ? DecorationSet.create(doc, around) : null;
          },
        },
      }),
    ];
  },
});

export const DetailsSummary = Node.create({
  name: "detailsSummary",
  content: "text*",
  marks: "",
  // No input rule and no list reaches into it: it holds plain text.
  code: true,
  defining: true,
  selectable: false,

  parseHTML() {
    return [{ tag: "summary" }];
  },

  renderHTML({ HTMLAttributes }) {
    return ["summary", mergeAttributes(HTMLAttributes), 0];
  },

  addKeyboardShortcuts() {
    const { editor } = this;
    const inSummary = () => {
      const { $from, empty } = editor.state.selection;
      return empty && $from.parent.type === this.type ? $from : null;
    };
    return {
      Enter: () => {
        const $from = inSummary();
        return $from ? editor.commands.setTextSelection($from.after() + 2) : false;
      },
      // At the start of the summary, what was folded becomes text again.
      Backspace: () => {
        const $from = inSummary();
        if (!$from || $from.parentOffset > 0) return false;
        const details = $from.node(-1);
        const at = $from.before(-1);
        const { paragraph } = editor.schema.nodes;
        return editor.commands.command(({ tr }) => {
          const summary = paragraph?.create(null, $from.parent.content);
          const blocks = [...(summary?.childCount ? [summary] : []), ...(details.lastChild?.children ?? [])];
          tr.replaceWith(at, at + details.nodeSize, blocks);
          tr.setSelection(TextSelection.near(tr.doc.resolve(at + 1)));
          return true;
        });
      },
    };
  },
});

export const DetailsContent = Node.create({
  name: "detailsContent",
  content: "block+",
  defining: true,
  selectable: false,

  parseHTML() {
    return [{ tag: "div[data-details]" }];
  },

  renderHTML({ HTMLAttributes }) {
    return ["div", mergeAttributes(HTMLAttributes, { "data-details": "" }), 0];
  },
});
