// Drives the page of `comity serve` in a real browser, as a user does.
//
//   node tests/browser/page.mjs ADDRESS PROCESS
//
// ADDRESS is the server's, PROCESS its number. COMITY_BROWSER_MODULES is the node_modules of package.json beside this file,
// COMITY_CHROMIUM the browser. Prints what it measured; throws at the first thing that is wrong.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const modules = createRequire(path.join(process.env.COMITY_BROWSER_MODULES, "package.json"));
const { chromium } = modules("playwright-core");
const axe = fs.readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
const [base, server] = process.argv.slice(2);
const looks = new URL("looks.json", import.meta.url);

/** Most milliseconds from a slider to charts redrawn, on a machine with time. */
const BARS = { "s2-bipolar": 100, "history-1946": 300 };
/** Most that a picture may differ from what it looked like, mean over its grey cells, of 255. */
const ALIKE = 14;

const began = Date.now();
const said = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1)} s  ${text}`);
const browser = await chromium.launch({
  executablePath: process.env.COMITY_CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true });
const system = await browser.newBrowserCDPSession();
/** What went wrong without anybody looking. */
const wrong = [];

context.on("request", (request) => {
  const url = request.url();
  if (!url.startsWith(base) && !/^(data|blob):/.test(url)) wrong.push(`a request to ${url}`);
});
context.on("response", (response) => {
  if (response.status() !== 200 && !expected.test(response.url())) wrong.push(`${response.status()} for ${response.url()}`);
});
/** Addresses that are meant to be refused. */
let expected = /^never$/;

/** A page at this address, drawn. */
async function open(query, { width = 1280, height = 900, scheme = "light" } = {}) {
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) wrong.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`page: ${error.stack ?? error}`));
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.goto(base + query);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "true", null, { timeout: 30_000 });
  return page;
}

const redraws = (page) => page.evaluate(() => performance.getEntriesByName("redraw").length);

/** Does something and waits until the charts are drawn anew. */
async function redrawn(page, does) {
  const before = await redraws(page);
  await does();
  await page.waitForFunction((n) => performance.getEntriesByName("redraw").length > n, before, { timeout: 30_000 });
}

/** The values of the run on the screen in the first chart. */
const line = (page) => page.evaluate(() => {
  const traces = document.querySelector(".chart .plot").data;
  return traces.find((t) => t.name === "this run").y;
});

async function accessible(page, name) {
  const found = await page.evaluate(async (source) => {
    // Beside the page's policy: the checker belongs to the test.
    (0, globalThis.eval)(source);
    return (await globalThis.axe.run({ resultTypes: ["violations"] })).violations;
  }, axe).catch((error) => { throw new Error(`${name}: ${error.message}`); });
  const serious = found.filter((v) => ["serious", "critical"].includes(v.impact));
  assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join("; ")}: ${v.help}`), [], name);
}

/** Grey cells of a screenshot, 32 × 24. */
async function cells(page) {
  const png = (await page.screenshot()).toString("base64");
  const blank = await context.newPage();
  const grey = await blank.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [32, 24];
    const drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0, 32, 24);
    const { data: pixels } = drawing.getImageData(0, 0, 32, 24);
    return Array.from({ length: 768 }, (_, k) => Math.round((pixels[4 * k] + pixels[4 * k + 1] + pixels[4 * k + 2]) / 3));
  }, png);
  await blank.close();
  return grey;
}

const known = fs.existsSync(looks) ? JSON.parse(fs.readFileSync(looks, "utf8")) : {};
async function alike(page, name) {
  const now = await cells(page);
  if (process.env.COMITY_UPDATE) {
    known[name] = now;
    return;
  }
  assert.ok(known[name], `${name} is not in looks.json; COMITY_UPDATE=1 writes it`);
  const off = now.reduce((sum, v, k) => sum + Math.abs(v - known[name][k]), 0) / now.length;
  if (off >= ALIKE) fs.writeFileSync(path.join(os.tmpdir(), `comity-${name}.png`), await page.screenshot());
  assert.ok(off < ALIKE, `${name} looks otherwise than before: ${off.toFixed(1)} of 255, at most ${ALIKE}; seen in ${os.tmpdir()}`);
}

