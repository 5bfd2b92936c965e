/**
 * What the converter writes is a document of the editor's: the real schema takes the examples of CommonMark's
 * specification and the READMEs of node_modules, and gives each of them back unchanged.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { getSchema } from "@tiptap/core";
import { expect, test } from "vitest";
import { extensions } from "../src/editor/extensions";

const FONDS = "../target/debug/fonds";
const schema = getSchema(extensions({ placeholder: () => "" }));

function converted(texts: string[]): object[] {
  if (!existsSync(FONDS))
    throw new Error(`${FONDS} is not built: run \`make test-ui\`, or \`cargo build -p fonds-cli\`.`);
  const options = { input: JSON.stringify(texts), maxBuffer: 1 << 30 };
  return JSON.parse(execFileSync(FONDS, ["markdown", "to-json", "--batch"], options).toString());
}

function readmes(): string[] {
  const packages = readdirSync("node_modules").flatMap((name) =>
    name.startsWith("@") ? readdirSync(join("node_modules", name)).map((inner) => join(name, inner)) : [name],
  );
  const files = packages.map((name) => join("node_modules", name, "README.md"));
  return files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
}

/** Every text that the schema refuses, or does not give back as it was. */
function refused(texts: string[]): string[] {
  const docs = converted(texts);
  expect(docs).toHaveLength(texts.length);
  return texts.flatMap((text, index) => {
    try {
      const node = schema.nodeFromJSON(docs[index]);
      node.check();
      expect(node.toJSON()).toEqual(docs[index]);
      return [];
    } catch (error) {
      return [`${text.slice(0, 200)}\n${error}`];
    }
  });
}

test("every example of CommonMark is a document of the editor's", () => {
  const { tests } = createRequire(import.meta.url)("commonmark-spec") as { tests: { markdown: string }[] };
  expect(tests).toHaveLength(652);
  expect(refused(tests.map((example) => example.markdown.replaceAll("→", "\t")))).toEqual([]);
});

test("every README is a document of the editor's", () => {
  const texts = readmes();
  expect(texts.length).toBeGreaterThan(100);
  expect(refused(texts)).toEqual([]);
});
