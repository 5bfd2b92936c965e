/**
 * What is not text in the text: each of these nodes has a small form for its attributes. F2 opens it, and Enter on a
 * node that is selected, and a click. The window shows the form of the node whose place stands in this plugin's state.
 */
import { Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { type EditorState, NodeSelection, Plugin, PluginKey, type Transaction } from "@tiptap/pm/state";
import type { Key } from "../i18n/index.svelte";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    forms: {
      /** Opens the form of the node at a place, or of the one at the caret. False where there is none. */
      openForm: (at?: number) => ReturnType;
      closeForm: () => ReturnType;
      /** Gives the node of the open form other attributes, and closes the form. */
      fillForm: (attributes: Record<string, unknown>) => ReturnType;
      /** Deletes the node of the open form. */
      removeFormNode: () => ReturnType;
    };
  }
}

export interface Field {
  name: string;
  label: Key;
  kind: "line" | "lines" | "number" | "yes";
  /** An empty field means null; else it is an empty text. */
  optional?: boolean;
  /** The form is refused while this field is empty. */
  needed?: boolean;
}

export interface FormOf {
  title: Key;
  fields: Field[];
  /** Whether a click on the node opens the form. */
  click?: boolean;
  /** Whether the form offers to delete the node. */
  removable?: boolean;
}

const line = (name: string, label: Key, more: Partial<Field> = {}): Field => ({
  name,
  label,
  kind: "line",
  ...more,
});

/** The forms by the name of their node. */
export const FORMS: Record<string, FormOf> = {
  linkDefinition: {
    title: "form.linkDefinition",
    fields: [
      line("label", "form.name", { needed: true }),
      line("href", "form.address"),
      line("title", "form.titleOf", { optional: true }),
    ],
    click: true,
    removable: true,
  },
  emptyLink: {
    title: "form.emptyLink",
    fields: [line("href", "form.address"), line("title", "form.titleOf", { optional: true })],
    click: true,
    removable: true,
  },
  image: {
    title: "form.image",
    fields: [
      line("alt", "form.alt"),
      line("src", "form.file", { needed: true }),
      line("title", "form.titleOf", { optional: true }),
    ],
    removable: true,
  },
  math: {
    title: "form.math",
    fields: [
      { name: "latex", label: "form.latex", kind: "lines", needed: true },
      { name: "display", label: "form.display", kind: "yes" },
    ],
    click: true,
    removable: true,
  },
  footnoteDefinition: {
    title: "form.footnote",
    fields: [line("label", "form.name", { needed: true })],
  },
  codeBlock: {
    title: "form.code",
    fields: [line("language", "form.language", { optional: true })],
  },
  orderedList: {
    title: "form.ordered",
    fields: [{ name: "start", label: "form.start", kind: "number" }],
  },
  details: {
    title: "form.details",
    fields: [{ name: "open", label: "form.open", kind: "yes" }],
  },
};

export const formKey = new PluginKey<number | null>("form");

/** The node whose form is open, and its place. */
export function openedForm(state: EditorState): { node: Node; at: number } | null {
  const at = formKey.getState(state);
  const node = at == null ? null : state.doc.nodeAt(at);
  return at != null && node && FORMS[node.type.name] ? { node, at } : null;
}

/** The place of the node at the caret that has a form, the innermost first, or null. */
export function formPlace(state: EditorState): number | null {
  const { selection } = state;
  if (selection instanceof NodeSelection) return FORMS[selection.node.type.name] ? selection.from : null;
  const { $from } = selection;
  if ($from.nodeBefore?.isAtom && FORMS[$from.nodeBefore.type.name])
    return $from.pos - $from.nodeBefore.nodeSize;
  if ($from.nodeAfter?.isAtom && FORMS[$from.nodeAfter.type.name]) return $from.pos;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (FORMS[$from.node(depth).type.name]) return $from.before(depth);
  }
  return null;
}

/** References follow when their note is given another label. */
function relabel(tr: Transaction, before: string, after: string): void {
  tr.doc.descendants((node, at) => {
    if (node.type.name === "footnoteReference" && node.attrs.label === before) {
      tr.setNodeMarkup(at, undefined, { ...node.attrs, label: after }, node.marks);
    }
    return true;
  });
}

export const Forms = Extension.create({
  name: "forms",
  priority: 150,

  addCommands() {
    return {
      openForm:
        (at) =>
        ({ tr, state }) => {
          const place = at ?? formPlace(state);
          if (place === null || !FORMS[state.doc.nodeAt(place)?.type.name ?? ""]) return false;
          tr.setMeta(formKey, { at: place });
          return true;
        },
      closeForm:
        () =>
        ({ tr }) => {
          tr.setMeta(formKey, { at: null });
          return true;
        },
      fillForm:
        (attributes) =>
        ({ tr, state }) => {
          const opened = openedForm(state);
          if (!opened) return false;
          const { node, at } = opened;
          tr.setMeta(formKey, { at: null });
          const next = { ...node.attrs, ...attributes };
          if (Object.keys(next).every((name) => next[name] === node.attrs[name])) return true;
          if (node.type.name === "footnoteDefinition") relabel(tr, node.attrs.label, String(next.label));
          tr.setNodeMarkup(at, undefined, next, node.marks);
          if (node.isAtom) tr.setSelection(NodeSelection.create(tr.doc, at));
          return true;
        },
      removeFormNode:
        () =>
        ({ tr, state }) => {
          const opened = openedForm(state);
          if (!opened) return false;
          tr.setMeta(formKey, { at: null }).delete(opened.at, opened.at + opened.node.nodeSize);
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      F2: () => editor.commands.openForm(),
      Enter: () => editor.state.selection instanceof NodeSelection && editor.commands.openForm(),
    };
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin<number | null>({
        key: formKey,
        state: {
          init: () => null,
          apply(tr, open) {
            const meta = tr.getMeta(formKey) as { at: number | null } | undefined;
            if (meta) return meta.at;
            if (open === null || !tr.docChanged) return open;
            const mapped = tr.mapping.mapResult(open);
            return mapped.deletedAfter ? null : mapped.pos;
          },
        },
        props: {
          handleClickOn: (_view, _pos, node, at, event) => {
            if (event.button !== 0 || !FORMS[node.type.name]?.click) return false;
            return editor.chain().setNodeSelection(at).openForm(at).run();
          },
          handleDoubleClickOn: (_view, _pos, node, at) =>
            node.isAtom && FORMS[node.type.name] ? editor.commands.openForm(at) : false,
        },
      }),
    ];
  },
});
