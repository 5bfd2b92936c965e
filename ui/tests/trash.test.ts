/** The trash, as a person sees it, on a backend in memory. */
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

async function open() {
  backend = new MemoryBackend({ pace: 5 });
  for (const id of ["p5", "p6", "p8"]) await backend.call("trash_post", { id });
  render(App, { props: { session: new Session(backend) } });
  await user.click(await screen.findByRole("button", { name: "Trash" }));
  await screen.findByRole("heading", { level: 1, name: "Trash 3" });
}

const rows = () => within(screen.getByRole("table")).getAllByRole("row").length - 1;

test("one post is put back, and stands in the list again", async () => {
  await open();
  expect(screen.queryByRole("link", { name: /Portal maintenance/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Put back Portal maintenance on 17 October" }));
  expect(await screen.findByText("1 post is back in the list.")).toBeVisible();
  expect(await screen.findByRole("link", { name: /Portal maintenance/ })).toBeVisible();
  expect(rows()).toBe(2);
});

test("several are put back at once, by keyboard alone", async () => {
  await open();
  screen.getByRole("checkbox", { name: "Choose all" }).focus();
  await user.keyboard(" ");
  await user.tab();
  await user.keyboard(" ");
  screen.getByRole("button", { name: "Put 2 posts back" }).focus();
  await user.keyboard("{Enter}");
  expect(await screen.findByText("2 posts are back in the list.")).toBeVisible();
  expect(rows()).toBe(1);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("heading", { name: /^Trash/ })).toBeNull());
});

test("what cannot be put back stays, with the reason", async () => {
  await open();
  backend.refuse("restore_trashed", {
    code: "library.busy",
    message: "Another program is writing.",
    hints: [],
    retryable: true,
  });
  await user.click(screen.getByRole("button", { name: "Put back Portal maintenance on 17 October" }));
  expect(await screen.findByText("Another program is writing.")).toBeVisible();
  expect(rows()).toBe(3);
});
