/** What typing and keys do in the text: rules of input, lists, tables, footnotes. */
import { Editor, type JSONContent } from "@tiptap/core";
import { TextSelection } from "@tiptap/pm/state";
import { afterEach, describe, expect, test } from "vitest";
import { extensions } from "../src/editor/extensions";

let editor: Editor;
afterEach(() => editor.destroy());

const p = (text = ""): JSONContent => ({
  type: "paragraph",
  ...(text && { content: [{ type: "text", text }] }),
});
const cellOf = (type: string, text: string, align: string | null = null): JSONContent => ({
  type,
  attrs: { align },
  content: [p(text)],
});
const tableOf = (rows: string[][], align: (string | null)[] = []): JSONContent => ({
  type: "table",
  content: rows.map((cells, row) => ({
    type: "tableRow",
    content: cells.map((text, column) =>
      cellOf(row === 0 ? "tableHeader" : "tableCell", text, align[column] ?? null),
    ),
  })),
});

/** `|` in a text is where the caret stands. */
function make(...content: JSONContent[]): void {
  editor = new Editor({
    extensions: extensions({ placeholder: () => "" }),
    content: { type: "doc", content },
  });
  editor.state.doc.descendants((node, at) => {
    const index = node.isText ? (node.text ?? "").indexOf("|") : -1;
    if (index < 0) return true;
    editor.view.dispatch(editor.state.tr.delete(at + index, at + index + 1));
    editor.commands.setTextSelection(at + index);
    return false;
  });
}

/** Types as the browser hands typing to the editor. */
function type(text: string): void {
  for (const letter of text) {
    const { from, to } = editor.state.selection;
    const handled = editor.view.someProp("handleTextInput", (handle) =>
      handle(editor.view, from, to, letter, () => editor.state.tr.insertText(letter, from, to)),
    );
    if (!handled) editor.view.dispatch(editor.state.tr.insertText(letter, from, to));
  }
}

function press(key: string, keys: Partial<KeyboardEventInit> = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...keys });
  editor.view.dom.dispatchEvent(event);
  return event.defaultPrevented;
}

/** The document, short: names, attributes that matter, and texts. */
function short(node = editor.state.doc): string {
  if (node.isText) {
    const marks = node.marks.map((mark) => (mark.attrs.href ? `link=${mark.attrs.href}` : mark.type.name));
    return marks.length ? `${marks.join(",")}:${node.text}` : (node.text ?? "");
  }
  const { label, latex, src, alt, checked, start, align, language } = node.attrs;
  const named = [label, latex, src, alt, checked === true && "x", start > 1 && start, align, language]
    .filter(Boolean)
    .join(" ");
  const inner = node.children.map((child) => short(child)).join(node.inlineContent ? "|" : " ");
  if (node.type.name === "doc") return inner;
  return `${node.type.name}${named && `<${named}>`}(${inner})`;
}

const caret = (): string => editor.state.selection.$from.parent.textContent;

describe("what is typed becomes what it means", () => {
  test.each([
    ["# ", "heading()"],
    ["###### ", "heading()"],
    ["- ", "bulletList(listItem(paragraph()))"],
    ["* a", "bulletList(listItem(paragraph(a)))"],
    ["3. ", "orderedList<3>(listItem(paragraph()))"],
    ["[ ] ", "taskList(taskItem(paragraph()))"],
    ["[x] done", "taskList(taskItem<x>(paragraph(done)))"],
    ["- [ ] a", "taskList(taskItem(paragraph(a)))"],
    ["> ", "blockquote(paragraph())"],
    ["---", "horizontalRule() paragraph()"],
    ["```js ", "codeBlock<js>()"],
    ["~~~ ", "codeBlock()"],
    [
      "see (https://example.org/a). So",
      "paragraph(see (|link=https://example.org/a:https://example.org/a|). So)",
    ],
    ["**a** ", "paragraph(bold:a| )"],
    ["*a*", "paragraph(italic:a)"],
    ["~~a~~", "paragraph(strike:a)"],
    ["`a` b", "paragraph(code:a| b)"],
    ["[text](https://example.org/a_(b)) ", "paragraph(link=https://example.org/a_(b):text| )"],
    ["see [a](b.md).", "paragraph(see |link=b.md:a|.)"],
    ["![alt](a.png)", "paragraph(image<a.png alt>())"],
    ["if $x^2$ then", "paragraph(if |math<x^2>()| then)"],
    ["costs $5 or 10$", "paragraph(costs $5 or 10$)"],
    ["[a](javascript:x)", "paragraph([a](javascript:x))"],
  ])("%s", (typed, shown) => {
    make(p());
    type(typed);
    expect(short()).toBe(shown);
  });

  test("a summary keeps what is typed as text", () => {
    make(p("inside|"));
    editor.commands.setDetails();
    type("**a** - [ ] $x$");
    expect(short()).toBe("details(detailsSummary(**a** - [ ] $x$) detailsContent(paragraph(inside)))");
  });

  test("a rule that was not meant is taken back with Backspace", () => {
    make(p());
    type("$x$");
    press("Backspace");
    expect(short()).toBe("paragraph($x$)");
  });
});