/** Milliseconds from a slider to the charts, the fastest and the median of so many moves. */
async function moves(page, count) {
  const taken = [];
  for (let k = 0; k < count; k++) {
    await redrawn(page, () => page.evaluate((value) => {
      const slider = document.getElementById("often-alliance.reactance");
      slider.value = String(value);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }, 0.05 + 0.9 * (k / count)));
    taken.push(await page.evaluate(() => performance.getEntriesByName("redraw").at(-1).duration));
  }
  taken.sort((a, b) => a - b);
  return { fastest: taken[0], median: taken[count >> 1] };
}

async function slider() {
  const page = await open("/?seed=3");
  const first = await line(page);
  assert.equal(first.length, 60);
  await redrawn(page, () => page.locator('[id="often-alliance.reactance"]').press("End"));
  await page.waitForFunction(() => location.search.includes("alliance.reactance=1"));
  const changed = await line(page);
  assert.notDeepEqual(changed, first);
  // The link is the run.
  const again = await open(new URL(page.url()).search);
  assert.deepEqual(await line(again), changed);
  await again.close();
  await redrawn(page, () => page.getByRole("button", { name: "Reset all", exact: true }).click());
  assert.deepEqual(await line(page), first);
  said("a slider changes the run, the link repeats it, reset takes it back");
  return page;
}

async function time(page) {
  await page.locator("#world").focus();
  await page.keyboard.press("Home");
  assert.equal(await page.locator("#year-shown").textContent(), "year 0");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#year-shown").textContent(), "year 1");
  await page.locator("#speed").selectOption("20");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => Number(document.getElementById("year").value) > 5);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const at = await page.locator("#year-shown").textContent();
  await page.waitForTimeout(200);
  assert.equal(await page.locator("#year-shown").textContent(), at);
  said(`played to ${at}`);
}

async function arms(page) {
  await redrawn(page, () => page.getByRole("button", { name: "Pin as arm", exact: true }).click());
  await redrawn(page, () => page.locator('[id="often-alliance.security"]').press("Home"));
  const traces = await page.evaluate(() => document.querySelector(".chart .plot").data.map((t) => t.name));
  assert.equal(traces.length, 2, traces.join());
  await page.locator("#runs").selectOption("50");
  await page.getByLabel("Bands of").check();
  await page.waitForFunction(() => document.getElementById("status").textContent.startsWith("50 of 50"), null, { timeout: 30_000 });
  await page.waitForFunction(() => document.querySelector(".chart .plot").data.filter((t) => t.kind === "band").length === 2, null, { timeout: 30_000 });
  const widths = await page.evaluate(() => {
    const { low, high } = document.querySelector(".chart .plot").data[0];
    return high.map((v, k) => v - low[k]);
  });
  assert.ok(widths.every((w) => w >= 0) && widths.some((w) => w > 0));
  // The same seeds in both: the differences and the interval of their mean.
  await page.getByLabel("Differences from this run").check();
  await page.waitForFunction(() => document.getElementById("status").textContent === "50 of 50 pairs", null, { timeout: 30_000 });
  await page.waitForFunction(() => document.querySelector(".chart .plot").data.some((t) => t.name?.startsWith("mean, ")), null, { timeout: 30_000 });
  const apart = await page.evaluate(() => {
    const [{ low, high }, mean] = document.querySelector(".chart .plot").data;
    return mean.y.map((v, k) => [low[k], v, high[k]]);
  });
  assert.ok(apart.every(([low, mean, high]) => low <= mean && mean <= high) && apart.some(([low, , high]) => low < high));
  await page.waitForFunction(() => location.search.includes("differences=1"));
  await page.getByLabel("Differences from this run").uncheck();
  await page.getByLabel("Bands of").uncheck();
  said("an arm is pinned, bands of 50 runs fill, differences are paired");
}

