/** Everything that Markdown has, as acts on the text: the toolbar, the slash menu and the bubble take theirs from here. */
import Bold from "@lucide/svelte/icons/bold";
import Bookmark from "@lucide/svelte/icons/bookmark";
import Code from "@lucide/svelte/icons/code";
import CodeXml from "@lucide/svelte/icons/code-xml";
import Heading1 from "@lucide/svelte/icons/heading-1";
import Heading2 from "@lucide/svelte/icons/heading-2";
import Heading3 from "@lucide/svelte/icons/heading-3";
import Heading4 from "@lucide/svelte/icons/heading-4";
import Heading5 from "@lucide/svelte/icons/heading-5";
import Heading6 from "@lucide/svelte/icons/heading-6";
import Image from "@lucide/svelte/icons/image";
import Italic from "@lucide/svelte/icons/italic";
import Link from "@lucide/svelte/icons/link";
import List from "@lucide/svelte/icons/list";
import ListChecks from "@lucide/svelte/icons/list-checks";
import ListCollapse from "@lucide/svelte/icons/list-collapse";
import ListOrdered from "@lucide/svelte/icons/list-ordered";
import Minus from "@lucide/svelte/icons/minus";
import Pilcrow from "@lucide/svelte/icons/pilcrow";
import Sigma from "@lucide/svelte/icons/sigma";
import SquareCode from "@lucide/svelte/icons/square-code";
import Strikethrough from "@lucide/svelte/icons/strikethrough";
import Superscript from "@lucide/svelte/icons/superscript";
import Table from "@lucide/svelte/icons/table";
import TextQuote from "@lucide/svelte/icons/text-quote";
import type { Editor } from "@tiptap/core";
import type { Key } from "../i18n/index.svelte";

export interface Action {
  id: string;
  label: Key;
  icon: typeof Bold;
  /** The chord, as `written` takes it. */
  keys?: string;
  /** Whether the caret stands in what the act makes. */
  active?: (editor: Editor) => boolean;
  run: (editor: Editor) => void;
}

type Chain = ReturnType<Editor["chain"]>;
const on = (act: (chain: Chain) => Chain) => (editor: Editor) => void act(editor.chain().focus()).run();
const is = (name: string, attributes?: object) => (editor: Editor) => editor.isActive(name, attributes);

const LEVELS = [
  [1, "tools.heading1", Heading1],
  [2, "tools.heading2", Heading2],
  [3, "tools.heading3", Heading3],
  [4, "tools.heading4", Heading4],
  [5, "tools.heading5", Heading5],
  [6, "tools.heading6", Heading6],
] as const;

/** What a paragraph can be. */
export const styles: Action[] = [
  {
    id: "paragraph",
    label: "tools.paragraph",
    icon: Pilcrow,
    keys: "Ctrl+Alt+0",
    active: is("paragraph"),
    run: on((chain) => chain.clearNodes().setParagraph()),
  },
  ...LEVELS.map(
    ([level, label, icon]): Action => ({
      id: `heading${level}`,
      label,
      icon,
      keys: `Ctrl+Alt+${level}`,
      active: is("heading", { level }),
      run: on((chain) => chain.setHeading({ level })),
    }),
  ),
  {
    id: "codeBlock",
    label: "tools.codeBlock",
    icon: SquareCode,
    keys: "Ctrl+Alt+C",
    active: is("codeBlock"),
    run: on((chain) => chain.toggleCodeBlock()),
  },
];

export const marks: Action[] = [
  {
    id: "bold",
    label: "tools.bold",
    icon: Bold,
    keys: "Ctrl+B",
    active: is("bold"),
    run: on((c) => c.toggleBold()),
  },
  {
    id: "italic",
    label: "tools.italic",
    icon: Italic,
    keys: "Ctrl+I",
    active: is("italic"),
    run: on((c) => c.toggleItalic()),
  },
  {
    id: "strike",
    label: "tools.strike",
    icon: Strikethrough,
    keys: "Ctrl+Shift+S",
    active: is("strike"),
    run: on((c) => c.toggleStrike()),
  },
  {
    id: "code",
    label: "tools.code",
    icon: Code,
    keys: "Ctrl+E",
    active: is("code"),
    run: on((c) => c.toggleCode()),
  },
];

