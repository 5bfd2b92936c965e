// Looks at the viewer of an unpacked export, in Chromium, from its folder and not from a server.
// node look.mjs FOLDER [SHOTS]: prints what is wrong, one finding a line; nothing where all is well.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [folder, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const found = [];
const expect = (is, what) => is || found.push(what);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
  ],
});

async function open(options) {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 800 },
    locale: "en-CA",
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => found.push(`script: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && found.push(`console: ${message.text()}`));
  page.on(
    "request",
    (request) => request.url().startsWith("file:") || found.push(`network: ${request.url()}`),
  );
  await page.goto(pathToFileURL(`${folder}/index.html`).href);
  return page;
}

async function judge(page, name) {
  // The page's own policy lets no script in: axe comes by the debugger's way.
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  // axe is a script: it looks where scripts run.
  if (name.endsWith("-plain")) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    // Without preloading: the page's policy lets nothing be fetched, not even its own style.
    window.axe.run({
      preload: false,
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  for (const one of violations) found.push(`${name}: ${one.id} (${one.nodes[0].html.slice(0, 200)})`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(!wide, `${name}: scrolls sideways`);
}

/** Follows a link, until the page behind it is whole. */
const follow = (page, link) => Promise.all([page.waitForEvent("load"), page.click(link)]);

const text = (page, selector) => page.locator(selector).first().innerText();

async function walk(page, suffix) {
  await judge(page, `landing${suffix}`);
  await follow(page, "a.enter");
  expect((await text(page, ".counts")).includes("All posts"), "overview: no count of posts");
  await judge(page, `overview${suffix}`);
  await follow(page, "nav a:has-text('Posts')");
  await judge(page, `list${suffix}`);
  await follow(page, ".posts a:has-text('Open data')");
  expect((await page.locator("h1").count()) === 1, "post: not exactly one heading of the first level");
  const dots = page.locator(".text img");
  expect((await dots.evaluate((image) => image.naturalWidth)) === 2, "post: its image is not shown");
  for (const summary of await page.locator("summary").all()) await summary.click();
  const changes = await text(page, ".diff");
  expect(changes.includes("second text"), `post: no changes (${changes})`);
  expect((await page.locator(".diff ins").count()) > 0, "post: nothing added");
  expect((await page.locator(".diff del").count()) > 0, "post: nothing removed");
  await judge(page, `post${suffix}`);
  await follow(page, "nav a:has-text('Attachments')");
  await judge(page, `files${suffix}`);
  await follow(page, "nav a:has-text('Journal')");
  expect((await text(page, "main")).includes("A post was published"), "journal: no sentence");
  await judge(page, `journal${suffix}`);
  await follow(page, "nav a:has-text('Search')");
}

// With scripts, in light and in dark, wide and narrow.
const page = await open({});
await walk(page, "");
for (const [words, title] of [
  ["donnees OUV", "Données ouvertes"],
  ["Œuvre", "Données ouvertes"],
  ["second", "Open data"],
]) {
  await page.fill("#words", words);
  await page
    .waitForSelector(`#found a:text-is("${title}")`, { timeout: 5000 })
    .catch(() => found.push(`search: ${words}`));
}
await page.fill("#words", "nowhere");
await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("0"));
await page.fill("#words", "donn");
await page.waitForSelector("#found a");
await judge(page, "search");
await page.click("button:text-is('Français')");
expect((await text(page, "h1")) === "Recherche", "search: not in French");
await follow(page, "#found a");
expect((await page.getAttribute("html", "lang")) === "fr", "the language is not kept from page to page");
expect((await text(page, "#revisions")) === "Révisions", "post: its labels are not in French");
await page.emulateMedia({ media: "print" });
await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
expect(!(await page.locator(".bar").isVisible()), "print: the bar is there");
expect((await page.locator("details:not([open])").count()) === 0, "print: revisions are closed");

await walk(await open({ colorScheme: "dark", viewport: { width: 320, height: 640 } }), "-dark-narrow");

// Every link leads to a file that is there.
const seen = new Set();
const queue = [pathToFileURL(`${folder}/index.html`).href];
const plain = await open({ javaScriptEnabled: false });
while (queue.length > 0) {
  const address = queue.pop();
  await plain.goto(address);
  const links = await plain.locator("a[href]").evaluateAll((all) => all.map((a) => a.href.split("#")[0]));
  for (const link of links.filter((link) => link.startsWith("file:") && !seen.has(link))) {
    seen.add(link);
    try {
      readFileSync(new URL(link));
      if (link.endsWith(".html")) queue.push(link);
    } catch {
      found.push(`${address}: leads nowhere: ${link}`);
    }
  }
}
expect(seen.size > 10, `only ${seen.size} links were found`);

// Without scripts both languages are shown, and all but the search works.
await plain.goto(pathToFileURL(`${folder}/index.html`).href);
await walk(plain, "-plain").catch((error) => found.push(`without scripts: ${error.message}`));
const said = await text(plain, "main");
expect(
  said.includes("Searching needs scripts") && said.includes("La recherche a besoin"),
  "search: says nothing",
);

await browser.close();
for (const one of found) console.log(one);
process.exitCode = found.length > 0 ? 1 : 0;
