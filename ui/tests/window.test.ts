/** What a person sees and does in the window, on a backend in memory. */
import { undo } from "@codemirror/commands";
import { EditorView } from "@codemirror/view";
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend, type MemoryOptions } from "../src/api/memory";
import type { BlockChange, PostView } from "../src/api/types";
import { Session } from "../src/session.svelte";

let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(() => {
  // The page keeps its language and theme between tests.
  document.documentElement.lang = "en";
});
afterEach(cleanup);

async function open(options: MemoryOptions = {}) {
  backend = new MemoryBackend({ pace: 5, ...options });
  render(App, { props: { session: new Session(backend) } });
  await waitFor(() => expect(document.querySelector(".frame")).not.toBeNull());
}

async function openPost(title = /What we heard/) {
  await user.click(await screen.findByRole("link", { name: title }));
  await screen.findByRole("heading", { level: 1, name: title });
}

const text = () => screen.getByRole("textbox", { name: "Text of the post" });
const saving = () => screen.getByTestId("saving");
const calls = (name: string) => backend.calls.filter((call) => call.name === name);

/** Types as the editor sees typing: through its own document, at the end of the text. */
async function type(words: string) {
  const view = (
    text() as HTMLElement & { editor: { commands: Record<string, (...args: unknown[]) => boolean> } }
  ).editor;
  view.commands.insertContentAt?.(1, words);
}

describe("first start", () => {
  test("asks once who writes, then offers the ways in", async () => {
    await open({ library: false, settings: { actor: null } });
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(screen.getByText("Write a name.")).toBeVisible();
    await user.type(screen.getByLabelText("Name"), "Amir Haddad");
    await user.type(screen.getByLabelText("E-mail"), "amir@example.org");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(calls("save_settings").at(-1)?.args).toMatchObject({
      settings: { actor: { name: "Amir Haddad", email: "amir@example.org" } },
    });
    backend.nextFolder = "/home/amir/My blog";
    await user.click(screen.getByRole("button", { name: /Start a new library/ }));
    expect(await screen.findByRole("button", { name: "Library My blog" })).toBeVisible();
    expect(await screen.findByText("No posts yet.")).toBeVisible();
  });

  test("verifies a zip without a library", async () => {
    await open({ library: false });
    backend.nextFiles = ["/media/usb/blog-damaged.zip"];
    await user.click(screen.getByRole("button", { name: /Verify a zip/ }));
    expect(await screen.findByRole("heading", { name: "Not intact: 1 finding" })).toBeVisible();
    expect(screen.getByText("payload-digest")).toBeVisible();
  });
});

