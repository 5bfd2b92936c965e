/** The Records place: what is kept how long, the schedule, holds and the tree of categories. */
import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import App from "../src/App.svelte";
import { MemoryBackend } from "../src/api/memory";
import type { CategoryView, Language } from "../src/api/types";
import { Session } from "../src/session.svelte";
import { treeRows } from "../src/views/records/tree";

let backend: MemoryBackend;
const user = userEvent.setup();
afterEach(cleanup);

async function open(section: RegExp, language: Language = "en") {
  backend = new MemoryBackend({ settings: { language } });
  render(App, { props: { session: new Session(backend) } });
  await waitFor(() => expect(document.querySelector(".frame")).not.toBeNull());
  await user.keyboard("{Control>}3{/Control}");
  const place = within(document.querySelector<HTMLElement>(".rec") as HTMLElement);
  await user.click(await place.findByRole("button", { name: section }));
  return place;
}

const calls = (name: string) => backend.calls.filter((call) => call.name === name).map((call) => call.args);
const details = () => within(screen.getByRole("complementary", { name: "Details" }));

test("a record says its rule, and another one takes a reason", async () => {
  const place = await open(/^Records/);
  const row = (await place.findByRole("button", { name: /What we heard/ })).closest("tr") as HTMLElement;
  expect(row).toHaveTextContent("DA 2018-020");
  expect(row).toHaveTextContent("31 Dec");
  await user.click(within(row).getByRole("button"));
  const detail = details();
  expect(detail.getByText("Consultation")).toBeVisible();
  await user.click(detail.getByRole("button", { name: "Another rule…" }));
  await user.selectOptions(detail.getByLabelText("Retention rule"), "r1");
  await user.click(detail.getByRole("button", { name: "Save" }));
  expect(calls("assign_rule")).toEqual([]);
  await user.type(detail.getByLabelText("Reason"), "Agreed with the archivist");
  await user.click(detail.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(row).toHaveTextContent("MIDA 2016-004"));
  expect(details().getByText("Agreed with the archivist")).toBeVisible();
});

test("arrows go along the rows, and filters narrow them", async () => {
  const place = await open(/^Records/);
  const all = await place.findAllByRole("button", { pressed: false });
  all[0]?.focus();
  await user.keyboard("{ArrowDown}");
  expect(all[1]).toHaveFocus();
  await user.keyboard("{End}");
  expect(all.at(-1)).toHaveFocus();
  await user.type(place.getByRole("searchbox"), "heard");
  await waitFor(() => expect(place.getAllByRole("button", { pressed: false })).toHaveLength(1));
  await user.clear(place.getByRole("searchbox"));
  await user.selectOptions(place.getByLabelText("Due"), "over");
  expect(await place.findByText("No record fits.")).toBeVisible();
});

test("a hold is placed on a category, shown where it holds, and released with a reason", async () => {
  const place = await open(/^Holds/);
  await user.click(place.getByRole("button", { name: "New hold" }));
  const detail = details();
  await user.type(detail.getByLabelText("Name"), "A-2026-0147");
  await user.type(detail.getByLabelText("Reason"), "Access request");
  await user.type(detail.getByLabelText("Authority"), "Coordinator");
  await user.selectOptions(detail.getByLabelText("On"), "category:c2");
  await user.click(detail.getByRole("button", { name: "Place the hold" }));
  await user.click(await place.findByRole("button", { name: /A-2026-0147 1 record/ }));
  const row = (await place.findByRole("button", { name: /What we heard/ })).closest("tr");
  expect(row).toHaveTextContent("A-2026-0147");

  await user.click(place.getByRole("button", { name: /^Holds/ }));
  await user.click(await place.findByRole("button", { name: "A-2026-0147" }));
  await user.type(details().getByLabelText("Reason for the release"), "Answered");
  await user.click(details().getByRole("button", { name: "Release the hold" }));
  await waitFor(() => expect(place.queryByText("Holds in force")).toBeNull());
  expect(details().getByText("Answered")).toBeVisible();
});

