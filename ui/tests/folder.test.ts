/** What the window says of the folder of files, on a backend in memory. */
import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend } from "../src/api/memory";
import { Session } from "../src/session.svelte";

let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(async () => {
  document.documentElement.lang = "en";
  backend = new MemoryBackend({ pace: 5 });
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("button", { name: "Trash" });
});
afterEach(cleanup);

test("files that vanished at once are asked about, and the answer ends it", async () => {
  backend.folder.show({ vanishedCount: 7, vanished: ["posts/a.md"] });
  expect(await screen.findByText("7 files have vanished from the folder at once.")).toBeVisible();
  expect(screen.getByText("and 6 more")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "They were removed on purpose" }));
  await waitFor(() => expect(screen.queryByText(/have vanished/)).toBeNull());
  expect(backend.calls.some(({ name }) => name === "accept_vanished")).toBe(true);
});

test("files that come back take the question away", async () => {
  backend.folder.show({ vanishedCount: 7, vanished: [] });
  await screen.findByText("7 files have vanished from the folder at once.");
  backend.folder.show({});
  await waitFor(() => expect(screen.queryByText(/have vanished/)).toBeNull());
});

test("polling, and another Fonds that watches, are said", async () => {
  backend.folder.show({ polling: true });
  expect(await screen.findByText(/looks at its files every two seconds/)).toBeVisible();
  backend.folder.show({ elsewhere: true });
  expect(await screen.findByText(/Another Fonds watches this folder/)).toBeVisible();
});

test("a library on a network share says so", async () => {
  backend.nextFolder = "/mnt/share/Our blog";
  await user.keyboard("{Control>}o{/Control}");
  expect(await screen.findByText(/on a network share \(NFS\)/)).toBeVisible();
});
