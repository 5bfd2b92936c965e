/** The lists that open while one types: what can be put in, and what can be linked. */
import { Editor } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { extensions } from "../src/editor/extensions";
import type { LinkTarget } from "../src/editor/hooks";
import { setLanguage } from "../src/i18n/index.svelte";

let editor: Editor;
const targets = vi.fn<(query: string) => Promise<LinkTarget[]>>();

beforeEach(() => {
  setLanguage("en");
  targets.mockResolvedValue([
    { kind: "post", title: "Open data", href: "open-data.en.md", language: "en" },
    { kind: "pdf", title: "report.pdf", href: "../attachments/report.pdf" },
  ]);
  editor = new Editor({ extensions: extensions({ placeholder: () => "", targets }), content: "<p></p>" });
});
afterEach(() => editor.destroy());

function type(text: string): void {
  for (const letter of text) editor.view.dispatch(editor.state.tr.insertText(letter));
}

function press(key: string): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  editor.view.dom.dispatchEvent(event);
  return event.defaultPrevented;
}

const names = () => editor.storage.slash.list.items.map((item) => item.label);

describe("the slash menu", () => {
  test("offers everything, and closes when it is left", async () => {
    type("/");
    await vi.waitFor(() => expect(names()).toContain("Table"));
    expect(names()).toContain("Heading 6");
    expect(names()).not.toContain("Image");
    press("Escape");
    expect(editor.storage.slash.list.open).toBe(false);
    expect(editor.getText()).toBe("/");
  });

  test.each([
    ["/tab", "Table"],
    ["/tableau", "Table"],
    ["/intertitre 3", "Heading 3"],
    ["/liste num", "Numbered list"],
    ["/TACHES", "Task list"],
    ["word /quot", "Quotation"],
  ])("%s finds %s, in either language and without accents", async (typed, found) => {
    type(typed);
    await vi.waitFor(() => expect(names()[0]).toBe(found));
  });

  test("takes the one that the arrows chose, and what was typed goes", async () => {
    type("/list");
    await vi.waitFor(() => expect(names().length).toBeGreaterThan(1));
    press("ArrowDown");
    press("ArrowUp");
    press("ArrowUp");
    press("ArrowDown");
    expect(press("Enter")).toBe(true);
    expect(editor.getJSON().content?.[0]?.type).toBe("bulletList");
    expect(editor.getText().trim()).toBe("");
  });

  test.each(["and/or", "https://", "a b /nothing like it"])("%s opens nothing", async (typed) => {
    type(typed);
    await vi.waitFor(() => expect(editor.storage.slash.list.items).toEqual([]));
    expect(editor.storage.slash.list.open).toBe(false);
  });

  test("offers what a cell can hold in a cell", async () => {
    editor.commands.insertTable({ rows: 2, cols: 2 });
    type("/");
    await vi.waitFor(() => expect(names()).toContain("Formula"));
    expect(names().sort()).toEqual(["Footnote", "Formula", "Link"]);
  });

  test("does not open in code", async () => {
    editor.commands.setContent({ type: "doc", content: [{ type: "codeBlock" }] });
    editor.commands.focus("end");
    type("/");
    expect(editor.storage.slash.list.open).toBe(false);
  });

  test("speaks French", async () => {
    setLanguage("fr");
    type("/table");
    await vi.waitFor(() => expect(names()[0]).toBe("Tableau"));
  });
});

describe("links by typing", () => {
  test("asks for what was typed, and puts in linked text", async () => {
    type("see [[rep");
    await vi.waitFor(() => expect(editor.storage.linkTargets.list.items).toHaveLength(2));
    expect(targets).toHaveBeenLastCalledWith("rep");
    press("ArrowDown");
    press("Enter");
    type("!");
    expect(editor.getJSON().content).toEqual([
      {
        type: "paragraph",
        content: [
          { type: "text", text: "see " },
          {
            type: "text",
            text: "report.pdf",
            marks: [
              {
                type: "link",
                attrs: { href: "../attachments/report.pdf", title: null, auto: null, nest: 0 },
              },
            ],
          },
          { type: "text", text: "!" },
        ],
      },
    ]);
  });

  test("takes an address as it is typed, but none that runs a script", async () => {
    targets.mockResolvedValue([]);
    type("[[https://example.org");
    await vi.waitFor(() => expect(editor.storage.linkTargets.list.items).toHaveLength(1));
    press("Enter");
    expect(editor.getText()).toBe("https://example.org");
    type(" [[javascript:alert(1)");
    await vi.waitFor(() => expect(editor.storage.linkTargets.list.open).toBe(true));
    expect(editor.storage.linkTargets.list.items).toEqual([]);
  });

  test("the slash menu leads here", async () => {
    type("/link");
    await vi.waitFor(() => expect(names()[0]).toBe("Link"));
    press("Enter");
    await vi.waitFor(() => expect(editor.storage.linkTargets.list.items).toHaveLength(2));
  });
});
