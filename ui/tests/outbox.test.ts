/** The outbox, as a person sees it, on a backend in memory. */
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
  backend.publishing.wait("p3", "The blog could not be reached: it did not answer in time.");
  render(App, { props: { session: new Session(backend) } });
  await user.click(await screen.findByRole("link", { name: /^Publish/ }));
  await user.click(await screen.findByRole("button", { name: /did not answer in time/ }));
});
afterEach(cleanup);

const item = () => within(screen.getByRole("complementary", { name: "Receipt" }));

test("what waits says why, and is paused, resumed and sent", async () => {
  await user.click(item().getByRole("button", { name: "Pause" }));
  expect(await screen.findByText("Waiting for you")).toBeVisible();
  (await item().findByRole("button", { name: "Resume" })).focus();
  await user.keyboard("{Enter}");
  await user.click(await item().findByRole("button", { name: "Send now" }));
  expect(await item().findByRole("heading", { name: "Receipt" })).toBeVisible();
  expect(screen.queryByText(/did not answer in time/)).toBeNull();
  expect(item().queryByRole("button", { name: "Give up" })).toBeNull();
});

test("what is given up is gone", async () => {
  await user.click(item().getByRole("button", { name: "Give up" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Outbox 0" })).toBeVisible();
});

test("what the blog refuses stays, with the reason", async () => {
  backend.refuse("send_item", {
    code: "blog.refused",
    message: "The password is not accepted.",
    hints: [],
    retryable: false,
  });
  await user.click(item().getByRole("button", { name: "Send now" }));
  expect(await screen.findByText("The password is not accepted.")).toBeVisible();
  expect(item().getByRole("button", { name: "Give up" })).toBeVisible();
});
