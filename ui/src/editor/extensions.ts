/**
 * The schema of a post. `crates/markdown` writes and reads documents of exactly this shape; a test builds the
 * schema and checks the golden cases of that crate against it. The marks stand in the order of their rank.
 */
import type { Extensions } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Text } from "@tiptap/extension-text";
import { Dropcursor, Gapcursor, Placeholder, UndoRedo } from "@tiptap/extensions";
import { Code } from "./code";
import { CodeBlock } from "./codeBlock";
import { Details, DetailsContent, DetailsSummary } from "./details";
import { EmptyLink } from "./emptyLink";
import { FootnoteDefinition, FootnoteReference } from "./footnotes";
import { Forms } from "./forms";
import { type EditorHooks, Hooks } from "./hooks";
import { Html } from "./html";
import { Image } from "./image";
import { InputRules } from "./inputRules";
import { Layers } from "./layers.svelte";
import { Link } from "./link";
import { LinkDefinition } from "./linkDefinition";
import { linkTargets } from "./linkTargets";
import { lists } from "./lists";
import { Bold, Italic, Strike } from "./marks";
import { MathNode } from "./math";
import { MoveBlock } from "./moveBlock";
import { Paste } from "./paste/paste";
import { slashMenu } from "./slash";
import { HtmlBlock, MarkdownBlock } from "./source";
import { tables } from "./tables";

export function extensions(hooks: EditorHooks): Extensions {
  return [
    Document,
    Paragraph,
    Text,
    Heading,
    Blockquote,
    CodeBlock,
    HorizontalRule,
    // Ctrl Enter is the view's main action.
    HardBreak.extend({
      addKeyboardShortcuts() {
        return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
      },
    }),
    ...lists,
    ...tables,
    HtmlBlock,
    MarkdownBlock,
    LinkDefinition,
    FootnoteDefinition,
    Details,
    DetailsSummary,
    DetailsContent,
    Image,
    FootnoteReference,
    MathNode,
    EmptyLink,
    Link,
    Bold,
    Italic,
    Strike,
    Code,
    Html,
    InputRules,
    Forms,
    Layers,
    Paste,
    MoveBlock,
    Hooks(hooks),
    slashMenu(),
    linkTargets(),
    UndoRedo,
    Dropcursor.configure({ color: false, class: "drop-line" }),
    Gapcursor,
    Placeholder.configure({ placeholder: () => hooks.placeholder() }),
  ];
}