describe("lists", () => {
  const list = (kind: string, ...items: JSONContent[]): JSONContent => ({ type: kind, content: items });
  const item = (text: string): JSONContent => ({ type: "listItem", content: [p(text)] });
  const task = (text: string): JSONContent => ({ type: "taskItem", content: [p(text)] });

  test("a bullet list becomes numbered, tasks one by one, and text again", () => {
    make(list("bulletList", item("a|"), item("b")));
    editor.commands.toggleOrderedList();
    expect(short()).toBe("orderedList(listItem(paragraph(a)) listItem(paragraph(b)))");
    editor.commands.toggleBulletList();
    editor.commands.toggleTaskList();
    expect(short()).toBe("bulletList(taskItem(paragraph(a)) listItem(paragraph(b)))");
    editor.commands.setTextSelection(8);
    editor.commands.toggleTaskList();
    expect(short()).toBe("taskList(taskItem(paragraph(a)) taskItem(paragraph(b)))");
    editor.commands.toggleTaskList();
    expect(short()).toBe("taskList(taskItem(paragraph(a))) paragraph(b)");
  });

  test("tasks become bullets", () => {
    make(list("taskList", task("a|"), task("b")));
    editor.commands.toggleBulletList();
    expect(short()).toBe("bulletList(listItem(paragraph(a)) listItem(paragraph(b)))");
  });

  test("an item that begins with code becomes a task", () => {
    make(
      list("bulletList", {
        type: "listItem",
        content: [{ type: "codeBlock", content: [{ type: "text", text: "x|" }] }],
      }),
    );
    editor.commands.toggleTaskList();
    expect(short()).toBe("taskList(taskItem(paragraph() codeBlock(x)))");
    editor.state.doc.check();
  });

  test("Enter and Tab in a list that mixes items and tasks", () => {
    make(list("bulletList", item("a"), task("b|")));
    press("Enter");
    type("c");
    expect(short()).toBe("bulletList(listItem(paragraph(a)) taskItem(paragraph(b)) taskItem(paragraph(c)))");
    press("Tab");
    expect(short()).toContain("taskItem(paragraph(b) ");
    editor.state.doc.check();
  });
});

