/** Documents made by hand, with every node and mark: the schema takes them, and copy and paste keep them whole. */
import { Editor, type JSONContent } from "@tiptap/core";
import { DOMParser, DOMSerializer, type Node } from "@tiptap/pm/model";
import { afterEach, describe, expect, test } from "vitest";
import { extensions } from "../src/editor/extensions";

type Json = JSONContent;

const words = (text: string, ...marks: (string | [string, object])[]): Json => ({
  type: "text",
  text,
  ...(marks.length && {
    marks: marks.map((mark) =>
      typeof mark === "string" ? { type: mark } : { type: mark[0], attrs: mark[1] },
    ),
  }),
});
const node = (type: string, attrs: object, ...content: Json[]): Json => ({
  type,
  ...(Object.keys(attrs).length && { attrs }),
  ...(content.length && { content }),
});
const p = (...content: (Json | string)[]) =>
  node("paragraph", {}, ...content.map((one) => (typeof one === "string" ? words(one) : one)));
const cell = (type: string, align: string | null, ...content: Json[]) =>
  node(type, { colspan: 1, rowspan: 1, colwidth: null, align }, p(...content));

const CASES: Record<string, Json[]> = {
  headings: [1, 2, 3, 4, 5, 6].map((level) => node("heading", { level }, words(`Level ${level}`))),
  "a list that mixes items and tasks": [
    node(
      "bulletList",
      { tight: false },
      node("listItem", {}, p("plain")),
      node(
        "taskItem",
        { checked: true },
        p("done"),
        node("bulletList", {}, node("listItem", {}, p("inner"))),
      ),
    ),
    node(
      "orderedList",
      { start: 0 },
      node("taskItem", { checked: false }, p("a")),
      node("listItem", {}, p("b")),
    ),
    node("taskList", {}, node("taskItem", { checked: true }, p("only tasks"))),
  ],
  "items that begin with any block": [
    node(
      "orderedList",
      { start: 999_999_999, tight: true },
      node("listItem", {}, node("codeBlock", { language: null }, words("code"))),
      node("listItem", {}, node("bulletList", {}, node("listItem", {}, p("nested at once")))),
      node("listItem", {}, node("heading", { level: 2 }, words("Heading"))),
      node("listItem", {}, node("horizontalRule", {})),
    ),
  ],
  "blocks of source": [
    node("codeBlock", { language: "rust ignore" }, words("fn main() {}\n\n  // two spaces")),
    node("htmlBlock", {}, words("<!-- a comment -->\n<div>\n  text\n</div>")),
    node("htmlBlock", {}),
    node("markdownBlock", {}, words("> > > deep\n")),
  ],
  definitions: [
    node("linkDefinition", { label: "a b", href: "https://example.org/?a=1&b=2", title: 'A "title"' }),
    node("linkDefinition", { label: "bare", href: "", title: null }),
    node("footnoteDefinition", { label: "note" }, p("First."), p("Second.")),
    node("footnoteDefinition", { label: "2" }, node("blockquote", {}, p("Quoted."))),
  ],
  details: [
    node(
      "details",
      { open: true },
      node("detailsSummary", {}, words("Summary")),
      node(
        "detailsContent",
        {},
        p("Inside"),
        node("details", {}, node("detailsSummary", {}), node("detailsContent", {}, p())),
      ),
    ),
  ],
  "a table": [
    node(
      "table",
      {},
      node("tableRow", {}, cell("tableHeader", "left", words("A", "bold")), cell("tableHeader", null)),
      node(
        "tableRow",
        {},
        cell("tableCell", "left", words("1"), node("hardBreak", {}), words("2")),
        cell("tableCell", null),
      ),
    ),
  ],
  "pieces of a line": [
    p(
      "A",
      node("footnoteReference", { label: "note" }),
      node("math", { latex: "\\frac{a}{b}", display: false }),
      node("math", { latex: "a\nb", display: true }),
      node("emptyLink", { href: "https://example.org", title: null }),
      node("image", { src: "../attachments/a.png", alt: "A chart", title: null }),
      node("hardBreak", {}),
      "B",
    ),
  ],
  "marks inside their own kind": [
    p(
      words("a", ["bold", { nest: 0 }]),
      words("b", ["bold", { nest: 0 }], ["bold", { nest: 1 }]),
      words("c", ["italic", { nest: 0 }]),
      words("d", ["italic", { nest: 1 }]),
      words("e", ["strike", { nest: 0 }], ["strike", { nest: 2 }]),
    ),
    p(
      {
        ...node("image", { src: "badge.svg", alt: "", title: null }),
        marks: [{ type: "link", attrs: { href: "/x", title: null, auto: null, nest: 0 } }],
      },
      {
        ...node("image", { src: "other.svg", alt: "", title: "t" }),
        marks: [{ type: "link", attrs: { href: "/x", title: null, auto: null, nest: 1 } }],
      },
    ),
  ],
  "code and HTML inside other marks": [
    p(
      words("code", ["link", { href: "/a", title: "T", auto: null }], "bold", "italic", "strike", "code"),
      words("<kbd>", "bold", "html"),
      words("K", "bold"),
      words("</kbd>", "bold", "html"),
      words("https://example.org", ["link", { href: "https://example.org", title: null, auto: "bare" }]),
      words("a@b.example", ["link", { href: "mailto:a@b.example", title: null, auto: "angle" }]),
    ),
  ],
  "French spaces and letters": [p("« Oui\u202f! »\u00a0: œuvre, e\u0301te\u0301, 3\u202f000\u00a0km")],
};

