/** The commands of the window: by their words, by their keys, on a backend in memory. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend, type MemoryOptions } from "../src/api/memory";
import { Session } from "../src/session.svelte";

let backend: MemoryBackend;
let session: Session;
const user = userEvent.setup();

beforeEach(() => {
  document.documentElement.lang = "en";
});
afterEach(cleanup);

async function open(options: MemoryOptions = {}) {
  backend = new MemoryBackend({ pace: 5, ...options });
  session = new Session(backend);
  render(App, { props: { session } });
  await waitFor(() => expect(document.querySelector(".frame")).not.toBeNull());
}

async function ask(words: string) {
  await user.keyboard("{Control>}{Shift>}p{/Shift}{/Control}");
  const field = await screen.findByRole("combobox");
  await user.type(field, words);
}

test("a command is found by its words, in either language and without accents, and run", async () => {
  await open();
  await ask("élevé");
  expect(await screen.findByRole("option", { name: /^High contrast$/ })).toBeVisible();
  await user.clear(screen.getByRole("combobox"));
  await user.type(screen.getByRole("combobox"), "exports");
  await waitFor(() => expect(screen.getAllByRole("option")[0]).toHaveTextContent("Exports"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(session.place).toBe("exports"));
  await waitFor(() => expect(screen.queryByRole("combobox", { name: "Search or run a command" })).toBeNull());
});

test("posts are found too, unless only commands are asked for", async () => {
  await open();
  await ask("correction");
  await user.click(await screen.findByRole("option", { name: /Correction: Table 3/ }));
  await screen.findByRole("heading", { level: 1, name: /Correction: Table 3/ });
  await ask(">correction");
  expect(await screen.findByText("Nothing is found.")).toBeVisible();
  expect(screen.queryByRole("option")).toBeNull();
});

test("what cannot be done now is not offered", async () => {
  await open();
  await ask("attach");
  expect(screen.queryByRole("option", { name: /Attach a PDF/ })).toBeNull();
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("link", { name: /What we heard/ }));
  await ask("attach");
  expect(await screen.findByRole("option", { name: /Attach a PDF.*Ctrl Shift A/ })).toBeVisible();
});

test("the list of keys holds every chord that the window hears, each once", async () => {
  await open();
  await user.keyboard("{Control>}/{/Control}");
  const dialog = await screen.findByRole("dialog", { name: "Keys" });
  const shown = [...within(dialog).getAllByRole("term")].map((term) => term.textContent);
  const heard = session.commands.all.filter(({ keys, heard }) => keys && !heard);
  expect(heard.length).toBeGreaterThan(10);
  for (const { keys } of heard) {
    const chord = (keys ?? "").replaceAll("+", " ");
    expect(
      shown.filter((one) => one === chord),
      chord,
    ).toHaveLength(1);
  }
});
