/** Where a caret goes between the formatted text and its Markdown, and what a save sends. */
import { getSchema } from "@tiptap/core";
import { Node } from "@tiptap/pm/model";
import { describe, expect, test } from "vitest";
import { MemoryBackend } from "../src/api/memory";
import type { PostView } from "../src/api/types";
import { extensions } from "../src/editor/extensions";
import { difference, separatorOf, textOf } from "../src/source/lines";
import { SourceSheet } from "../src/source/sheet";
import { blockAt, caretIn, caretOf, startsOf, within } from "../src/views/write/places";
import { blockChange } from "../src/views/write/rich";

const schema = getSchema(extensions({ placeholder: () => "" }));
const block = (text: string) => ({ type: "paragraph", content: [{ type: "text", text }] });
const document = (...texts: string[]) =>
  Node.fromJSON(schema, { type: "doc", content: texts.map((text) => block(text)) });

describe("what a save sends", () => {
  const doc = document("One.", "Two.", "Three.");
  const edited = (at: number, text: string) => doc.replace(at, at, document(text).slice(1, 1 + text.length));

  test("nothing where nothing changed", () => {
    expect(blockChange({ doc, number: 7 }, doc)).toEqual({ held: 7, from: 3, removed: 0, blocks: [] });
  });

  test("the one block that was typed in", () => {
    const change = blockChange({ doc, number: 7 }, edited(doc.child(0).nodeSize + 1, "Now "));
    expect(change).toMatchObject({ held: 7, from: 1, removed: 1 });
    expect(JSON.stringify(change.blocks)).toBe(
      JSON.stringify([Node.fromJSON(schema, block("Now Two.")).toJSON()]),
    );
  });

  test("a block that is equal to its neighbour and was added", () => {
    const doubled = document("One.", "One.", "Two.", "Three.");
    expect(blockChange({ doc, number: 1 }, doubled)).toMatchObject({ from: 1, removed: 0, blocks: [{}] });
  });

  test("everything where the backend holds nothing", () => {
    expect(blockChange(null, doc)).toMatchObject({ held: null, from: 0, removed: 0 });
    expect(blockChange(null, doc).blocks).toHaveLength(3);
  });
});

describe("places", () => {
  const markdown =
    "Title\n=====\n\n* **one** and two\n* three\n\n![](x.png)\n\nA long line that\nis wrapped, with a\n[link](y.md) in it.\n\n| a | b |\n|---|---|\n| c | d |\n";
  const sketch = (first: string, length = first.length) => ({ first, length });
  const blocks = [
    sketch("Title"),
    sketch("one", 16),
    sketch(""),
    sketch("A long line that", 47),
    sketch("a", 4),
  ];
  const starts = startsOf(markdown, blocks);
  const lines = starts.map((start) => markdown.slice(start).split("\n", 1)[0]);

  test("blocks are found by their first words", () => {
    expect(lines).toEqual(["Title", "* **one** and two", "![](x.png)", "A long line that", "| a | b |"]);
    expect(blockAt(starts, 0)).toBe(0);
    expect(blockAt(starts, markdown.indexOf("wrapped"))).toBe(3);
    expect(blockAt(starts, markdown.length)).toBe(4);
  });

  test("a caret comes back to where it was", () => {
    const text = "A long line that is wrapped, with a link in it.";
    for (const said of ["A long line", "A long line that is wrapped, with a link", text]) {
      const at = caretIn(markdown, within(starts, 3, markdown), said, text.length);
      expect(markdown.slice(0, at).endsWith(said.slice(-4)), said).toBe(true);
      expect(caretOf(markdown, within(starts, 3, markdown), at, text)).toBe(said.length);
    }
  });

  test("a caret at a block's beginning stands after its marks", () => {
    const at = caretIn(markdown, within(starts, 1, markdown), "", 12);
    expect(markdown.slice(at).startsWith("one")).toBe(true);
  });

  test("a block whose words are not found costs nothing but its place", () => {
    const odd = startsOf("a\\*b\n\nsecond\n", [sketch("a*b"), sketch("second")]);
    expect(odd).toEqual([0, 6]);
  });
});

describe("Markdown to the byte", () => {
  const sheet = () => {
    const told = { typed: 0 };
    const made = new SourceSheet(
      globalThis.document.createElement("div"),
      { label: "Markdown", window: "fr", post: "fr" },
      {
        typed: () => {
          told.typed += 1;
        },
        changed: () => {},
      },
    );
    return { made, told };
  };
  const post = (markdown: string) => ({ id: "p", markdown }) as PostView;

  test("every kind of line end comes back as it was", () => {
    for (const markdown of ["a\nb\n", "a\r\nb\r\n", "a\r\nb\nc\rd", "\r", "", "a\u2028b\u0085c\u00a0\n"]) {
      const { made } = sheet();
      made.show(post(markdown));
      expect(made.markdown, JSON.stringify(markdown)).toBe(markdown);
    }
    expect(separatorOf("a\r\nb\r\n")).toBe("\r\n");
    expect(separatorOf("a\r\nb\n")).toBe("\n");
  });

  test("a line typed into a text with CRLF ends with CRLF", () => {
    const { made } = sheet();
    made.show(post("a\r\nb\r\n"));
    made.view.dispatch(made.view.state.replaceSelection(made.view.state.toText("x\r\n")));
    expect(made.markdown).toBe("x\r\na\r\nb\r\n");
  });

  test("a change from outside and one typed meanwhile are both there, also after a save that failed", async () => {
    const { made, told } = sheet();
    const backend = new MemoryBackend();
    made.show(post("one\n\ntwo\n\nthree\n"));
    made.view.dispatch({ changes: { from: 0, insert: "typed " }, userEvent: "input.type" });
    backend.refuse("save_source", { code: "disk.full", message: "", hints: [], retryable: false });
    const failing = made.save(backend, { id: "p1", revision: 1, title: "" });
    made.view.dispatch({ changes: { from: 6, insert: "on " }, userEvent: "input.type" });
    await expect(failing).rejects.toMatchObject({ code: "disk.full" });
    made.take(post("one\n\ntwo\n\nthree 🇨🇦\n"));
    expect(made.markdown).toBe("typed on one\n\ntwo\n\nthree 🇨🇦\n");
    made.take(post("one\n\ntwo\n\nthree 🇫🇷\n"));
    expect(made.markdown).toBe("typed on one\n\ntwo\n\nthree 🇫🇷\n");
    expect(told.typed).toBe(2);
  });

  test("a text that others gave other line ends keeps what is typed", () => {
    const { made } = sheet();
    made.show(post("one\ntwo\n"));
    made.view.dispatch({ changes: { from: 0, insert: "typed " }, userEvent: "input.type" });
    made.take(post("one\r\ntwo\r\nthree\r\n"));
    expect(made.markdown).toBe("typed one\r\ntwo\r\nthree\r\n");
    expect(made.knows(post("one\r\ntwo\r\nthree\r\n"))).toBe(true);
  });

  test("a difference never cuts a letter", () => {
    const change = difference(textOf("🇨🇦"), textOf("🇨🇫"));
    expect(change.apply(textOf("🇨🇦")).toString()).toBe("🇨🇫");
    change.iterChanges((from) => expect(from % 2).toBe(0));
  });
});
