/** What is pasted from other programs, each in its manner: the same page beside what a post makes of it. */
import { readdirSync, readFileSync } from "node:fs";
import { Editor } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { extensions } from "../src/editor/extensions";
import { clean } from "../src/editor/paste/clean";

let editor: Editor;
const onImages = vi.fn();

beforeEach(() => {
  editor = new Editor({ extensions: extensions({ placeholder: () => "", onImages }), content: "<p></p>" });
});
afterEach(() => editor.destroy());

/** A paste event as browsers make it; jsdom has none. */
function paste(kinds: Record<string, string>, files: File[] = []): void {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  Object.assign(event, {
    clipboardData: { getData: (kind: string) => kinds[kind] ?? "", files, types: Object.keys(kinds) },
  });
  editor.view.dom.dispatchEvent(event);
}

function line(node: Node): string {
  return node.children
    .map((child) => {
      const { attrs, type, marks } = child;
      if (type.name === "footnoteReference") return `^${attrs.label}`;
      if (type.name === "hardBreak") return "⏎";
      if (type.name === "image") return `![${attrs.alt}](${attrs.src})`;
      if (type.name === "math") return `$${attrs.latex}$`;
      return marks.reduceRight(
        (text, mark) => {
          const signs: Record<string, string> = { bold: "**", italic: "_", strike: "~~", code: "`" };
          const sign = signs[mark.type.name] ?? "";
          if (mark.type.name === "link") return `[${text}](${mark.attrs.href})`;
          if (mark.type.name === "html") return `{${text}}`;
          return sign + text + sign;
        },
        (child.text ?? "").replace(/\n/g, "↵"),
      );
    })
    .join("");
}

/** A document as an outline: one block a line, with what matters of it. */
function outline(node: Node, depth = 0): string[] {
  const { level, align, language, label, checked, start } = node.attrs;
  const name = node.type.name === "footnoteDefinition" ? "note" : node.type.name;
  const named = [name, level, align, language, label, checked && "x", start > 1 && start].filter(Boolean);
  const head = "  ".repeat(depth) + named.join(" ");
  if (node.isTextblock) return [`${head}: ${line(node)}`.trimEnd()];
  const cell = /^table(Cell|Header)$/.test(name) && node.firstChild;
  if (cell) return [`${head}: ${line(cell)}`.trimEnd()];
  return [head, ...node.children.flatMap((child) => outline(child, depth + 1))];
}

const shown = () => editor.state.doc.children.flatMap((child) => outline(child));
const fixture = (name: string) => readFileSync(`tests/pasted/${name}`, "utf8");
const trimmed = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((one) => one.trimEnd());

describe("a paste from", () => {
  const names = readdirSync("tests/pasted").filter((name) => name.endsWith(".html"));
  test.each(names)("%s is clean structure", (name) => {
    paste({ "text/html": fixture(name), "text/plain": "x" });
    expect(shown()).toEqual(trimmed(fixture(name.replace(".html", ".txt"))));
    editor.state.doc.check();
  });

  test("these programs brings no style, script or tracker along", () => {
    for (const name of names) {
      const html = clean(fixture(name));
      expect(html).not.toMatch(
        /style=|class="(?!content)|onclick|onerror|javascript:|script|mso|tracker|file:|safelinks|google\.com/i,
      );
    }
  });
});

