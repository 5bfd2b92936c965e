/** A long list of posts: read by pages, drawn as far as it is seen, gone through by keyboard. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend } from "../src/api/memory";
import type { ListRequest } from "../src/api/types";
import { Session } from "../src/session.svelte";

const MANY = 450;
let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(cleanup);

async function open() {
  backend = new MemoryBackend({ posts: MANY });
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("link", { name: /What we heard/ });
}

const list = () => within(screen.getByRole("navigation", { name: "Posts" }));
const rows = () => list().getAllByRole("listitem");
const requests = () =>
  backend.calls
    .filter((call) => call.name === "list_posts")
    .map((call) => (call.args as { request: ListRequest }).request);

test("a page is read, a part of it is drawn, and a screen reader is told of all", async () => {
  await open();
  const total = Number(list().getByRole("heading", { level: 2 }).textContent?.replace(/\D/g, ""));
  expect(total).toBeGreaterThan(MANY);
  expect(rows().length).toBeLessThan(100);
  expect(rows()[0]).toHaveAttribute("aria-setsize", String(total));
  expect(rows()[0]).toHaveAttribute("aria-posinset", "1");
  expect(requests().every((request) => request.limit <= 100)).toBe(true);
});

test("the keys go along the rows, and the list is read on where it ends", async () => {
  await open();
  expect(
    list()
      .getAllByRole("link")
      .filter((link) => link.tabIndex === 0),
  ).toHaveLength(1);
  list()
    .getByRole("link", { name: /What we heard/ })
    .focus();
  await user.keyboard("{Home}{ArrowDown}");
  expect(document.activeElement?.closest("li")).toHaveAttribute("aria-posinset", "2");
  await user.keyboard("{ArrowUp}");
  expect(document.activeElement?.closest("li")).toHaveAttribute("aria-posinset", "1");
  const before = requests().length;
  await user.keyboard("{End}");
  await waitFor(() => expect(requests().length).toBeGreaterThan(before));
  expect(requests().at(-1)?.after).not.toBeNull();
  await waitFor(() =>
    expect(Number(document.activeElement?.closest("li")?.getAttribute("aria-posinset"))).toBeGreaterThan(100),
  );
  // What has the focus stays drawn, and opens.
  const name = document.activeElement?.querySelector(".title")?.textContent;
  await user.keyboard("{Enter}");
  expect(await screen.findByRole("textbox", { name: "Title" })).toHaveValue(name);
  expect(document.activeElement?.closest("li") ?? list().getByRole("link", { current: true })).toBeTruthy();
});

test("what was read stays when a text is saved, and its row comes to the top", async () => {
  await open();
  list()
    .getByRole("link", { name: /What we heard/ })
    .focus();
  await user.keyboard("{End}");
  await waitFor(() => expect(requests().at(-1)?.after).not.toBeNull());
  await waitFor(() =>
    expect(Number(document.activeElement?.closest("li")?.getAttribute("aria-posinset"))).toBeGreaterThan(100),
  );
  await user.keyboard("{Enter}");
  const title = await screen.findByRole("textbox", { name: "Title" });
  const before = requests().length;
  await user.type(title, " again");
  await waitFor(() => expect(requests().length).toBeGreaterThan(before), { timeout: 5000 });
  // One page, from the beginning: not everything that was read before.
  expect(
    requests()
      .slice(before)
      .every((request) => request.after === null && request.limit === 100),
  ).toBe(true);
  await waitFor(() =>
    expect(list().getByRole("link", { current: true }).closest("li")).toHaveAttribute("aria-posinset", "1"),
  );
});

test("the order is the author’s, and is asked of the library", async () => {
  await open();
  await user.click(list().getByRole("button", { name: "Conditions" }));
  await user.selectOptions(list().getByLabelText("Sort by"), "Title");
  await waitFor(() => expect(requests().at(-1)).toMatchObject({ order: "title", after: null }));
  await waitFor(() => expect(rows()[0]).toHaveTextContent("Access to information"));
  expect(list().queryByRole("heading", { level: 3 })).toBeNull();
});
