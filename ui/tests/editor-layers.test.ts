/** What lies over the text: toolbars, forms, the link field, tips; all by keyboard. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { Editor, type JSONContent } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { extensions } from "../src/editor/extensions";
import { setLanguage } from "../src/i18n/index.svelte";
import EditorLayers from "../src/views/write/EditorLayers.svelte";
import Toolbar from "../src/views/write/Toolbar.svelte";

let editor: Editor;
const user = userEvent.setup();
const targets = vi.fn();

beforeEach(() => {
  setLanguage("en");
  targets.mockResolvedValue([{ kind: "post", title: "Open data", href: "open.en.md", language: "en" }]);
  // jsdom lays nothing out: everything counts as shown.
  vi.spyOn(HTMLElement.prototype, "offsetParent", "get").mockReturnValue(document.body);
});
afterEach(() => {
  cleanup();
  editor.destroy();
});

function open(...content: JSONContent[]): void {
  const element = document.body.appendChild(document.createElement("div"));
  editor = new Editor({
    element,
    extensions: extensions({ placeholder: () => "", targets }),
    content: { type: "doc", content },
    editorProps: { attributes: { role: "textbox" } },
  });
  render(Toolbar, { props: { editor, pick: () => {} } });
  render(EditorLayers, { props: { editor } });
  editor.view.focus();
}

const p = (...content: (string | JSONContent)[]): JSONContent => ({
  type: "paragraph",
  content: content.map((one) => (typeof one === "string" ? { type: "text", text: one } : one)),
});
const math = (latex: string): JSONContent => ({ type: "math", attrs: { latex, display: false } });
const json = () => JSON.stringify(editor.getJSON());

/** A key to the text. */
function press(key: string, keys: Partial<KeyboardEventInit> = {}): void {
  editor.view.dom.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...keys }),
  );
}

describe("forms", () => {
  test("F2 opens the form of what the caret touches, Enter applies it, and the focus returns", async () => {
    open(p("a ", math("x")));
    editor.commands.setTextSelection(4);
    press("F2");
    const field = await screen.findByRole("textbox", { name: "Formula in LaTeX" });
    await waitFor(() => expect(field).toHaveFocus());
    await user.clear(field);
    await user.type(field, "y^2");
    await user.click(screen.getByRole("checkbox", { name: "On a line of its own" }));
    await user.type(field, "{Enter}");
    expect(json()).toContain('{"latex":"y^2","display":true}');
    await waitFor(() => expect(screen.queryByRole("form")).toBeNull());
    await waitFor(() => expect(editor.view.hasFocus()).toBe(true));
  });

  test("Esc leaves the node as it was; a new one that was never filled goes", async () => {
    open(p("a ", math("x")));
    editor.commands.setTextSelection(4);
    press("F2");
    await user.type(await screen.findByRole("textbox", { name: "Formula in LaTeX" }), "z{Escape}");
    expect(json()).toContain('"latex":"x"');
    await waitFor(() => expect(screen.queryByRole("form")).toBeNull());
    editor.chain().insertContentAt(1, math("")).openForm(1).run();
    await user.type(await screen.findByRole("textbox", { name: "Formula in LaTeX" }), "{Escape}");
    expect(json()).not.toContain('"latex":""');
  });

  test("an empty name and an address that runs a script are refused with a reason", async () => {
    open({ type: "linkDefinition", attrs: { label: "a", href: "/a", title: null } }, p());
    editor.commands.setNodeSelection(0);
    press("Enter");
    const name = await screen.findByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.click(screen.getByRole("button", { name: "Apply" }));
    expect(name).toBeInvalid();
    expect(screen.getByText("Write something here.")).toBeVisible();
    await user.type(name, "b");
    const address = screen.getByRole("textbox", { name: "Address" });
    await user.clear(address);
    await user.type(address, "javascript:x{Enter}");
    expect(address).toBeInvalid();
    await user.clear(address);
    await user.type(address, "/b{Enter}");
    expect(json()).toContain('{"label":"b","href":"/b","title":null}');
  });

  test("the references follow when a note gets another label", async () => {
    open(p("a", { type: "footnoteReference", attrs: { label: "1" } }), {
      type: "footnoteDefinition",
      attrs: { label: "1" },
      content: [p("Note")],
    });
    editor.commands.setTextSelection(editor.state.doc.content.size - 3);
    press("F2");
    const name = await screen.findByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "source{Enter}");
    expect(json().match(/"label":"source"/g)).toHaveLength(2);
  });

  test("the language of code and the start of a list", async () => {
    open({ type: "codeBlock", attrs: { language: null }, content: [{ type: "text", text: "x" }] });
    await user.click(screen.getByRole("button", { name: "Language of the code: Plain" }));
    await user.type(
      await screen.findByRole("textbox", { name: "Language of the code" }),
      "rust ignore{Enter}",
    );
    expect(json()).toContain('"language":"rust ignore"');
    expect(screen.getByRole("button", { name: "Language of the code: rust ignore" })).toBeVisible();
  });
});

