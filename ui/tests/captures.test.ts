/** Captures of the public page, as a person sees them, on a backend in memory. */
import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend } from "../src/api/memory";
import { Session } from "../src/session.svelte";

let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(() => {
  document.documentElement.lang = "en";
  backend = new MemoryBackend({ pace: 5 });
});
afterEach(cleanup);

async function open(post: RegExp) {
  render(App, { props: { session: new Session(backend) } });
  await user.click(await screen.findByRole("link", { name: post }));
}

const part = () => screen.findByRole("region", { name: "Captures" });

test("a public page is captured, and what it leaves out is named", async () => {
  await open(/Access to information/);
  const captures = within(await part());
  expect(captures.getByText("The page as the public sees it can be kept for the record.")).toBeVisible();
  captures.getByRole("button", { name: "Capture now" }).focus();
  await user.keyboard("{Enter}");
  expect(await captures.findByText("Open Government site, answer 200, 482 kB")).toBeVisible();
  await user.click(captures.getByText("1 item left out"));
  expect(captures.getByText("on another host")).toBeVisible();
  expect(captures.getByRole("button", { name: /^Save the capture of/ })).toBeVisible();
});

test("what is on no blog has no captures", async () => {
  await open(/What we heard/);
  await screen.findByRole("region", { name: "Publishing" });
  expect(screen.queryByRole("region", { name: "Captures" })).toBeNull();
});

test("a page that cannot be had is said, and nothing is shown as kept", async () => {
  await open(/Access to information/);
  backend.refuse("capture", {
    code: "blog.unreachable",
    message: "The blog could not be reached.",
    hints: [],
    retryable: true,
  });
  await user.click(within(await part()).getByRole("button", { name: "Capture now" }));
  expect(await screen.findByText(/could not be reached/)).toBeVisible();
  expect(within(await part()).queryByText(/answer 200/)).toBeNull();
});
