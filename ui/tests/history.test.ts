/** The history of a post, as a person sees it, on a backend in memory. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend, type MemoryOptions } from "../src/api/memory";
import { Session } from "../src/session.svelte";
import { Past } from "../src/views/write/history/past.svelte";

let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(cleanup);

async function open(options: MemoryOptions = {}) {
  backend = new MemoryBackend({ pace: 5, revisions: 14, ...options });
  render(App, { props: { session: new Session(backend) } });
  await user.click(await screen.findByRole("link", { name: /What we heard|Ce que vous/ }));
  await screen.findByRole("textbox", { name: /Text of the post|Texte du billet/ });
}

async function openHistory() {
  await user.keyboard("{Control>}{Shift>}h{/Shift}{/Control}");
  return screen.findByRole("navigation", { name: "Revisions" });
}

const calls = (name: string) => backend.calls.filter((call) => call.name === name);
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

describe("history", () => {
  test("one key opens it at the newest revision, and what that one changed is marked", async () => {
    await open();
    const revisions = await openHistory();
    await heading("Revision 13 to 14");
    expect(within(revisions).getByRole("radio", { name: "To revision 14" })).toBeChecked();
    expect(within(revisions).getByRole("radio", { name: "From revision 13" })).toBeChecked();
    expect(within(revisions).getByRole("heading", { name: "Today" })).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("navigation", { name: "Revisions" })).toBeNull());
  });

  test("any two are compared, whichever is chosen first, in words, side by side and as Markdown", async () => {
    await open();
    const revisions = await openHistory();
    await heading("Revision 13 to 14");
    await user.click(within(revisions).getByRole("radio", { name: "From revision 11" }));
    await heading("Revision 11 to 14");
    const sheet = screen.getByRole("region", { name: "Revision 11 to 14" });
    await waitFor(() => expect(within(sheet).getByText("30")).toBeVisible());
    expect(within(sheet).getByText("30").closest("del")).toHaveClass("removed");
    expect(within(sheet).getByText("26").closest("ins")).toHaveClass("added");
    await user.click(screen.getByRole("button", { name: "Side by side" }));
    expect(within(sheet).getByText("30").closest(".old")).not.toBeNull();
    expect(within(sheet).getByText("26").closest(".old")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Markdown" }));
    await waitFor(() =>
      expect(calls("compare_sources").at(-1)?.args).toEqual({ id: "p1", from: 11, to: 14 }),
    );
    await user.click(within(revisions).getByRole("radio", { name: "To revision 9" }));
    await heading("Revision 9 to 11");
  });

  test("the keys go from change to change and say which one", async () => {
    await open();
    await openHistory();
    await heading("Revision 13 to 14");
    await user.click(screen.getByRole("radio", { name: "From revision 11" }));
    await heading("Revision 11 to 14");
    const total = document.querySelectorAll("[data-change]").length;
    expect(total).toBeGreaterThan(1);
    await user.keyboard("{F8}");
    expect(screen.getByText(`1 of ${total}`)).toBeVisible();
    expect(document.activeElement).toHaveAttribute("data-change", "0");
    await user.keyboard("{Shift>}{F8}{/Shift}");
    expect(screen.getByText(`${total} of ${total}`)).toBeVisible();
    expect(document.activeElement).toHaveAccessibleName(/^Change \d+ of \d+: /);
  });

  test("a revision is named, and named no more", async () => {
    await open();
    await openHistory();
    await heading("Revision 13 to 14");
    await user.click(screen.getByRole("button", { name: "Name it…" }));
    await user.type(screen.getByLabelText("Name of revision 14"), "As sent to the minister{Enter}");
    const revisions = screen.getByRole("navigation", { name: "Revisions" });
    expect(await within(revisions).findByText("As sent to the minister")).toBeVisible();
    expect(calls("name_revision").at(-1)?.args).toEqual({
      id: "p1",
      number: 14,
      name: "As sent to the minister",
    });
    await user.click(screen.getByRole("button", { name: "Rename…" }));
    await user.clear(screen.getByLabelText("Name of revision 14"));
    await user.keyboard("{Enter}");
    await waitFor(() =>
      expect(calls("name_revision").at(-1)?.args).toEqual({ id: "p1", number: 14, name: null }),
    );
    await waitFor(() => expect(within(revisions).queryByText("As sent to the minister")).toBeNull());
  });

  test("an earlier revision is restored, and the text is there again", async () => {
    await open();
    await user.click(screen.getByRole("button", { name: /Revision 11/ }));
    await user.click(await screen.findByRole("button", { name: "Restore revision 11" }));
    await waitFor(() => expect(calls("restore_revision").at(-1)?.args).toEqual({ id: "p1", number: 11 }));
    const text = await screen.findByRole("textbox", { name: "Text of the post" });
    await waitFor(() => expect(text).toHaveTextContent("30 June"));
    expect(screen.getByRole("button", { name: /Revision 15.*restored/ })).toBeVisible();
  });

  test("what was typed last is a revision before anything is compared", async () => {
    await open();
    const text = screen.getByRole("textbox", { name: "Text of the post" }) as HTMLElement & {
      editor: { commands: { insertContentAt: (at: number, words: string) => boolean } };
    };
    text.editor.commands.insertContentAt(1, "Hello. ");
    await openHistory();
    await heading("Revision 14 to 15");
    const order = backend.calls.map((call) => call.name);
    expect(order.lastIndexOf("save_post")).toBeLessThan(order.indexOf("seal_post"));
    expect(screen.getByText("Hello.").closest("ins")).not.toBeNull();
  });

  test("the very version of a file that a revision had is opened, and its others are listed", async () => {
    await open({ revisions: 0 });
    backend.nextFiles = ["/home/nadia/annex.pdf"];
    await user.click(screen.getByRole("button", { name: "Attach…" }));
    await screen.findByText("annex.pdf");
    await openHistory();
    const part = await screen.findByRole("region", { name: "Files of revision 3" });
    await user.click(within(part).getByRole("button", { name: "Versions of annex.pdf" }));
    await user.click(await within(part).findByRole("button", { name: "Open version 1" }));
    const annex = calls("attachment_history").at(-1)?.args as { attachmentId: string };
    expect(calls("open_attachment").at(-1)?.args).toEqual({ attachmentId: annex.attachmentId, version: 1 });
    expect(within(part).getByText("In revisions 3")).toBeVisible();
  });

  test("2,000 revisions are read as they are looked at, and never stand in the page at once", async () => {
    await open({ revisions: 2000 });
    const revisions = await openHistory();
    await heading("Revision 1,999 to 2,000");
    expect(calls("history").map((call) => call.args)).toEqual([{ id: "p1", before: null, limit: 200 }]);
    expect(within(revisions).getByText("2,000")).toBeVisible();
    expect(within(revisions).getAllByRole("radio").length).toBeLessThan(200);
  });

  test("only the revisions of a kind are shown, however far back they are", async () => {
    backend = new MemoryBackend({ revisions: 500 });
    await backend.call("name_revision", { id: "p1", number: 3, name: "As sent" });
    const past = new Past(new Session(backend), "p1");
    await past.begin(500);
    expect(past.rows).toHaveLength(200);
    await past.only("named");
    expect(past.shown.map((row) => row.number)).toEqual([3]);
    await past.only("merge");
    expect(past.shown.length).toBeGreaterThan(10);
    expect(new Set(past.shown.map((row) => row.origin))).toEqual(new Set(["merge"]));
  });

  test("in French", async () => {
    await open({ settings: { language: "fr" } });
    await user.keyboard("{Control>}{Shift>}h{/Shift}{/Control}");
    await heading("De la révision 1 à 2");
    expect(screen.getByRole("button", { name: "Changement suivant" })).toBeVisible();
  });
});
