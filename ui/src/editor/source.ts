/**
 * Blocks that show as the source that they are, to be edited as text: raw HTML and comments, and the Markdown of
 * what is nested too deep to be shown.
 */
import { CodeBlock as OfficialCodeBlock } from "@tiptap/extension-code-block";

function source(name: string, tag: string) {
  return OfficialCodeBlock.extend({
    name,
    addAttributes: () => ({}),
    addCommands: () => ({}),
    addInputRules: () => [],
    addProseMirrorPlugins: () => [],
    parseHTML: () => [{ tag: `pre[${tag}]`, priority: 60, preserveWhitespace: "full" as const }],
    renderHTML: () => ["pre", { [tag]: "", class: "source", spellcheck: "false" }, ["code", 0]],
  });
}

export const HtmlBlock = source("htmlBlock", "data-html-block");
export const MarkdownBlock = source("markdownBlock", "data-markdown-block");
