import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "../src/i18n/en.json";
import fr from "../src/i18n/fr.json";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") all.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) all.set(inner, text);
  }
  return all;
}

const english = flat(en);
const french = flat(fr);
const bare = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, "");
const keys = (texts: Map<string, string>) => [...new Set([...texts.keys()].map(bare))].sort();

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => /\.(ts|svelte)$/.test(path))
  .map((path) => readFileSync(join("src", path), "utf8"))
  .join("\n");

/** Keys made from what the backend says: `errors.${code}` and the like. */
const MADE = [...sources.matchAll(/maybe\(`([\w.]+\.)\$\{/g)].map((match) => match[1] as string);

test("both languages have the same keys, none empty", () => {
  expect(keys(french)).toEqual(keys(english));
  expect([...english.values(), ...french.values()].filter((text) => text.trim() === "")).toEqual([]);
});

test("both languages name the same values", () => {
  const named = (text = "") => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
  const differing = [...english].filter(
    ([key, text]) => named(text).join() !== named(french.get(key)).join(),
  );
  expect(differing).toEqual([]);
});

test("French has every plural form that it needs", () => {
  const plural = [...french.keys()].filter((key) => key.endsWith("_one")).map(bare);
  const lacking = plural
    .flatMap((key) => ["_many", "_other"].map((form) => key + form))
    .filter((key) => !french.has(key));
  expect(lacking).toEqual([]);
});

test("every key is used, and every key that is used is there", () => {
  const quoted = new Set(
    [...sources.matchAll(/["']([a-zA-Z]+(?:\.[a-zA-Z0-9]+)+)["']/g)].map((match) => match[1]),
  );
  const unused = keys(english).filter(
    (key) => !quoted.has(key) && !MADE.some((made) => key.startsWith(made)),
  );
  expect(unused).toEqual([]);
  const called = [...sources.matchAll(/\bt\(\s*["']([\w.]+)["']/g)].map((match) => match[1] as string);
  expect(called.length).toBeGreaterThan(100);
  expect(called.filter((key) => !keys(english).includes(key))).toEqual([]);
});

test("French puts the spaces where French wants them", () => {
  const wrong = [...french].filter(([, text]) =>
    /[^\u202f][;!?](\s|$)|[^\u00a0/]:(?!\/\/)|«[^\u00a0]|[^\u00a0]»/.test(
      text.replace(/\{\{.*?\}\}/g, "x").replace("https:", ""),
    ),
  );
  expect(wrong).toEqual([]);
});