async function exported(page) {
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const command = await page.locator("#export-command").textContent();
  assert.match(command, /^comity run s2-bipolar --seed 3 --set parameters\.alliance\.security=0/);
  const took = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(name).click()]);
    return { file: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) };
  };
  const svg = await took("#export-svg");
  assert.match(svg.file, /\.svg$/);
  assert.match(svg.bytes.toString(), /^<svg[\s\S]*<circle/);
  await page.locator("#export-figure").selectOption("defence_pacts");
  const png = await took("#export-png");
  assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  const chart = await took("#export-svg");
  assert.match(decodeURIComponent(chart.bytes.toString()), /Defence pacts/);
  const csv = (await took("#export-csv")).bytes.toString().split("\n");
  assert.match(csv[0], /^run_id,seed,year,/);
  assert.equal(csv.length, 62);
  const toml = (await took("#export-toml")).bytes.toString();
  assert.match(toml, /extends = "s2-bipolar"/);
  assert.match(toml, /security = 0/);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  said("figure, table, scenario and command are exported");
}

async function history() {
  const page = await open("/?scenario=history-1946&year=1960");
  assert.equal(await page.locator("#canvas .land").count() > 160, true);
  const observed = await page.evaluate(() => document.querySelector(".chart .plot").data.filter((t) => t.name?.startsWith("observed")).length);
  assert.equal(observed, 2);
  await page.locator("#look-up").fill("France");
  await page.locator("#look-up").press("Enter");
  await page.locator("#history h3", { hasText: "France" }).waitFor();
  await looked(page);
  await page.getByRole("button", { name: "Network", exact: true }).click();
  await page.locator("#canvas svg.network").waitFor();
  await page.getByRole("button", { name: "Map", exact: true }).click();
  await page.getByRole("button", { name: "Values of Defence pacts", exact: true }).click();
  assert.equal(await page.locator("#values tbody tr").count(), 71);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  said("history has its map, its record and the story of a state");
  return page;
}

/** Hovers and clicks on a line between states and on a region; the link shows the same. */
async function looked(page) {
  const tip = () => page.evaluate(() => document.getElementById("tip").hidden ? "" : document.getElementById("tip").textContent);
  const box = await page.locator("#canvas svg").boundingBox();
  let words = "";
  for (let k = 0; k < 400 && !/pact of/.test(words); k++) {
    const at = [box.x + box.width * (0.2 + 0.0015 * k), box.y + box.height * (0.25 + 0.1 * (k % 5))];
    await page.mouse.move(at[0], at[1]);
    words = await tip();
    if (!/pact of/.test(words)) continue;
    assert.match(await page.locator("#canvas .tie.lit").getAttribute("d"), /^M/);
    await page.mouse.click(at[0], at[1]);
  }
  assert.match(words, /pact of/, "no line was found under the pointer");
  await page.waitForFunction(() => location.search.includes("look=pact:"));
  // The story of France is shown until that of the pact has come.
  await page.waitForFunction((line) => line.includes(document.querySelector("#history h3")?.textContent ?? "?"), words);
  const title = await page.locator("#history h3").textContent();
  const again = await open(new URL(page.url()).search);
  assert.equal(await again.locator("#history h3").textContent(), title);
  await again.close();
  const africa = page.getByRole("group", { name: "Regions" }).getByRole("button", { name: "Africa", exact: true });
  await africa.hover();
  assert.match(await tip(), /^Africa\d+ states/);
  await africa.click();
  await page.locator("#history h3", { hasText: "Africa" }).waitFor();
  await page.waitForFunction(() => location.search.includes("look=region:africa"));
  await page.getByRole("button", { name: "Whole world", exact: true }).click();
  said("a pact and a region are hovered over and looked up");
}

