/**
 * The converters that `make bench` measures Fonds against. Takes `{"texts": [...], "speed": "..."}` on standard input
 * and gives, for each converter, every text after a round trip (null where it threw) and its speed on `speed`.
 */
import { text as allText } from "node:stream/consumers";
import { JSDOM } from "jsdom";

// @tiptap/markdown reads raw HTML through the document of a browser, and ProseMirror looks which browser it is.
const { window } = new JSDOM("");
const { document, DOMParser, Node, navigator } = window;
for (const [name, value] of Object.entries({ window, document, DOMParser, Node, navigator })) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

const { Blockquote } = await import("@tiptap/extension-blockquote");
const { Bold } = await import("@tiptap/extension-bold");
const { Code } = await import("@tiptap/extension-code");
const { CodeBlock } = await import("@tiptap/extension-code-block");
const { Document } = await import("@tiptap/extension-document");
const { HardBreak } = await import("@tiptap/extension-hard-break");
const { Heading } = await import("@tiptap/extension-heading");
const { HorizontalRule } = await import("@tiptap/extension-horizontal-rule");
const { Image } = await import("@tiptap/extension-image");
const { Italic } = await import("@tiptap/extension-italic");
const { Link } = await import("@tiptap/extension-link");
const { BulletList, ListItem, OrderedList, TaskItem, TaskList } = await import("@tiptap/extension-list");
const { Paragraph } = await import("@tiptap/extension-paragraph");
const { Strike } = await import("@tiptap/extension-strike");
const { Table, TableCell, TableHeader, TableRow } = await import("@tiptap/extension-table");
const { Text } = await import("@tiptap/extension-text");
const { MarkdownManager } = await import("@tiptap/markdown");
const { unified } = await import("unified");
const { default: remarkParse } = await import("remark-parse");
const { default: remarkGfm } = await import("remark-gfm");
const { default: remarkStringify } = await import("remark-stringify");

const extensions = [
  Document,
  Paragraph,
  Text,
  Heading,
  Blockquote,
  CodeBlock,
  HorizontalRule,
  HardBreak,
  BulletList,
];
extensions.push(
  OrderedList,
  ListItem,
  TaskList,
  TaskItem.configure({ nested: true }),
  Table,
  TableRow,
  TableHeader,
);
extensions.push(TableCell, Image.configure({ inline: true }), Link, Bold, Italic, Strike, Code);
const tiptap = new MarkdownManager({ extensions });
const remark = unified().use(remarkParse).use(remarkGfm).use(remarkStringify).freeze();

const converters = [
  {
    name: "@tiptap/markdown",
    parse: (text) => tiptap.parse(text),
    serialise: (doc) => tiptap.serialize(doc),
  },
  {
    name: "remark (no editor)",
    parse: (text) => remark.parse(text),
    serialise: (tree) => remark.stringify(tree),
  },
];

/** The best of three, in megabytes a second. */
function speed(bytes, act) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    act();
    best = Math.min(best, performance.now() - start);
  }
  return bytes / 1000 / best;
}

function measured({ name, parse, serialise }, { texts, speed: text }) {
  const outputs = texts.map((input) => {
    try {
      return serialise(parse(input));
    } catch {
      return null;
    }
  });
  const bytes = Buffer.byteLength(text);
  const doc = parse(text);
  return {
    name,
    outputs,
    parse: speed(bytes, () => parse(text)),
    serialise: speed(bytes, () => serialise(doc)),
  };
}

const input = JSON.parse(await allText(process.stdin));
console.warn = () => {};
process.stdout.write(JSON.stringify(converters.map((converter) => measured(converter, input))));