export const footnote: Action = {
  id: "footnote",
  label: "tools.footnote",
  icon: Superscript,
  keys: "Ctrl+Alt+F",
  active: is("footnoteDefinition"),
  run: on((chain) => chain.insertFootnote()),
};

/** A link to a post, a PDF or a page: what is typed next says to which. */
export const linkByTyping: Action = {
  id: "link",
  label: "tools.link",
  icon: Link,
  keys: "[[",
  run: on((chain) => chain.insertContent("[[")),
};

export const wraps: Action[] = [
  {
    id: "list",
    label: "tools.list",
    icon: List,
    keys: "Ctrl+Shift+8",
    active: is("bulletList"),
    run: on((chain) => chain.toggleBulletList()),
  },
  {
    id: "ordered",
    label: "tools.ordered",
    icon: ListOrdered,
    keys: "Ctrl+Shift+7",
    active: is("orderedList"),
    run: on((chain) => chain.toggleOrderedList()),
  },
  {
    id: "tasks",
    label: "tools.tasks",
    icon: ListChecks,
    keys: "Ctrl+Shift+9",
    active: is("taskItem"),
    run: on((chain) => chain.toggleTaskList()),
  },
  {
    id: "quote",
    label: "tools.quote",
    icon: TextQuote,
    keys: "Ctrl+Shift+B",
    active: is("blockquote"),
    run: on((chain) => chain.toggleBlockquote()),
  },
];

/** Puts a node at the caret and opens its form. */
const withForm = (node: { type: string }) => (editor: Editor) => {
  editor.chain().focus().insertContent(node).run();
  const { selection, doc } = editor.state;
  const before = selection.$from.nodeBefore;
  const at =
    before?.type.name === node.type
      ? selection.from - before.nodeSize
      : lastOf(doc, node.type, selection.from);
  if (at !== null) editor.commands.openForm(at);
};

function lastOf(doc: Editor["state"]["doc"], name: string, until: number): number | null {
  let found: number | null = null;
  doc.nodesBetween(Math.max(0, until - 4), Math.min(doc.content.size, until + 2), (node, at) => {
    if (node.type.name === name) found = at;
  });
  return found;
}

export const inserts: Action[] = [
  {
    id: "table",
    label: "tools.table",
    icon: Table,
    run: on((chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true })),
  },
  {
    id: "image",
    label: "tools.image",
    icon: Image,
    run: (editor) => editor.storage.hooks.pickImages?.(),
  },
  { id: "rule", label: "tools.rule", icon: Minus, run: on((chain) => chain.setHorizontalRule()) },
  { id: "math", label: "tools.math", icon: Sigma, run: withForm({ type: "math" }) },
  { id: "details", label: "tools.details", icon: ListCollapse, run: on((chain) => chain.setDetails()) },
  {
    id: "html",
    label: "tools.html",
    icon: CodeXml,
    run: on((chain) => chain.insertContent({ type: "htmlBlock" })),
  },
  {
    id: "linkDefinition",
    label: "tools.linkDefinition",
    icon: Bookmark,
    run: withForm({ type: "linkDefinition" }),
  },
];

const INLINE = new Set(["image", "math"]);

/** What can be put in at the caret, in this window: an image needs a file dialog, and a cell holds one line. */
export const insertsFor = (editor: Editor): Action[] =>
  inserts.filter(
    ({ id }) =>
      (id !== "image" || editor.storage.hooks.pickImages) && (INLINE.has(id) || !editor.isActive("table")),
  );

/** What the paragraph of the caret can become. */
export const blocksFor = (editor: Editor): Action[] =>
  editor.isActive("table") ? [] : [...styles, ...wraps];
