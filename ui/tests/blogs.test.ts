/** Setting blogs up, as a person does it, on a backend in memory. */
import { cleanup, render, screen, within } from "@testing-library/svelte";
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
  await user.click(await screen.findByRole("link", { name: /^Publish/ }));
});
afterEach(cleanup);

async function fill() {
  await user.click(screen.getByRole("button", { name: "Add a WordPress blog" }));
  // The first field has the caret: the rest is typed and tabbed.
  await user.keyboard("https://blog.example.ca{Tab}nadia{Tab}abcd efgh{Tab}News{Enter}");
}

test("a blog is set up by keyboard, and says at once what works", async () => {
  await fill();
  const blog = within(await screen.findByRole("region", { name: "News" }));
  expect(await blog.findByText("The user and the password are accepted.")).toBeVisible();
  expect(blog.getByText("The account may not write unfiltered HTML.")).toBeVisible();
  const asked = backend.calls.find((call) => call.name === "add_blog");
  expect(asked?.args).toEqual({
    name: "News",
    url: "https://blog.example.ca",
    user: "nadia",
    password: "abcd efgh",
  });
  await user.click(blog.getByRole("button", { name: "Remove" }));
  expect(await screen.findByRole("button", { name: /^All blogs/, current: true })).toBeVisible();
  expect(screen.queryByRole("button", { name: /^News/ })).toBeNull();
});

test("what is refused keeps what was typed", async () => {
  backend.refuse("add_blog", {
    code: "blog.refused",
    message: "There is no WordPress at this address.",
    hints: [],
    retryable: false,
  });
  await fill();
  expect(await screen.findByText("There is no WordPress at this address.")).toBeVisible();
  expect(screen.getByLabelText("Address of its front page")).toHaveValue("https://blog.example.ca");
  await user.keyboard("{Escape}");
  expect(await screen.findByRole("heading", { level: 1, name: /^Outbox/ })).toBeVisible();
});

test("the static site is told where the public finds it", async () => {
  await user.click(screen.getByRole("button", { name: /^Open Government site/ }));
  const address = await screen.findByLabelText("Where the public finds the site");
  await user.clear(address);
  await user.type(address, "https://open.example.ca{Enter}");
  expect(backend.calls.findLast((call) => call.name === "set_blog_address")?.args).toEqual({
    blog: "site",
    url: "https://open.example.ca",
  });
});