let editor: Editor | undefined;
afterEach(() => editor?.destroy());

function make(content: Json[]): Editor {
  editor = new Editor({
    extensions: extensions({ placeholder: () => "" }),
    content: { type: "doc", content },
  });
  return editor;
}

/** As the clipboard carries it, and back. */
function copied(doc: Node): Node {
  const holder = document.createElement("div");
  holder.append(DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content));
  const html = holder.innerHTML;
  const again = new window.DOMParser().parseFromString(html, "text/html").body;
  return DOMParser.fromSchema(doc.type.schema).parse(again, { preserveWhitespace: true });
}

describe("a document by hand", () => {
  test.each(Object.entries(CASES))("%s", (_name, content) => {
    const { schema } = make([p()]);
    const doc = schema.nodeFromJSON({ type: "doc", content });
    doc.check();
    // JSON is a fixed point.
    expect(schema.nodeFromJSON(doc.toJSON()).eq(doc)).toBe(true);
    // The editor shows it without changing it.
    expect(make(content).state.doc.toJSON()).toEqual(doc.toJSON());
    expect(copied(doc).toJSON()).toEqual(doc.toJSON());
  });
});

describe("what the schema refuses", () => {
  test.each<[string, Json]>([
    ["two paragraphs in a cell", node("table", {}, node("tableRow", {}, node("tableCell", {}, p(), p())))],
    ["marks in a code block", node("codeBlock", {}, words("a", "bold"))],
    [
      "a task that begins with a list",
      node("taskList", {}, node("taskItem", {}, node("bulletList", {}, node("listItem", {}, p())))),
    ],
    ["details without a summary", node("details", {}, node("detailsContent", {}, p()))],
    ["an address that is no text", node("linkDefinition", { label: "a", href: 7 })],
    ["a picture without an address", p(node("image", { src: null }))],
  ])("%s", (_name, block) => {
    const { schema } = make([p()]);
    expect(() => schema.nodeFromJSON({ type: "doc", content: [block] }).check()).toThrow();
  });
});

describe("marks of one kind", () => {
  test("turning bold off removes every bold there is", () => {
    const made = make([p(words("a", "bold"), words("b", "bold", ["bold", { nest: 1 }]))]);
    made.chain().setTextSelection({ from: 1, to: 3 }).toggleBold().run();
    expect(made.getJSON().content).toEqual([p("ab")]);
  });

  test("a link takes the place of the one before", () => {
    const made = make([p(words("word", ["link", { href: "/old" }]))]);
    made.chain().setTextSelection({ from: 1, to: 5 }).setLink({ href: "/new" }).run();
    const marks = made.state.doc.firstChild?.firstChild?.marks;
    expect(marks?.map((mark) => mark.attrs.href)).toEqual(["/new"]);
  });

  test("an address that runs a script is no link", () => {
    const made = make([p("word")]);
    made.commands.setTextSelection({ from: 1, to: 5 });
    expect(made.commands.setLink({ href: "javascript:alert(1)" })).toBe(false);
  });

  test("code that was turned on at the caret stays on while one types, and ends when it moves", () => {
    const made = make([p()]);
    made.commands.toggleCode();
    for (const letter of "let") made.view.dispatch(made.state.tr.insertText(letter));
    made.commands.setTextSelection(1);
    made.commands.setTextSelection(4);
    made.view.dispatch(made.state.tr.insertText("!"));
    expect(made.getJSON().content).toEqual([p(words("let", "code"), "!")]);
  });
});

test("an image shows from where the window says, and is marked while nothing says what it shows", () => {
  const image = (alt: string) => p(node("image", { src: "../attachments/a.png", alt, title: null }));
  editor = new Editor({
    extensions: extensions({ placeholder: () => "", resolveImage: (src) => `attachment:${src}` }),
    content: { type: "doc", content: [image(""), image("A chart")] },
  });
  const [bare, named] = editor.view.dom.querySelectorAll("img:not(.ProseMirror-separator)");
  expect(bare?.getAttribute("src")).toBe("attachment:../attachments/a.png");
  expect(bare?.className).toBe("without-alt");
  expect(named?.className).toBe("");
  expect(named?.getAttribute("alt")).toBe("A chart");
});