test("a rule is added, a period that is none is said, and what is used is not removed", async () => {
  const place = await open(/^Schedule/);
  await user.click(place.getByRole("button", { name: "New rule" }));
  const detail = details();
  await user.type(detail.getByLabelText("Number of the disposition authority"), "DA 2026-001");
  await user.type(detail.getByLabelText("Title in English"), "Plans");
  await user.type(detail.getByLabelText("Title in French"), "Plans");
  const period = detail.getByLabelText("Period");
  await user.clear(period);
  await user.type(period, "5 years");
  expect(detail.getByText(/This is no period/)).toBeVisible();
  await user.clear(period);
  await user.type(period, "p18m");
  expect(detail.getByText("18 months")).toBeVisible();
  await user.click(detail.getByRole("button", { name: "Save" }));
  await place.findByRole("button", { name: "Plans" });
  expect(calls("save_rule").at(-1)).toMatchObject({ rule: { period: "P18M", number: "DA 2026-001" } });
  await user.click(place.getByRole("button", { name: "Consultations" }));
  expect(details().queryByRole("button", { name: "Remove the rule" })).toBeNull();
});

const tree = () => screen.getByRole("tree");
const item = (name: RegExp) => within(tree()).getByRole("treeitem", { name });

test("the tree of categories is moved through, changed and undone by keyboard", async () => {
  await open(/^Categories/);
  const first = (await screen.findAllByRole("treeitem"))[0] as HTMLElement;
  first.focus();
  expect(first).toHaveAttribute("tabindex", "0");
  await user.keyboard("c");
  await waitFor(() => expect(item(/^Consultation/)).toHaveFocus());
  expect(item(/^Consultation/)).toHaveAttribute("aria-expanded", "false");
  await user.keyboard("{ArrowRight}{ArrowRight}");
  await waitFor(() => expect(item(/^Calls for comment/)).toHaveFocus());
  expect(item(/^Calls for comment/)).toHaveAttribute("aria-level", "2");
  await user.keyboard("{Control>}x{/Control}{Home}{Control>}v{/Control}");
  await waitFor(() => expect(calls("move_category")).toEqual([{ id: "c3", parent: "c1" }]));
  expect(await screen.findByText("Calls for comment is now below Access to information.")).toBeVisible();
  item(/^Access to information/).focus();
  await user.keyboard("{Control>}z{/Control}");
  expect(await screen.findByText("Undone.")).toBeVisible();
  await waitFor(() => expect(item(/^Access to information/)).not.toHaveAttribute("aria-expanded"));
});

test("a category is merged and removed, with the choice of where its posts go", async () => {
  await open(/^Categories/);
  await user.click(await screen.findByRole("treeitem", { name: /^Consultation/ }));
  await user.keyboard("{Delete}");
  await user.selectOptions(details().getByLabelText("Its posts go"), "c1");
  await user.click(details().getByRole("button", { name: "Remove Consultation" }));
  await waitFor(() => expect(calls("remove_category")).toEqual([{ id: "c2", to: "c1" }]));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await user.click(await screen.findByRole("treeitem", { name: /^Consultation/ }));
  await user.selectOptions(details().getByLabelText("Merge into"), "c1");
  await user.click(details().getByRole("button", { name: "Merge" }));
  await waitFor(() => expect(calls("merge_category")).toEqual([{ id: "c2", into: "c1" }]));
});

test("the place reads in French", async () => {
  const place = await open(/^Documents/, "fr");
  expect(await place.findByText("Consultations publiques")).toBeVisible();
  await user.click(place.getByRole("button", { name: /^Mises en suspens/ }));
  expect(place.getByRole("button", { name: "Nouvelle mise en suspens" })).toBeVisible();
});

const category = (id: number, parent: number | null): CategoryView => ({
  id: String(id),
  parent: parent === null ? null : String(parent),
  nameEn: `Category ${id}`,
  nameFr: `Référé ${id}`,
  pathEn: "",
  pathFr: "",
  posts: 1,
});

test("of 2,500 categories those that show are rows, and a search folds accents and keeps what leads there", () => {
  const all = Array.from({ length: 2500 }, (_, index) => category(index, index < 50 ? null : index % 50));
  expect(treeRows(all, new Set(), "", "en")).toHaveLength(50);
  expect(treeRows(all, new Set(["0"]), "", "en")).toHaveLength(99);
  expect(treeRows(all, new Set(), "", "en")[0]).toMatchObject({
    total: 50,
    children: 49,
    siblings: 50,
    position: 1,
  });
  const found = treeRows(all, new Set(), "refere 2499", "en");
  expect(found.map((row) => [row.category.id, row.level])).toEqual([
    ["49", 1],
    ["2499", 2],
  ]);
});
