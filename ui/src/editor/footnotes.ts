/**
 * Footnotes: the reference in the text and the definition, where the author put it; new ones come at the end. One key
 * makes a note, and leads from a reference to its note and back.
 */
import { type Editor, InputRule, mergeAttributes, Node } from "@tiptap/core";
import type { Node as Block } from "@tiptap/pm/model";
import {
  type EditorState,
  NodeSelection,
  Plugin,
  PluginKey,
  TextSelection,
  type Transaction,
} from "@tiptap/pm/state";
import { t } from "../i18n/index.svelte";
import { text } from "./attributes";
import { blockView, otherKind, ownMutation } from "./blockView";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    footnotes: {
      /** Puts a reference at the caret and its note at the end; the caret goes into the note. */
      insertFootnote: () => ReturnType;
      /** From the reference at the caret to its note, or from the note to its first reference. */
      followFootnote: () => ReturnType;
    };
  }
}

/** The place of the first node that fits, or -1. */
function placeOf(doc: Block, fits: (node: Block) => boolean): number {
  let found = -1;
  doc.descendants((node, at) => {
    if (found < 0 && fits(node)) found = at;
    return found < 0;
  });
  return found;
}

const isNote = (label: string) => (node: Block) =>
  node.type.name === "footnoteDefinition" && fold(node.attrs.label) === fold(label);
const isReference = (label: string) => (node: Block) =>
  node.type.name === "footnoteReference" && fold(node.attrs.label) === fold(label);

/** Markdown compares labels without regard to case. */
const fold = (label: string): string => label.toLowerCase();

/** The note of a label, if the text has one. */
export function noteOf(doc: Block, label: string): Block | null {
  const at = placeOf(doc, isNote(label));
  return at < 0 ? null : doc.nodeAt(at);
}

/** The next number that no reference and no note has. */
export function freeLabel(doc: Block): string {
  let most = 0;
  doc.descendants((node) => {
    if (node.type.name === "footnoteDefinition" || node.type.name === "footnoteReference") {
      const number = /^\d{1,9}$/.test(node.attrs.label) ? Number(node.attrs.label) : 0;
      most = Math.max(most, number);
    }
    return true;
  });
  return String(most + 1);
}

/** The reference that is selected, or that the caret touches. */
export function referenceAt(state: EditorState): Block | null {
  const { selection } = state;
  const near =
    selection instanceof NodeSelection
      ? [selection.node]
      : [selection.$from.nodeBefore, selection.$from.nodeAfter];
  return near.find((node) => node?.type.name === "footnoteReference") ?? null;
}

function insert(tr: Transaction, from: number, to: number): boolean {
  const { schema } = tr.doc.type;
  const reference = schema.nodes.footnoteReference;
  const definition = schema.nodes.footnoteDefinition;
  const paragraph = schema.nodes.paragraph;
  if (!reference || !definition || !paragraph) return false;
  const $at = tr.doc.resolve(to);
  if (!$at.parent.inlineContent || !$at.parent.type.contentMatch.matchType(reference)) return false;
  const label = freeLabel(tr.doc);
  tr.replaceWith(from, to, reference.create({ label }));
  const end = tr.doc.content.size;
  tr.insert(end, definition.create({ label }, paragraph.create()));
  tr.setSelection(TextSelection.create(tr.doc, end + 2)).scrollIntoView();
  return true;
}

function follow(tr: Transaction, state: EditorState): boolean {
  const reference = referenceAt(state);
  if (reference) {
    const at = placeOf(state.doc, isNote(reference.attrs.label));
    if (at < 0) return false;
    const end = at + (state.doc.nodeAt(at)?.nodeSize ?? 2) - 1;
    tr.setSelection(TextSelection.near(tr.doc.resolve(end), -1)).scrollIntoView();
    return true;
  }
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type.name !== "footnoteDefinition") continue;
    const at = placeOf(state.doc, isReference(node.attrs.label));
    if (at < 0) return false;
    tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView();
    return true;
  }
  return false;
}

/** Leads on from a place, as a click does. */
function followAt(editor: Editor, at: number): boolean {
  return editor.chain().setTextSelection(at).followFootnote().focus().run();
}

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
    const attributes = mergeAttributes(HTMLAttributes, {
      "data-footnote": "",
      class: "footnote-ref",
    });
    return ["sup", attributes, node.attrs.label];
  },

  addCommands() {
    return {
      insertFootnote:
        () =>
        ({ tr, state }) =>
          insert(tr, state.selection.to, state.selection.to),
      followFootnote:
        () =>
        ({ tr, state }) =>
          follow(tr, state),
    };
  },

  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      "Mod-Alt-f": () => editor.commands.followFootnote() || editor.commands.insertFootnote(),
      Enter: () => editor.state.selection instanceof NodeSelection && editor.commands.followFootnote(),
    };
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        key: new PluginKey("footnoteClick"),
        props: {
          handleClickOn: (_view, _pos, node, at, event) =>
            node.type === this.type && event.button === 0 && followAt(editor, at),
        },
      }),
    ];
  },

  addInputRules() {
    return [
      new InputRule({
        find: /\[\^$/,
        handler: ({ state, range }) => (insert(state.tr, range.from, range.to) ? undefined : null),
      }),
    ];
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

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const content = document.createElement("div");
      content.className = "content";
      const { dom, button } = blockView("div", "footnote-definition", content, () => {
        const at = getPos();
        if (at !== undefined) followAt(editor, at + 2);
      });
      button.className = "label";
      const show = (label: string) => {
        button.textContent = label;
        button.setAttribute("aria-label", t("editor.backToText", { label }));
        button.title = t("editor.backToText", { label });
      };
      show(node.attrs.label);
      return {
        dom,
        contentDOM: content,
        ignoreMutation: ownMutation(content),
        update: (next) => {
          if (otherKind(node, next)) return false;
          show(next.attrs.label);
          return true;
        },
      };
    };
  },
});