describe("the link field", () => {
  test("sets a link on what is selected, to a post that the arrows chose", async () => {
    open(p("word"));
    editor.commands.setTextSelection({ from: 1, to: 5 });
    press("k", { ctrlKey: true });
    const field = await screen.findByRole("combobox", { name: "Address of the link" });
    await waitFor(() => expect(field).toHaveFocus());
    await user.type(field, "open");
    await screen.findByRole("option", { name: /Open data/ });
    expect(targets).toHaveBeenLastCalledWith("open");
    await user.keyboard("{ArrowDown}{Enter}");
    expect(json()).toContain('"href":"open.en.md"');
    expect(editor.getText()).toBe("word");
  });

  test("with nothing selected it asks for the text too; Esc changes nothing", async () => {
    open(p("a "));
    editor.commands.setTextSelection(3);
    press("k", { ctrlKey: true });
    await user.type(await screen.findByRole("combobox"), "https://example.org");
    await user.type(screen.getByRole("textbox", { name: "Text of the link" }), "here{Enter}");
    expect(editor.getText()).toBe("a here");
    expect(json()).toContain('"href":"https://example.org"');
    press("k", { ctrlKey: true });
    await user.type(await screen.findByRole("combobox"), "x{Escape}");
    await waitFor(() => expect(screen.queryByRole("combobox")).toBeNull());
    expect(editor.getText()).toBe("a here");
  });

  test("takes a link away", async () => {
    open(p({ type: "text", text: "word", marks: [{ type: "link", attrs: { href: "/a" } }] }));
    editor.commands.setTextSelection(2);
    press("F2");
    expect(await screen.findByRole("combobox")).toHaveValue("/a");
    await user.click(screen.getByRole("button", { name: "Remove the link" }));
    expect(json()).not.toContain("link");
  });
});

describe("toolbars", () => {
  test("the toolbar is one stop; arrows go along it, and Esc back", async () => {
    open(p("word"));
    const bar = screen.getByRole("toolbar", { name: "Formatting" });
    expect(bar.querySelectorAll('button[tabindex="0"]')).toHaveLength(1);
    await user.keyboard("{Alt>}{F10}{/Alt}");
    expect(within(bar).getByRole("button", { name: /Paragraph style/ })).toHaveFocus();
    await user.keyboard("{ArrowRight}");
    expect(within(bar).getByRole("button", { name: "Bold" })).toHaveFocus();
    await user.keyboard("{End}{Home}{ArrowLeft}");
    expect(bar.querySelectorAll('button[tabindex="0"]')).toHaveLength(1);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(editor.view.hasFocus()).toBe(true));
  });

  test("shows the state at the caret", async () => {
    open({
      type: "heading",
      attrs: { level: 3 },
      content: [{ type: "text", text: "a", marks: [{ type: "bold" }] }],
    });
    editor.commands.setTextSelection({ from: 1, to: 2 });
    const bar = screen.getByRole("toolbar", { name: "Formatting" });
    await waitFor(() =>
      expect(within(bar).getByRole("button", { name: "Bold" })).toHaveAttribute("aria-pressed", "true"),
    );
    expect(within(bar).getByRole("button", { name: "Paragraph style: Heading 3" })).toBeVisible();
  });

  test("the bubble is over a selection, and acts on it", async () => {
    open(p("word"));
    expect(screen.queryByRole("toolbar", { name: "Formatting of the selection" })).toBeNull();
    editor.commands.setTextSelection({ from: 1, to: 5 });
    const bubble = await screen.findByRole("toolbar", { name: "Formatting of the selection" });
    await user.click(within(bubble).getByRole("button", { name: "Strikethrough" }));
    expect(json()).toContain("strike");
  });

  test("a table has a bar of its own, which Alt F10 reaches first", async () => {
    open(p("word"));
    editor.commands.insertTable({ rows: 2, cols: 2 });
    const bar = await screen.findByRole("toolbar", { name: "Table" });
    await user.keyboard("{Alt>}{F10}{/Alt}");
    expect(bar).toContainElement(document.activeElement as HTMLElement);
    await user.click(within(bar).getByRole("button", { name: "Align the column right" }));
    expect(json().match(/"align":"right"/g)).toHaveLength(2);
    await user.click(within(bar).getByRole("button", { name: "Remove the table" }));
    await waitFor(() => expect(screen.queryByRole("toolbar", { name: "Table" })).toBeNull());
  });
});

describe("the text", () => {
  const NOTE = { type: "footnoteDefinition", attrs: { label: "1" }, content: [p("Submission 14.")] };

  test("a reference at the caret tells its note, and points to it", async () => {
    open(p("a", { type: "footnoteReference", attrs: { label: "1" } }), NOTE);
    editor.commands.setTextSelection(3);
    expect(await screen.findByRole("tooltip")).toHaveTextContent("Submission 14.");
    expect(editor.view.dom).toHaveAccessibleDescription("Submission 14.");
  });

  test("blocks speak the other language at once", async () => {
    open(NOTE, { type: "codeBlock" });
    expect(screen.getByRole("button", { name: "Note 1: back to the text" })).toBeVisible();
    setLanguage("fr");
    expect(await screen.findByRole("button", { name: "Langage du code\u00a0: Brut" })).toBeVisible();
  });

  test("details fold by their button; Enter in the summary goes in, Backspace at its start undoes them", async () => {
    open(p("a"));
    editor.commands.setTextSelection(1);
    editor.commands.setDetails();
    editor.commands.insertContent("Summary");
    const fold = screen.getByRole("button", { name: "Fold" });
    await user.click(fold);
    expect(fold).toHaveAttribute("aria-expanded", "false");
    expect(fold).toHaveAccessibleName("Unfold");
    press("Enter");
    expect(editor.state.selection.$from.parent.textContent).toBe("a");
    editor.commands.setTextSelection(2);
    press("Backspace");
    expect(editor.getJSON().content).toEqual([p("Summary"), p("a")]);
  });
});
