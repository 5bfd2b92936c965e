import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getSchema } from "@tiptap/core";
import { describe, expect, test } from "vitest";
import { samplePosts } from "../src/api/sample";
import { extensions } from "../src/editor/extensions";

const schema = getSchema(extensions({ placeholder: () => "" }));
const CASES = "../crates/markdown/tests/cases";

/** Every document in a golden case, wherever the case keeps it. */
function documents(value: unknown): object[] {
  if (Array.isArray(value)) return value.flatMap(documents);
  if (typeof value !== "object" || value === null) return [];
  if ("type" in value && value.type === "doc") return [value];
  return Object.values(value).flatMap(documents);
}

const files = existsSync(CASES)
  ? readdirSync(CASES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"))
  : [];

test("the schema ranks the marks as the Markdown side writes them", () => {
  expect(Object.keys(schema.marks)).toEqual(["link", "bold", "italic", "strike", "code", "html"]);
});

test("a document with a node that the schema does not know is refused", () => {
  expect(() => schema.nodeFromJSON({ type: "doc", content: [{ type: "aside" }] }).check()).toThrow();
  expect(() => schema.nodeFromJSON({ type: "doc", content: [] }).check()).toThrow();
});

describe("documents pass the schema", () => {
  test.each(samplePosts.map((post) => [post.slug, post.doc] as const))("sample %s", (_slug, doc) => {
    schema.nodeFromJSON(doc).check();
  });

  test.each(files)("%s", (name) => {
    const found = documents(JSON.parse(readFileSync(join(CASES, name), "utf8")));
    expect(found.length).toBeGreaterThan(0);
    for (const doc of found) schema.nodeFromJSON(doc).check();
  });
});
