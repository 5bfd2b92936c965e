/** PDFs and search in the window, on a backend in memory. pdf.js itself draws in the real window's test. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend, type MemoryOptions } from "../src/api/memory";
import { Session } from "../src/session.svelte";
import { matches } from "../src/views/pdf/find";

const pages = ["Cover", "Contents", "A fixed calendar came first", "Tables", "What comes next"];
const opened = vi.hoisted(() => ({ refuse: null as Error | null, closed: 0 }));

vi.mock("../src/views/pdf/open", () => ({
  openPdf: async () => {
    if (opened.refuse) throw opened.refuse;
    return {
      pages: pages.length,
      page: async () => ({ getViewport: () => ({ width: 595, height: 842 }) }),
      pieces: async (number: number) => [pages[number - 1] ?? ""],
      draw: async () => {},
      layText: async (number: number, container: HTMLElement) => {
        container.replaceChildren();
        const piece = document.createElement("span");
        piece.textContent = pages[number - 1] ?? "";
        container.append(piece);
        return { textDivs: [piece] };
      },
      close: () => {
        opened.closed += 1;
      },
    };
  },
}));

let backend: MemoryBackend;
const user = userEvent.setup();

beforeEach(() => {
  document.documentElement.lang = "en";
  opened.refuse = null;
});
afterEach(cleanup);

async function open(options: MemoryOptions = {}) {
  backend = new MemoryBackend({ pace: 5, ...options });
  render(App, { props: { session: new Session(backend) } });
  await waitFor(() => expect(document.querySelector(".frame")).not.toBeNull());
}

async function openPdf() {
  await open();
  await user.click(await screen.findByRole("link", { name: /What we heard/ }));
  await user.click(await screen.findByRole("button", { name: /what-we-heard-2026.pdf.*5 pages/ }));
  await screen.findByRole("article", { name: "Page 1 of 5" });
}

const calls = (name: string) => backend.calls.filter((call) => call.name === name);

describe("a PDF", () => {
  test("says in the list how long it is and that there is something to look at", async () => {
    await open();
    await user.click(await screen.findByRole("link", { name: /What we heard/ }));
    const part = screen.getByRole("region", { name: "Attachments" });
    expect(await within(part).findByText(/Version 2 · 5 pages · 2.1 MB/)).toBeVisible();
    expect(within(part).getByText("2 things to look at")).toBeVisible();
  });

  test("is looked at page by page by keyboard, and Esc returns to the post", async () => {
    await openPdf();
    await user.keyboard("{ArrowRight}{ArrowRight}");
    expect(await screen.findByRole("article", { name: "Page 3 of 5" })).toHaveTextContent("A fixed calendar");
    expect(screen.getByRole("button", { name: "Page 3" })).toHaveAttribute("aria-current", "page");
    const field = screen.getByRole("textbox", { name: /^Page.*of 5$/ });
    await user.clear(field);
    await user.type(field, "99");
    await user.tab();
    expect(await screen.findByRole("article", { name: "Page 5 of 5" })).toBeVisible();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("article", { name: /of 5/ })).toBeNull();
    expect(screen.getByRole("textbox", { name: "Text of the post" })).toBeVisible();
    expect(opened.closed).toBeGreaterThan(0);
  });

  test("is searched from page to page", async () => {
    await openPdf();
    await user.keyboard("{Control>}f{/Control}");
    await user.type(screen.getByRole("searchbox", { name: "Find in this PDF" }), "CALENDAR");
    expect(await screen.findByRole("article", { name: "Page 3 of 5" })).toBeVisible();
    await user.type(screen.getByRole("searchbox", { name: "Find in this PDF" }), " of birds");
    expect(await screen.findByText("Not in this PDF.")).toBeVisible();
  });

  test("shows what it says, its versions, and where it is used; a replacement is the next version", async () => {
    await openPdf();
    const about = screen.getByRole("complementary", { name: "About this PDF" });
    expect(within(about).getByText("It is not tagged")).toBeVisible();
    expect(within(about).getByText(/Readers with a screen reader may not/)).toBeVisible();
    expect(within(about).getByRole("button", { name: /Version 2/ })).toHaveAttribute("aria-current", "true");
    await user.click(within(about).getByRole("button", { name: /Version 1/ }));
    await waitFor(() => expect(calls("pdf_detail").at(-1)?.args).toMatchObject({ version: 1 }));
    backend.nextFiles = ["/home/nadia/what-we-heard-final.pdf"];
    await user.click(within(about).getByRole("button", { name: "Replace…" }));
    expect(await within(about).findByRole("button", { name: /Version 3/ })).toHaveAttribute(
      "aria-current",
      "true",
    );
    await user.click(within(about).getByRole("button", { name: "Open in another program" }));
    expect(calls("open_attachment").at(-1)?.args).toMatchObject({ version: 3 });
    await user.click(within(about).getByRole("button", { name: /What we heard: the 2026/ }));
    expect(await screen.findByRole("heading", { level: 1, name: /What we heard/ })).toBeInTheDocument();
  });

  test("that is locked or broken says so, and can be opened elsewhere", async () => {
    opened.refuse = Object.assign(new Error("secret"), { name: "PasswordException" });
    await open();
    await user.click(await screen.findByRole("link", { name: /What we heard/ }));
    await user.click(await screen.findByRole("button", { name: /what-we-heard-2026.pdf.*Version/ }));
    expect(await screen.findByText("This PDF opens only with a password")).toBeVisible();
  });
});

describe("searching", () => {
  test("finds words in texts and on pages of PDFs, and opens the page", async () => {
    await open();
    await screen.findByRole("link", { name: /What we heard/ });
    await user.type(screen.getByRole("searchbox"), "fixed calendar");
    const place = await screen.findByRole("link", { name: /what-we-heard-2026.pdf, page 3/ });
    expect(screen.getByText("1 post")).toBeVisible();
    expect(screen.queryByRole("link", { name: /Portal maintenance/ })).toBeNull();
    await user.click(place);
    expect(await screen.findByRole("article", { name: "Page 3 of 5" })).toBeVisible();
    expect(screen.getByRole("searchbox", { name: "Find in this PDF" })).toHaveValue("fixed calendar");
  });

  test("is narrowed by conditions, which also stand alone", async () => {
    await open();
    await user.click(await screen.findByRole("button", { name: "Conditions" }));
    const conditions = screen.getByRole("group", { name: "Conditions" });
    await user.selectOptions(within(conditions).getByLabelText("PDFs"), "With a PDF");
    expect(await screen.findByText("1 post")).toBeVisible();
    await user.selectOptions(within(conditions).getByLabelText("Language"), "French");
    expect(await screen.findByText("Nothing was found.")).toBeVisible();
    const asked = calls("list_posts").at(-1)?.args;
    expect(asked).toMatchObject({ request: { conditions: { pdf: true, language: "fr", words: "" } } });
    await user.click(within(conditions).getByRole("button", { name: "Clear" }));
    expect(await screen.findByRole("link", { name: /What we heard/ })).toBeVisible();
  });
});

describe("finding in pieces of a page", () => {
  const found = (pieces: string[], words: string) => matches(pieces, words).map(({ from, to }) => [from, to]);

  test("takes no account of accents, capitals and where lines end", () => {
    expect(found(["L’Été", "dernier"], "ete dernier")).toEqual([
      [
        { piece: 0, letter: 2 },
        { piece: 1, letter: 7 },
      ],
    ]);
    expect(found(["une œuvre, ﬁn"], "fin")).toEqual([
      [
        { piece: 0, letter: 11 },
        { piece: 0, letter: 13 },
      ],
    ]);
    expect(matches(["aXaXa"], "a")).toHaveLength(3);
    expect(matches(["text"], "  ")).toEqual([]);
    expect(matches([], "a")).toEqual([]);
  });
});
