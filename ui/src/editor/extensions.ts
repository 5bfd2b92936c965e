/**
 * The schema of a post. `crates/markdown` writes and reads documents of exactly this shape; a test builds the
 * schema and checks the golden cases of that crate against it. The marks stand in the order of their rank.
 */
import type { Extensions } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Bold } from "@tiptap/extension-bold";
import { Code } from "@tiptap/extension-code";
import { CodeBlock } from "@tiptap/extension-code-block";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { Image } from "@tiptap/extension-image";
import { Italic } from "@tiptap/extension-italic";
import { Link } from "@tiptap/extension-link";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { Text } from "@tiptap/extension-text";
import { Dropcursor, Gapcursor, Placeholder, UndoRedo } from "@tiptap/extensions";
import { lists } from "./lists";
import { OpaqueBlock } from "./opaqueBlock";
import { OpaqueInline } from "./opaqueInline";

/** A post links to files beside it and to pages; nothing else is a link. */
const SAFE_LINK = /^(https?:|mailto:|tel:|#|\.{0,2}\/|[^:]*$)/i;

const link = Link.configure({
  openOnClick: false,
  autolink: false,
  linkOnPaste: true,
  HTMLAttributes: { target: null, rel: null, class: null },
  isAllowedUri: (url) => SAFE_LINK.test(url),
});

export function extensions(placeholder: () => string): Extensions {
  return [
    Document,
    Paragraph,
    Text,
    Heading,
    Blockquote,
    CodeBlock,
    HorizontalRule,
    HardBreak,
    ...lists,
    Table.configure({ resizable: false }),
    TableRow,
    TableHeader,
    TableCell,
    Image.configure({ inline: true, allowBase64: false }),
    OpaqueBlock,
    OpaqueInline,
    link,
    Bold,
    Italic,
    Strike,
    Code,
    UndoRedo,
    Dropcursor.configure({ color: false, class: "drop-line" }),
    Gapcursor,
    Placeholder.configure({ placeholder }),
  ];
}