describe("writing", () => {
  test("what is typed is saved by itself, with its base, and the line says so", async () => {
    await open();
    await openPost();
    await type("Hello. ");
    expect(saving()).toHaveTextContent("Saving…");
    await waitFor(() => expect(saving()).toHaveTextContent("Saved on this computer"), { timeout: 2000 });
    const saves = calls("save_post");
    expect(saves).toHaveLength(1);
    expect(saves[0]?.args).toMatchObject({ id: "p1", revision: 2 });
    expect(JSON.stringify(saves[0]?.args)).toContain("Hello. Between 4 May");
  });

  test("typing without a pause is saved within a second", async () => {
    await open();
    await openPost();
    const begun = Date.now();
    while (Date.now() - begun < 1000) {
      await type("a");
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(calls("save_post").length).toBeGreaterThan(0);
  });

  test("Ctrl S saves to the file at once", async () => {
    await open();
    await openPost();
    await type("Hello. ");
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(calls("flush_post")).toHaveLength(1));
    const order = backend.calls.map((call) => call.name);
    expect(order.indexOf("save_post")).toBeLessThan(order.indexOf("flush_post"));
  });

  test("a save that fails keeps the text, says why, and can be tried again", async () => {
    await open();
    await openPost();
    backend.refuse("save_post", {
      code: "disk-full",
      message: "The disk is full.",
      hints: ["Free some space."],
      retryable: false,
    });
    await type("Precious. ");
    const alert = await screen.findByRole("alert", {}, { timeout: 2000 });
    expect(alert).toHaveTextContent("The disk is full.");
    expect(alert).toHaveTextContent("Free some space.");
    expect(saving()).toHaveTextContent("Not saved");
    expect(text()).toHaveTextContent("Precious. Between");
    await user.click(screen.getByRole("link", { name: /Access to information/ }));
    expect(text()).toHaveTextContent("Precious. Between");
    backend.allow("save_post");
    await user.click(within(alert).getByRole("button", { name: "Save again" }));
    await waitFor(() => expect(saving()).toHaveTextContent("Saved on this computer"));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("undo never brings back the post that was open before", async () => {
    await open();
    await openPost();
    await openPost(/Access to information/);
    (text() as HTMLElement & { editor: { commands: { undo: () => boolean } } }).editor.commands.undo();
    expect(text()).toHaveTextContent("Half of the answers");
    expect(text()).not.toHaveTextContent("Between 4 May");
  });

  test("an outside edit shows, after the unsaved typing was saved on its own base", async () => {
    await open();
    await openPost(/Access to information/);
    await type("Mine. ");
    const doc = {
      type: "doc",
      content: [{ type: "paragraph", content: [{ type: "text", text: "From the file." }] }],
    };
    backend.editOutside("p3", doc);
    await waitFor(() => expect(calls("save_post")).toHaveLength(1));
    expect(calls("save_post")[0]?.args).toMatchObject({ id: "p3", revision: 2 });
  });

  test("an outside edit and typing meanwhile both end in the text", async () => {
    await open();
    await openPost();
    const answer = backend.call.bind(backend) as (name: string, ...args: unknown[]) => Promise<unknown>;
    vi.spyOn(backend, "call").mockImplementation(async (name, ...args) => {
      const given = await answer(name, ...args);
      if (name === "open_post") await type("Meanwhile. ");
      return given as never;
    });
    const post = (await answer("open_post", { id: "p1" })) as PostView;
    const doc = structuredClone(post.doc);
    doc.content?.push({ type: "paragraph", content: [{ type: "text", text: "From the file." }] });
    backend.editOutside("p1", doc);
    await waitFor(() => expect(text()).toHaveTextContent("From the file."));
    expect(text()).toHaveTextContent("Meanwhile. Between");
    await waitFor(() => expect(calls("save_post")).toHaveLength(1), { timeout: 2000 });
    expect(JSON.stringify(calls("save_post")[0]?.args)).not.toContain("From the file.");
    const saved = JSON.stringify(((await answer("open_post", { id: "p1" })) as PostView).doc);
    expect(saved).toContain("Meanwhile. Between");
    expect(saved).toContain("From the file.");
  });

  test("filing while a line waits for its words leaves the line", async () => {
    await open();
    await openPost(/Access to information/);
    const { editor } = text() as HTMLElement & {
      editor: {
        commands: { insertContentAt: (at: number, what: object) => void };
        state: { doc: { content: { size: number }; childCount: number } };
      };
    };
    editor.commands.insertContentAt(editor.state.doc.content.size, { type: "paragraph" });
    await user.click(await screen.findByRole("checkbox", { name: "Open data" }));
    await waitFor(() => expect(calls("file_post")).toHaveLength(1));
    expect(editor.state.doc.childCount).toBe(2);
  });

  test("an outside edit of a text at rest takes its place", async () => {
    await open();
    await openPost(/Access to information/);
    const doc = {
      type: "doc",
      content: [{ type: "paragraph", content: [{ type: "text", text: "From the file." }] }],
    };
    backend.editOutside("p3", doc);
    await waitFor(() => expect(text()).toHaveTextContent("From the file."));
    expect(calls("save_post")).toHaveLength(0);
  });

  test("a conflict shows both texts and keeps the one chosen", async () => {
    await open();
    await openPost(/Access to information/);
    backend.contest("p3", "The other text.");
    const conflict = await screen.findByRole("region", { name: "Conflict between two texts" });
    expect(conflict).toHaveTextContent("Half of the answers");
    await user.click(within(conflict).getByRole("button", { name: "Keep the file’s text" }));
    await waitFor(() => expect(text()).toHaveTextContent("The other text."));
    expect(screen.queryByRole("region", { name: "Conflict between two texts" })).toBeNull();
  });

  test("a save sends only the block that was typed in, and everything once where the backend asks", async () => {
    await open();
    await openPost();
    await type("One. ");
    await waitFor(() => expect(calls("save_post")).toHaveLength(1), { timeout: 2000 });
    expect(calls("save_post")[0]?.args).toMatchObject({ change: { from: 0, removed: 1, blocks: [{}] } });
    // Another window opened the post meanwhile: the backend holds another document.
    await backend.call("open_post", { id: "p3" });
    await type("Two. ");
    await waitFor(() => expect(calls("save_post")).toHaveLength(3), { timeout: 2000 });
    const change = (calls("save_post").at(-1)?.args as { change: BlockChange } | undefined)?.change;
    expect(change?.held).toBeNull();
    expect(change?.blocks.length).toBeGreaterThan(5);
    await waitFor(() => expect(saving()).toHaveTextContent("Saved on this computer"));
  });

  test("one key switches to Markdown and back; what is typed there is saved as it is typed", async () => {
    await open();
    await openPost(/Access to information/);
    await user.keyboard("{Control>}{Shift>}m{/Shift}{/Control}");
    const source = await screen.findByRole("textbox", { name: "Markdown of the post" });
    await waitFor(() => expect(source).toHaveTextContent("Half of the answers"));
    await waitFor(() => expect(source).toHaveFocus());
    const view = EditorView.findFromDOM(source) as EditorView;
    view.dispatch({ changes: { from: 0, insert: "* typed\n\n" }, userEvent: "input.type" });
    await waitFor(() => expect(saving()).toHaveTextContent("Saving…"));
    await user.keyboard("{Control>}{Shift>}m{/Shift}{/Control}");
    await waitFor(() => expect(text()).toHaveTextContent("* typed"));
    expect(calls("save_source")).toHaveLength(1);
    const markdown = (calls("save_source").at(-1)?.args as { markdown: string } | undefined)?.markdown;
    expect(markdown).toMatch(/^\* typed\n\nHalf of the answers/);
    expect(screen.queryByRole("textbox", { name: "Markdown of the post" })).toBeNull();
    await type("Rich. ");
    await waitFor(() => expect(calls("save_post")).toHaveLength(1), { timeout: 2000 });
  });

  test("undo in Markdown takes back what was typed there and no more", async () => {
    await open();
    await openPost(/Access to information/);
    await user.click(screen.getByRole("button", { name: "Markdown" }));
    const source = await screen.findByRole("textbox", { name: "Markdown of the post" });
    await waitFor(() => expect(source).toHaveTextContent("Half of the answers"));
    const view = EditorView.findFromDOM(source) as EditorView;
    const before = view.state.doc.toString();
    view.dispatch({ changes: { from: 0, insert: "Typed. " }, userEvent: "input.type" });
    undo(view);
    undo(view);
    expect(view.state.doc.toString()).toBe(before);
  });

  test("the preview follows the Markdown, and the way of writing stays from post to post", async () => {
    await open();
    await openPost(/Access to information/);
    await user.click(screen.getByRole("button", { name: "Markdown with preview" }));
    const preview = await screen.findByRole("region", { name: "Preview" });
    await waitFor(() => expect(preview).toHaveTextContent("Half of the answers"));
    const source = screen.getByRole("textbox", { name: "Markdown of the post" });
    (EditorView.findFromDOM(source) as EditorView).dispatch({
      changes: { from: 0, insert: "Beside. " },
      userEvent: "input.type",
    });
    await waitFor(() => expect(preview).toHaveTextContent("Beside. Half"));
    await openPost();
    await waitFor(() => expect(source).toHaveTextContent("Between 4 May"));
    await waitFor(() => expect(preview).toHaveTextContent("Between 4 May"));
    expect(preview).not.toHaveTextContent("Beside.");
  });

  test("a text that cannot be shown formatted opens as Markdown, with the reason", async () => {
    await open();
    await openPost();
    const strange = { type: "doc", content: [{ type: "unheardOf" }] };
    const answer = backend.call.bind(backend) as (name: string, ...args: unknown[]) => Promise<unknown>;
    vi.spyOn(backend, "call").mockImplementation(async (name, ...args) => {
      const given = (await answer(name, ...args)) as PostView;
      return (name === "open_post" ? { ...given, doc: strange } : given) as never;
    });
    await user.click(screen.getByRole("link", { name: /Access to information/ }));
    const source = await screen.findByRole("textbox", { name: "Markdown of the post" });
    await waitFor(() => expect(source).toHaveTextContent("Half of the answers"));
    expect(screen.getByText(/cannot be shown formatted.*unheardOf/)).toBeVisible();
    vi.restoreAllMocks();
    await openPost();
    expect(text()).toHaveTextContent("Between 4 May");
  });

  test("an outside edit of a text open as Markdown comes in under what is typed", async () => {
    await open();
    await openPost(/Access to information/);
    await user.click(screen.getByRole("button", { name: "Markdown" }));
    const source = await screen.findByRole("textbox", { name: "Markdown of the post" });
    await waitFor(() => expect(source).toHaveTextContent("Half of the answers"));
    const doc = {
      type: "doc",
      content: [{ type: "paragraph", content: [{ type: "text", text: "From the file." }] }],
    };
    backend.editOutside("p3", doc);
    await waitFor(() => expect(source).toHaveTextContent("From the file."));
    expect(calls("save_source")).toHaveLength(0);
  });

  test("a new post takes a title first, then the French text makes it a pair", async () => {
    await open();
    await screen.findByRole("link", { name: /What we heard/ });
    await user.keyboard("{Control>}n{/Control}");
    await user.type(await screen.findByLabelText("Title of the new post"), "Snow days{Enter}");
    await screen.findByRole("heading", { level: 1, name: "Snow days" });
    await user.click(screen.getByRole("button", { name: "Write the French text" }));
    await user.type(screen.getByLabelText("French title"), "Jours de neige{Enter}");
    await screen.findByRole("heading", { level: 1, name: "Jours de neige" });
    expect(calls("create_post").at(-1)?.args).toMatchObject({
      language: "fr",
      pairWith: expect.stringMatching(/^post-/),
    });
  });

  test("searching asks the library", async () => {
    await open();
    await screen.findByRole("link", { name: /What we heard/ });
    await user.type(screen.getByRole("searchbox"), "17 October");
    await waitFor(() => expect(screen.queryByRole("link", { name: /What we heard/ })).toBeNull());
    expect(screen.getByRole("link", { name: /Portal maintenance/ })).toBeVisible();
  });

  test("PDFs are attached by choosing and by dropping; other files are not", async () => {
    await open();
    await openPost();
    backend.nextFiles = ["/home/nadia/annual-report.pdf"];
    await user.click(screen.getByRole("button", { name: "Attach…" }));
    const part = screen.getByRole("region", { name: "Attachments" });
    expect(await within(part).findByText("annual-report.pdf")).toBeVisible();
    backend.drag({ kind: "dropped", paths: ["/tmp/notes.docx", "/tmp/tables.PDF"], at: { x: 0, y: 0 } });
    expect(await within(part).findByText("tables.PDF")).toBeVisible();
    expect(within(part).queryByText("notes.docx")).toBeNull();
  });

  test("an image that is pasted is attached and put into the text, and its words are asked for", async () => {
    await open();
    await openPost(/Access to information/);
    const { editor } = text() as HTMLElement & { editor: Editor };
    const picture = new File([new Uint8Array([137, 80, 78, 71])], "my chart.png", { type: "image/png" });
    editor.storage.hooks.onImages?.([picture]);
    await waitFor(() => expect(calls("attach_image")).toHaveLength(1));
    expect(calls("attach_image")[0]?.args).toEqual({ id: "p3", name: "my chart.png", data: "iVBORw==" });
    const shown = await waitFor(() => {
      const image = text().querySelector("img:not(.ProseMirror-separator)");
      expect(image).not.toBeNull();
      return image as HTMLImageElement;
    });
    expect(shown.src).toBe("data:image/png;base64,iVBORw==");
    expect(shown).toHaveClass("without-alt");
    expect(JSON.stringify(editor.getJSON())).toContain("../attachments/my%20chart.png");
    expect(await screen.findByRole("textbox", { name: "What the image shows" })).toBeVisible();
  });

  test("an image that is too large is refused with its reason, before it is read", async () => {
    await open();
    await openPost(/Access to information/);
    const { editor } = text() as HTMLElement & { editor: Editor };
    const huge = { name: "huge.png", size: 26 * 1024 * 1024, type: "image/png" } as File;
    editor.storage.hooks.onImages?.([huge]);
    expect(await screen.findByRole("alert")).toHaveTextContent("huge.png is larger than 25 MB.");
    expect(calls("attach_image")).toHaveLength(0);
  });

  test("images that are dropped on the Markdown stand in it", async () => {
    await open();
    await openPost(/Access to information/);
    await user.click(screen.getByRole("button", { name: "Markdown" }));
    const source = await screen.findByRole("textbox", { name: "Markdown of the post" });
    await waitFor(() => expect(source).toHaveTextContent("Half of the answers"));
    backend.drag({ kind: "dropped", paths: ["/tmp/a (1).jpg", "/tmp/b.pdf"], at: { x: 0, y: 0 } });
    await waitFor(() => expect(source).toHaveTextContent("![](../attachments/a%20%281%29.jpg)"));
    expect(source).not.toHaveTextContent("b.pdf");
    expect(calls("attach_files")).toHaveLength(1);
  });

  test("a link to another post is found by its title and followed with the key and with Ctrl and a click", async () => {
    await open();
    await openPost(/Access to information/);
    const { editor } = text() as HTMLElement & { editor: Editor };
    const found = (await editor.storage.hooks.targets?.("what we")) ?? [];
    expect(found[0]).toMatchObject({ kind: "post", title: expect.stringContaining("What we heard") });
    const marks = [{ type: "link", attrs: { href: found[0]?.href } }];
    editor.commands.insertContentAt(1, { type: "text", text: "heard", marks });
    const link = within(text()).getByText("heard");
    await user.click(link);
    expect(calls("follow_link")).toHaveLength(0);
    await user.keyboard("{Control>}");
    await user.click(link);
    await user.keyboard("{/Control}");
    await screen.findByRole("heading", { level: 1, name: /What we heard/ });
    expect(calls("follow_link")[0]?.args).toEqual({ from: "p3", revision: null, href: found[0]?.href });
  });

  test("a post is filed, and a category is added", async () => {
    await open();
    await openPost();
    await user.click(await screen.findByRole("checkbox", { name: "Open data" }));
    await waitFor(() =>
      expect(calls("file_post").at(-1)?.args).toEqual({ id: "p1", categories: ["c2", "c4", "c5"] }),
    );
    expect(screen.getByRole("checkbox", { name: "Open data" })).toBeChecked();
    await user.click(screen.getByRole("button", { name: "Add…" }));
    await user.type(screen.getByLabelText("English name"), "Events");
    await user.type(screen.getByLabelText("French name"), "Évènements{Enter}");
    expect(await screen.findByRole("checkbox", { name: "Events" })).toBeVisible();
  });

  test("a revision is read and restored", async () => {
    await open();
    await openPost();
    await user.click(screen.getByRole("button", { name: /Revision 1/ }));
    await user.click(await screen.findByRole("button", { name: "Restore revision 1" }));
    expect(await screen.findByRole("button", { name: /Revision 3.*restored/ })).toBeVisible();
  });
});

describe("publishing and exporting", () => {
  test("publishing saves first, then shows the receipt and what changed since", async () => {
    await open();
    await openPost();
    await type("Hello. ");
    await user.click(screen.getByRole("button", { name: "Publish" }));
    const part = await screen.findByRole("region", { name: "Publishing" });
    expect(await within(part).findByText(/Published \d\d:\d\d, revision 3/)).toBeVisible();
    expect(within(part).queryByText(/Changed since/)).toBeNull();
    await type("Again. ");
    expect(await within(part).findByText(/Changed since/)).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Publish" }));
    expect(await screen.findByRole("button", { name: /What we heard.*Receipt/ })).toBeVisible();
  });

  test("an export shows its progress and then its report", async () => {
    await open({ pace: 40 });
    await user.click(await screen.findByRole("link", { name: "Exports" }));
    await user.click(screen.getByRole("button", { name: "Choose…" }));
    await user.click(screen.getByRole("button", { name: "Export v0002" }));
    expect(await screen.findByRole("progressbar", { name: "Progress of the export" })).toBeVisible();
    expect(await screen.findByText("what-we-heard-2026.pdf", { exact: false })).toBeVisible();
    expect(
      await screen.findByRole("heading", { name: /v0002\.zip is complete/ }, { timeout: 3000 }),
    ).toBeVisible();
    expect(calls("start_export")[0]?.args).toEqual({
      order: {
        dir: "/home/nadia/Archives 2026",
        incremental: false,
        selection: { categories: [], from: null, until: null, statuses: [] },
        sign: null,
        password: null,
        timeStamp: false,
      },
    });
    expect(screen.getByText("Journal entries")).toBeVisible();
  });

  test("a key is made where the export is, and signs it with its password", async () => {
    await open({ pace: 5 });
    await user.click(await screen.findByRole("link", { name: "Exports" }));
    await user.click(screen.getByRole("button", { name: "New key…" }));
    await user.type(screen.getByLabelText("Name of the key"), "records");
    await user.type(screen.getByLabelText("Password, for a key in a file"), "secret");
    await user.click(screen.getByRole("button", { name: "Make the key" }));
    expect(await screen.findByRole("option", { name: /records/, selected: true })).toBeInTheDocument();
    expect(screen.getByLabelText("Password of the key")).toHaveValue("secret");
    expect(screen.queryByLabelText("Name of the key")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Export v0002" }));
    await screen.findByRole("heading", { name: /v0002\.zip is complete/ }, { timeout: 3000 });
    expect(calls("start_export")[0]?.args).toMatchObject({ order: { sign: "records", password: "secret" } });
    expect(screen.getByText("Beside the zip (.minisig)")).toBeVisible();
  });

  test("a cancelled export says that it left nothing", async () => {
    await open({ pace: 60 });
    await user.click(await screen.findByRole("link", { name: "Exports" }));
    await user.click(screen.getByRole("button", { name: "Export v0002" }));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(await screen.findByText("The export was cancelled. It left nothing behind.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Export v0002" })).toBeVisible();
  });
});

describe("the window", () => {
  test("speaks the other language at once and remembers it", async () => {
    await open();
    await user.click(await screen.findByRole("button", { name: "FR, français" }));
    expect(await screen.findByRole("link", { name: "Rédiger" })).toBeVisible();
    expect(document.documentElement.lang).toBe("fr");
    expect(calls("save_settings").at(-1)?.args).toMatchObject({ settings: { language: "fr" } });
  });

  test("shows an error of a command until it is dismissed", async () => {
    await open();
    backend.refuse("open_post", {
      code: "database-busy",
      message: "The library is busy.",
      hints: [],
      retryable: true,
    });
    await user.click(await screen.findByRole("link", { name: /What we heard/ }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The library is busy.");
    await user.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test.each([
    ["disk.full", "The disk is full"],
    ["library.vanished", "The library is not there any more"],
    ["disk.read_only", "The text could not be saved"],
    ["disk.failed", "The text could not be saved"],
    ["library.busy", "The text could not be saved"],
  ])("a text that %s keeps from the library can be saved elsewhere", async (code, title) => {
    await open();
    await openPost();
    backend.refuse("save_post", { code, message: "The reason.", hints: [], retryable: true });
    await type("Precious. ");
    const alert = await screen.findByRole("alert", {}, { timeout: 2000 });
    expect(alert).toHaveTextContent(title);
    expect(alert).toHaveTextContent("The reason.");
    expect(alert).toHaveTextContent("Fonds tries again by itself");
    await user.click(within(alert).getByRole("button", { name: "Save a copy elsewhere…" }));
    await waitFor(() => expect(alert).toHaveTextContent("A copy is in /home/nadia/Archives 2026/"));
    const { args } = calls("save_copy")[0] as { args: { text: { doc: unknown; markdown: unknown } } };
    expect(JSON.stringify(args.text.doc)).toContain("Precious. Between");
    expect(args.text.markdown).toBeNull();
    backend.allow("save_post");
    await user.click(within(alert).getByRole("button", { name: "Save again" }));
    await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  });

  test("closes only after the text is saved", async () => {
    await open();
    await openPost();
    backend.refuse("save_post", {
      code: "disk-full",
      message: "The disk is full.",
      hints: [],
      retryable: false,
    });
    await type("Precious. ");
    backend.emit("close-requested", {});
    await screen.findByRole("alert", {}, { timeout: 2000 });
    expect(calls("confirm_close")).toHaveLength(0);
    backend.allow("save_post");
    backend.emit("close-requested", {});
    await waitFor(() => expect(calls("confirm_close")).not.toHaveLength(0));
  });
});
