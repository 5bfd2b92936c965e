/** Searches under a name: kept, opened, renamed, removed, and what one finds put under a hold. */
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
  backend = new MemoryBackend();
  render(App, { props: { session: new Session(backend) } });
  await screen.findByRole("link", { name: /What we heard/ });
  await user.click(screen.getByRole("button", { name: "Saved searches" }));
}

const panel = () => within(screen.getByRole("region", { name: "Saved searches" }));
const field = () => screen.getByRole("searchbox", { name: "Search the posts" });

async function save(words: string, name: string) {
  await user.clear(field());
  await user.type(field(), words);
  await user.type(panel().getByLabelText("Name of this search"), `${name}{Enter}`);
  await panel().findByRole("button", { name });
}

test("a search is saved with its conditions, and asked again by its name", async () => {
  await open();
  expect(await panel().findByText(/^None yet/)).toBeVisible();
  expect(panel().queryByLabelText("Name of this search")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Conditions" }));
  const conditions = within(screen.getByRole("group", { name: "Conditions" }));
  await user.selectOptions(conditions.getByLabelText("PDFs"), "With a PDF");
  await save("heard", "Consultation, with its report");
  await user.click(conditions.getByRole("button", { name: "Clear" }));
  expect(field()).toHaveValue("");
  await user.click(panel().getByRole("button", { name: "Consultation, with its report" }));
  expect(field()).toHaveValue("heard");
  expect(conditions.getByLabelText("PDFs")).toHaveValue("true");
  expect(await screen.findByText("1 post")).toBeVisible();
});

test("it is renamed by keyboard, removed, and brought back", async () => {
  await open();
  await save("portal", "Portal");
  panel().getByRole("button", { name: "Rename “Portal”" }).focus();
  await user.keyboard("{Enter}");
  expect(panel().getByLabelText("New name of “Portal”")).toHaveFocus();
  await user.clear(panel().getByLabelText("New name of “Portal”"));
  await user.keyboard("Portal notices{Enter}");
  await panel().findByRole("button", { name: "Portal notices" });
  await user.click(panel().getByRole("button", { name: "Remove “Portal notices”" }));
  expect(await panel().findByText(/was removed/)).toBeVisible();
  expect(panel().queryByRole("button", { name: "Portal notices" })).toBeNull();
  await user.click(panel().getByRole("button", { name: "Undo" }));
  expect(await panel().findByRole("button", { name: "Portal notices" })).toBeVisible();
});

test("a name that is taken is refused, and what was typed stays", async () => {
  await open();
  await save("portal", "Portal");
  await user.type(panel().getByLabelText("Name of this search"), "Portal{Enter}");
  expect(await screen.findByText("There is a saved search “Portal” already.")).toBeVisible();
  expect(panel().getByLabelText("Name of this search")).toHaveValue("Portal");
});

test("a hold is placed on what it finds", async () => {
  await open();
  await save("portal", "Portal");
  await user.keyboard("{Control>}3{/Control}");
  await user.click(await screen.findByRole("button", { name: /^Holds/ }));
  await user.click(await screen.findByRole("button", { name: "New hold" }));
  const detail = within(screen.getByRole("complementary", { name: "Details" }));
  await user.type(detail.getByLabelText("Name"), "A-2026-7");
  await user.type(detail.getByLabelText("Reason"), "Request");
  await user.type(detail.getByLabelText("Authority"), "Coordinator");
  await user.selectOptions(
    detail.getByLabelText("On"),
    await detail.findByRole("option", { name: "Portal" }),
  );
  await user.click(detail.getByRole("button", { name: "Place the hold" }));
  const row = await screen.findByRole("row", { name: /A-2026-7/ });
  expect(row).toHaveTextContent("Portal");
  await waitFor(() => expect(row).toHaveTextContent("1 record"));
});