describe("tables by keyboard", () => {
  const TWO = [
    ["A", "B"],
    ["1", "2"],
  ];

  test("Tab goes on, and makes a row in the last cell; Shift Tab goes back", () => {
    make(
      tableOf(
        [
          ["A|", "B"],
          ["1", "2"],
        ],
        [null, "right"],
      ),
    );
    press("Tab");
    expect(caret()).toBe("B");
    press("Tab", { shiftKey: true });
    expect(caret()).toBe("A");
    for (let step = 0; step < 4; step += 1) press("Tab");
    type("3");
    expect(short()).toBe(
      "table(tableRow(tableHeader(paragraph(A)) tableHeader<right>(paragraph(B))) tableRow(tableCell(paragraph(1)) tableCell<right>(paragraph(2))) tableRow(tableCell(paragraph(3)) tableCell<right>(paragraph())))",
    );
  });

  test("Enter goes to the cell below and then out, Shift Enter breaks the line", () => {
    make(
      tableOf([
        ["A", "B|"],
        ["1", "2"],
      ]),
      p("after"),
    );
    press("Enter");
    expect(caret()).toBe("2");
    press("Enter", { shiftKey: true });
    expect(short()).toContain("hardBreak");
    press("Enter");
    expect(caret()).toBe("after");
  });

  test("the head stays the head when rows are added, removed and moved", () => {
    make(
      tableOf(
        [
          ["A|", "B"],
          ["1", "2"],
          ["3", "4"],
        ],
        ["right", null],
      ),
    );
    editor.commands.addRowBefore();
    expect(short()).toMatch(
      /^table\(tableRow\(tableHeader<right>\(paragraph\(\)\) .*tableRow\(tableCell<right>\(paragraph\(A\)\)/,
    );
    editor.commands.undo();
    editor.commands.moveRow(1);
    expect(short()).toMatch(
      /^table\(tableRow\(tableHeader<right>\(paragraph\(1\)\) .*tableRow\(tableCell<right>\(paragraph\(A\)\)/,
    );
    editor.commands.deleteRow();
    editor.state.doc.check();
  });

  test("columns move and are aligned as a whole", () => {
    make(
      tableOf([
        ["A", "B"],
        ["1|", "2"],
      ]),
    );
    editor.commands.alignColumn("center");
    expect(short().match(/<center>/g)).toHaveLength(2);
    press("ArrowRight", { altKey: true, shiftKey: true });
    expect(short()).toBe(
      "table(tableRow(tableHeader(paragraph(B)) tableHeader<center>(paragraph(A))) tableRow(tableCell(paragraph(2)) tableCell<center>(paragraph(1))))",
    );
    expect(editor.commands.moveColumn(1)).toBe(false);
  });

  test("the table is left downwards and upwards where nothing stands beside it", () => {
    make(tableOf(TWO));
    editor.commands.setTextSelection(4);
    editor.commands.leaveTable(1);
    type("after");
    expect(short()).toMatch(/ paragraph\(after\)$/);
    editor.commands.setTextSelection(4);
    editor.commands.leaveTable(-1);
    type("before");
    expect(short()).toMatch(/^paragraph\(before\) table/);
  });
});

describe("footnotes", () => {
  test("a new one has the next free number, and the caret goes into its note", () => {
    make(p("Known| fact."), { type: "footnoteDefinition", attrs: { label: "4" }, content: [p("Old.")] });
    editor.commands.insertFootnote();
    type("Source.");
    expect(short()).toBe(
      "paragraph(Known|footnoteReference<5>()| fact.) footnoteDefinition<4>(paragraph(Old.)) footnoteDefinition<5>(paragraph(Source.))",
    );
  });

  test("typing [^ makes one", () => {
    make(p("Fact|"));
    type("[^Note");
    expect(short()).toBe("paragraph(Fact|footnoteReference<1>()) footnoteDefinition<1>(paragraph(Note))");
  });

  test("the key leads to the note and back to the reference", () => {
    make(p("Fact|"), p("More"));
    press("f", { ctrlKey: true, altKey: true });
    type("Note");
    press("f", { ctrlKey: true, altKey: true });
    expect(editor.state.selection.from).toBe(6);
    expect(editor.state.selection.$from.parent.textContent).toBe("Fact");
    press("f", { ctrlKey: true, altKey: true });
    expect(caret()).toBe("Note");
    expect(short().match(/footnoteDefinition/g)).toHaveLength(1);
  });

  test("code has none", () => {
    make({ type: "codeBlock", content: [{ type: "text", text: "x|" }] });
    expect(editor.commands.insertFootnote()).toBe(false);
    expect(editor.state.selection).toBeInstanceOf(TextSelection);
  });
});

describe("blocks move", () => {
  test("past their neighbour, with the caret in them", () => {
    make(p("a"), p("b|c"), p("d"));
    press("ArrowUp", { altKey: true });
    expect(short()).toBe("paragraph(bc) paragraph(a) paragraph(d)");
    type("!");
    press("ArrowDown", { altKey: true });
    press("ArrowDown", { altKey: true });
    expect(short()).toBe("paragraph(a) paragraph(d) paragraph(b!c)");
    expect(editor.commands.moveBlock(1)).toBe(false);
  });

  test("items move in their list, and at its edge the list moves", () => {
    const item = (text: string): JSONContent => ({ type: "listItem", content: [p(text)] });
    make(p("before"), { type: "bulletList", content: [item("a"), item("b|")] });
    press("ArrowUp", { altKey: true });
    expect(short()).toBe("paragraph(before) bulletList(listItem(paragraph(b)) listItem(paragraph(a)))");
    press("ArrowUp", { altKey: true });
    expect(short()).toBe("bulletList(listItem(paragraph(b)) listItem(paragraph(a))) paragraph(before)");
    expect(caret()).toBe("b");
  });

  test("a note moves as a whole, a table too, and a definition that is selected", () => {
    make(
      p("text"),
      { type: "footnoteDefinition", attrs: { label: "1" }, content: [p("note|")] },
      { type: "linkDefinition", attrs: { label: "a", href: "/a" } },
    );
    press("ArrowUp", { altKey: true });
    expect(short()).toBe("footnoteDefinition<1>(paragraph(note)) paragraph(text) linkDefinition<a>()");
    editor.commands.setNodeSelection(editor.state.doc.content.size - 1);
    press("ArrowUp", { altKey: true });
    press("ArrowUp", { altKey: true });
    expect(short()).toBe("linkDefinition<a>() footnoteDefinition<1>(paragraph(note)) paragraph(text)");
    press("Backspace");
    expect(short()).toBe("footnoteDefinition<1>(paragraph(note)) paragraph(text)");
  });
});
