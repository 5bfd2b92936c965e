/** The care of the library: check, repair, backups, and what is destroyed for good. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend } from "../src/api/memory";
import { Session } from "../src/session.svelte";

let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(cleanup);

async function open(pace = 5) {
  backend = new MemoryBackend({ pace });
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("link", { name: /What we heard/ });
  await user.keyboard("{Control>}5{/Control}");
  await screen.findByRole("heading", { level: 1, name: "Check and backups" });
}

const calls = (name: string) => backend.calls.filter((call) => call.name === name).map((call) => call.args);
const index = {
  code: "LIBRARY_INDEX",
  severity: "error" as const,
  place: "3 posts",
  message: "The search index lacks posts.",
};
const lost = { code: "LIBRARY_BLOB", severity: "error" as const, place: "ab12", message: "A file is gone." };

test("a check says how far it is, goes on elsewhere, and says that all is well", async () => {
  await open();
  await user.click(screen.getByRole("button", { name: "Check the library" }));
  expect(await screen.findByRole("progressbar", { name: "Progress of the check" })).toBeVisible();
  await user.keyboard("{Control>}1{/Control}");
  await user.keyboard("{Control>}5{/Control}");
  expect(await screen.findByText("Nothing is wrong.")).toBeVisible();
  expect(calls("start_check")).toEqual([{ repair: false }]);
});

test("what is wrong is named, mended, and what is beyond repair says what to do", async () => {
  await open();
  backend.care.wrong = [index];
  await user.click(screen.getByRole("button", { name: "Check the library" }));
  expect(await screen.findByText("1 thing is wrong.")).toBeVisible();
  expect(screen.getByRole("row", { name: /LIBRARY_INDEX/ })).toHaveTextContent("3 posts");
  await user.click(screen.getByRole("button", { name: "Check and repair" }));
  expect(await screen.findByText(/1 thing was wrong, and is mended/)).toBeVisible();
  backend.care.beyond = [lost];
  await user.click(screen.getByRole("button", { name: "Check and repair" }));
  expect(await screen.findByText(/put a backup back/)).toBeVisible();
});

test("a check is stopped by keyboard", async () => {
  await open(60);
  screen.getByRole("button", { name: "Check the library" }).focus();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(calls("start_check")).toHaveLength(1));
  (await screen.findByRole("button", { name: "Cancel" })).focus();
  await user.keyboard("{Enter}");
  expect(await screen.findByText(/^The check was stopped/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Check the library" })).toBeVisible();
});

test("a backup is put back after a question, and the open post was saved before", async () => {
  await open();
  const first = backend.care.backups[1];
  const rows = within(await screen.findByRole("table", { name: "Backups on this computer" }));
  expect(rows.getAllByRole("row")).toHaveLength(5);
  await user.click(rows.getAllByRole("button")[1] as HTMLElement);
  const question = await screen.findByRole("alertdialog");
  await waitFor(() => expect(within(question).getByRole("button", { name: "Cancel" })).toHaveFocus());
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("alertdialog")).toBeNull();
  expect(calls("restore_backup")).toEqual([]);
  await user.click(rows.getAllByRole("button")[1] as HTMLElement);
  await user.click(await screen.findByRole("button", { name: "Put it back" }));
  expect(await screen.findByText(/^The library goes on from the backup of/)).toBeVisible();
  expect(calls("restore_backup")).toEqual([{ day: first?.day }]);
});

test("a whole copy goes where it was asked for", async () => {
  await open();
  await user.click(screen.getByRole("button", { name: "Make a whole copy…" }));
  expect(await screen.findByText(/open-government-blog-2026-11-25.zip/)).toBeVisible();
  expect(calls("back_up")).toEqual([{ dir: "/home/nadia/Archives 2026" }]);
});

test("a post in the trash is destroyed after a question, and not while something keeps it", async () => {
  backend = new MemoryBackend({ pace: 5 });
  for (const id of ["p5", "p6", "p8"]) await backend.call("trash_post", { id });
  render(App, { props: { session: new Session(backend) } });
  await user.click(await screen.findByRole("button", { name: "Trash" }));
  const destroy = await screen.findByRole("button", { name: "Destroy Portal maintenance on 17 October" });
  await user.click(destroy);
  expect(screen.getByRole("alertdialog", { name: /Destroy “Portal maintenance/ })).toBeVisible();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("alertdialog")).toBeNull();
  expect(calls("purge_post")).toEqual([]);
  const held = {
    code: "protected.held",
    message: "It is under the hold “A-1”.",
    hints: [],
    retryable: false,
  };
  backend.refuse("purge_post", held);
  await user.click(destroy);
  await user.click(screen.getByRole("button", { name: "Destroy it" }));
  expect(await screen.findByText("It is under the hold “A-1”.")).toBeVisible();
  backend.allow("purge_post");
  await user.click(destroy);
  await user.click(screen.getByRole("button", { name: "Destroy it" }));
  expect(await screen.findByText("“Portal maintenance on 17 October” was destroyed.")).toBeVisible();
  expect(within(screen.getByRole("table")).getAllByRole("row")).toHaveLength(3);
});