describe("pasting", () => {
  test("notes get free labels and go to the end of the text", () => {
    editor.commands.setContent({
      type: "doc",
      content: [
        { type: "paragraph", content: [{ type: "text", text: "Before. After." }] },
        { type: "footnoteDefinition", attrs: { label: "1" }, content: [{ type: "paragraph" }] },
      ],
    });
    editor.commands.setTextSelection(9);
    const html =
      '<p>In<a style="mso-footnote-id:ftn1" href="#_ftn1" name="_ftnref1">[1]</a></p><div style="mso-element:footnote-list"><div style="mso-element:footnote" id="ftn1"><p><a style="mso-footnote-id:ftn1" href="#_ftnref1" name="_ftn1">[1]</a> N</p></div></div>';
    paste({ "text/html": html, "text/plain": "In" });
    expect(shown()).toEqual([
      "paragraph: Before. In^2After.",
      "note 1",
      "  paragraph:",
      "note 2",
      "  paragraph: N",
    ]);
    expect(editor.state.selection.from).toBe(12);
  });

  test("a piece of a line goes into the line", () => {
    editor.commands.insertContent("ab");
    editor.commands.setTextSelection(2);
    paste({
      "text/html": '<meta charset="utf-8"><span style="color:red;font-weight:400">x <b>y</b></span>',
      "text/plain": "x y",
    });
    expect(shown()).toEqual(["paragraph: ax **y**b"]);
  });

  test("text that looks like Markdown stays text", () => {
    paste({ "text/plain": "**no** _no_ `no` [no](no.md)\n1. no\n- no\n# no" });
    expect(shown()).toEqual([
      "paragraph: **no** _no_ `no` [no](no.md)",
      "paragraph: 1. no",
      "paragraph: - no",
      "paragraph: # no",
    ]);
    expect(JSON.stringify(editor.getJSON())).not.toContain("marks");
  });

  test("an address becomes a link to itself, and a link of what is selected", () => {
    paste({ "text/plain": "https://example.org/a" });
    expect(shown()).toEqual(["paragraph: [https://example.org/a](https://example.org/a)"]);
    editor.commands.setContent("<p>word</p>");
    editor.commands.setTextSelection({ from: 1, to: 5 });
    paste({ "text/plain": "https://example.org/b" });
    expect(shown()).toEqual(["paragraph: [word](https://example.org/b)"]);
  });

  test("a cell stays one paragraph", () => {
    editor.commands.setContent("<table><tr><th>A</th></tr><tr><td></td></tr></table>");
    editor.commands.setTextSelection(11);
    paste({ "text/html": "<p>one</p><ul><li>two</li></ul>", "text/plain": "one\ntwo" });
    expect(shown()).toEqual([
      "table",
      "  tableRow",
      "    tableHeader: A",
      "  tableRow",
      "    tableCell: one⏎two",
    ]);
  });

  test("code takes the text alone", () => {
    editor.commands.setContent({ type: "doc", content: [{ type: "codeBlock" }] });
    editor.commands.setTextSelection(1);
    paste({ "text/html": "<p><b>a</b></p>", "text/plain": "a\n  b" });
    expect(shown()).toEqual(["codeBlock: a↵  b"]);
  });

  test("images go to the window, but not the picture that Word adds of its text", () => {
    const file = new File(["x"], "a.png", { type: "image/png" });
    paste({}, [file]);
    paste({ "text/html": '<img src="https://site.example/a.png">' }, [file]);
    expect(onImages.mock.calls).toEqual([[[file]], [[file]]]);
    paste({ "text/html": "<p>words</p>", "text/plain": "words" }, [file]);
    expect(onImages).toHaveBeenCalledTimes(2);
    expect(shown()).toEqual(["paragraph: words"]);
  });

  test("what a post copies is pasted as it was", () => {
    const html =
      '<p data-pm-slice="1 1 []">a<sup data-footnote data-label="7">7</sup> <code data-html="">&lt;kbd&gt;</code></p>';
    paste({ "text/html": html, "text/plain": "a" });
    expect(shown()).toEqual(["paragraph: a^7 {<kbd>}"]);
  });

  test("a hostile page that calls itself a post runs nothing either", () => {
    paste({
      "text/html":
        '<p data-pm-slice="1 1 []"><a href="javascript:alert(1)">a</a><img src="x" onerror="alert(1)"></p>',
      "text/plain": "a",
    });
    expect(JSON.stringify(editor.getJSON())).not.toMatch(/javascript|onerror/);
  });
});

describe("bounds", () => {
  test("a very long page is pasted as its text", () => {
    paste({ "text/html": `<p>${"x".repeat(3_100_000)}</p>`, "text/plain": "short" });
    expect(shown()).toEqual(["paragraph: short"]);
  });

  test("a very long text is refused with a reason, and nothing is lost", () => {
    editor.commands.setContent("<p>here</p>");
    paste({ "text/plain": "x ".repeat(800_000) });
    expect(shown()).toEqual(["paragraph: here"]);
    expect(editor.storage.layers.state.notice).toBe("write.pasteTooLong");
  });

  test("images as text do not make a page too long", () => {
    const data = "A".repeat(9_000_000);
    paste({ "text/html": `<h2>Kept</h2><img src="data:image/png;base64,${data}">`, "text/plain": "x" });
    expect(shown()[0]).toBe("heading 2: Kept");
  });

  test.each([
    ["deep lists", "<ul><li>".repeat(400)],
    ["deep marks", `${"<b><i>".repeat(2000)}text`],
    ["deep quotes", `${"<blockquote>".repeat(400)}text`],
    [
      "a table that spans without end",
      '<table><tr><td colspan="1000000000" rowspan="1000000000">a</td><td>b</td></tr><tr></tr><tr><td>c</td></tr></table>',
    ],
    ["many anchors", '<a href="#a" id="a">1</a>'.repeat(3000)],
    ["unclosed rules", `<style>${"@list l0:level1 ".repeat(20_000)}</style><p>text</p>`],
    ["broken tags", "<p <p <table><tr <td <li>".repeat(500)],
  ])("%s", (_name, html) => {
    paste({ "text/html": html, "text/plain": "x" });
    editor.state.doc.check();
  });
});
