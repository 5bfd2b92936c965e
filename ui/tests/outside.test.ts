import { getSchema } from "@tiptap/core";
import { EditorState, TextSelection } from "@tiptap/pm/state";
import { Mapping } from "@tiptap/pm/transform";
import { expect, test } from "vitest";
import { extensions } from "../src/editor/extensions";
import { bringIn, mappingBetween, words } from "../src/editor/outside";

const schema = getSchema(extensions({ placeholder: () => "" }));
const doc = (...lines: string[]) =>
  schema.node(
    "doc",
    null,
    lines.map((line) => schema.node("paragraph", null, line === "" ? [] : schema.text(line))),
  );

/** The state after typing at a place, with the mapping of what was typed. */
function typing(saved: ReturnType<typeof doc>, at: number, text: string) {
  const state = EditorState.create({ doc: saved, selection: TextSelection.create(saved, at) });
  const tr = state.tr.insertText(text, at);
  const typed = new Mapping();
  typed.appendMapping(tr.mapping);
  return { state: state.apply(tr), typed };
}

test.each([
  ["a word changed", doc("one", "two three", "four"), doc("one", "two 3", "four")],
  ["a block added", doc("one", "four"), doc("one", "two", "four")],
  ["a block removed", doc("one", "two", "four"), doc("one", "four")],
  ["letters doubled", doc("aa", "b"), doc("aaa", "b")],
  ["letters halved", doc("aaaa", "b"), doc("aa", "b")],
  ["two places changed", doc("one", "two", "three"), doc("1", "two", "3")],
  [
    "a kind changed",
    doc("one", "two"),
    schema.node("doc", null, [
      schema.node("heading", { level: 2 }, schema.text("one")),
      schema.node("paragraph", null, schema.text("two")),
    ]),
  ],
])("%s: the text becomes the outside text", (_name, before, after) => {
  const state = EditorState.create({ doc: before });
  const { tr } = state;
  bringIn(tr, before, after, new Mapping());
  expect(tr.doc.toJSON()).toEqual(after.toJSON());
});

test("the caret stays in its word", () => {
  const before = doc("one", "two three", "four");
  const state = EditorState.create({ doc: before, selection: TextSelection.create(before, 19) });
  const { tr } = state;
  bringIn(tr, before, doc("a longer first line", "two three", "four"), new Mapping());
  expect(tr.selection.$from.parent.textContent).toBe("four");
});

test("what was typed since the save stays", () => {
  const saved = doc("one", "two");
  const { state, typed } = typing(saved, 9, " and more");
  const { tr } = state;
  bringIn(tr, saved, doc("ONE", "two"), typed);
  expect(tr.doc.textBetween(0, tr.doc.content.size, "|")).toBe("ONE|two and more");
});

test("what waits for its words says the same as without it; a changed word does not", () => {
  expect(words(doc("one", ""))).toBe(words(doc("one")));
  expect(words(doc("one"))).not.toBe(words(doc("two")));
});

test("the mapping between two documents leads from one to the other", () => {
  const mapping = mappingBetween(doc("one", "two"), doc("one and more", "two"));
  expect(mapping.map(7)).toBe(16);
});

test("typing in the very place that changed outside keeps both", () => {
  const saved = doc("one", "two");
  const { state, typed } = typing(saved, 2, "X");
  const { tr } = state;
  bringIn(tr, saved, doc("eno", "two"), typed);
  expect(tr.doc.textBetween(0, tr.doc.content.size, "|")).toBe("oXne|eno|two");
});