async function claim() {
  const page = await open("/?view=claims&claim=alliances/A11");
  await page.locator("#claim-runs").selectOption("50");
  await page.locator("#try").click();
  await page.waitForFunction(() => document.getElementById("verdict").textContent.startsWith("50 pairs"), null, { timeout: 40_000 });
  const verdict = await page.locator("#verdict").textContent();
  await alike(page, "claims");
  await page.locator("#try-region").click();
  await page.waitForFunction(() => document.getElementById("region-said").textContent.startsWith("64 sets"), null, { timeout: 90_000 });
  const where = await page.locator("#region-said").textContent();
  const shown = await page.evaluate(() => document.querySelector(".region .plot").data.reduce((sum, t) => sum + t.x.length, 0));
  assert.equal(shown, 64);
  assert.match(await page.locator("#region-more code").textContent(), /^comity check A11 --draws 64 --seeds 4$/);
  await accessible(page, "claims");
  // A link is a trial: what was tried is tried again, with the same result.
  await page.waitForFunction(() => location.search.includes("trial=50") && location.search.includes("region=prior"));
  const link = new URL(page.url()).search;
  await page.close();
  const narrow = await open(link, { width: 390, height: 844, scheme: "dark" });
  await narrow.waitForFunction(() => document.getElementById("region-said")?.textContent.startsWith("64 sets"), null, { timeout: 90_000 });
  assert.equal(await narrow.locator("#verdict").textContent(), verdict);
  assert.equal(await narrow.locator("#region-said").textContent(), where);
  const wide = await narrow.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `claims are ${wide} pixels too wide at 390`);
  await accessible(narrow, "claims, 390 dark");
  await narrow.close();
  said(`a claim is tried: ${verdict} ${where}`);
}

async function refused() {
  expected = /nowhere|reactance=-5/;
  const page = await open("/?scenario=nowhere&seed=abc&columns=x&year=maybe&pin=%25%25");
  assert.match(await page.locator("#problem").textContent(), /nowhere/);
  await page.close();
  const other = await open("/?alliance.reactance=-5");
  await other.waitForFunction(() => /reactance/.test(document.getElementById("problem").textContent));
  await other.close();
  said("addresses that are none say why");
}

/** Milliseconds of processor time that the server and the pages have taken so far. */
async function worked() {
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter((p) => p.type === "renderer").reduce((sum, p) => sum + p.cpuTime, 0);
  // Ticks of a hundredth of a second, in user and in system mode.
  const [user, kernel] = fs.readFileSync(`/proc/${server}/stat`, "utf8").split(") ").pop().split(" ").slice(11, 13);
  return 1000 * pages + 10 * (Number(user) + Number(kernel));
}

/** How much slower than the one of docs/performance.md a machine may be: the bars are its. */
const SLOWER = 2;

/**
 * A machine with more to do than processors measures the others' work: there only the time of
 * processors is held against a bar, of twice the height, as shared ones are slower.
 */
async function bars(page, scenario) {
  const count = 12;
  const before = await worked();
  const { fastest, median } = await moves(page, count);
  const work = ((await worked()) - before) / count;
  const [[load], cores, bar] = [os.loadavg(), os.cpus().length, BARS[scenario]];
  said(`${scenario}: slider to charts ${fastest.toFixed(0)} ms at best, ${median.toFixed(0)} ms in the median, ` +
    `${work.toFixed(0)} ms of processors (bar ${bar} ms, load ${load.toFixed(1)} on ${cores})`);
  assert.ok(work < 2 * SLOWER * bar, `${scenario}: ${work} ms of processors a move`);
  if (load <= 1.5 * cores) assert.ok(fastest < SLOWER * bar, `${scenario}: ${fastest} ms`);
}

try {
  const page = await slider();
  await time(page);
  await arms(page);
  await exported(page);
  await accessible(page, "laboratory");
  await page.close();
  const world = await history();
  await accessible(world, "history");
  await bars(world, "history-1946");
  await world.close();
  const plain = await open("/");
  await bars(plain, "s2-bipolar");
  await plain.close();
  await claim();
  await refused();
  for (const [width, height] of [[1280, 900], [390, 844]]) {
    for (const scheme of ["light", "dark"]) {
      const shown = await open("/?scenario=history-1946&year=1975", { width, height, scheme });
      const wide = await shown.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
      if (scheme === "dark") await accessible(shown, `${width} dark`);
      await shown.locator("#status").evaluate((status) => { status.textContent = ""; });
      await alike(shown, `history-${width}-${scheme}`);
      await shown.close();
    }
  }
  said("it looks as before at 1280 and 390 pixels, light and dark");
  assert.deepEqual(wrong, []);
  if (process.env.COMITY_UPDATE) fs.writeFileSync(looks, `${JSON.stringify(known)}\n`);
} finally {
  await browser.close();
}
