// Checks reports as a browser shows them: the other half of tests/comity/report.rs.
//
// Usage: node check.mjs REPORT.html…
//
// Each file must be valid HTML, load nothing but itself, say nothing to the console, be no
// wider than a telephone's or a desk's window, pass axe-core in light and dark, and print.
// `COMITY_CHROMIUM` names the browser (default /usr/bin/chromium). Prints what is wrong, one
// a line, and then ends with 1; with 3 if a package or the browser cannot be had.

import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const WIDTHS = [360, 1200];

const missing = (why) => {
  console.error(why);
  process.exit(3);
};

const executablePath = process.env.COMITY_CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) missing(`no browser at ${executablePath}`);
let chromium, HtmlValidate, axe;
try {
  ({ chromium } = await import("playwright-core"));
  ({ HtmlValidate } = await import("html-validate"));
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  axe = readFileSync(path, "utf8");
} catch (error) {
  missing(`packages are missing (npm ci in tests/browser/report): ${error.message}`);
}

const found = [];

async function validate(file) {
  const validator = new HtmlValidate({ root: true, extends: ["html-validate:recommended"] });
  const report = await validator.validateFile(file);
  for (const { messages } of report.results) {
    for (const m of messages) found.push(`${file}:${m.line}: ${m.ruleId}: ${m.message}`);
  }
}

async function accessible(page, options) {
  return page.evaluate(
    async (options) => {
      const { violations } = await window.axe.run(document, options);
      return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes[0].html.slice(0, 200)}`);
    },
    { resultTypes: ["violations"], ...options },
  );
}

async function look(browser, file, colorScheme) {
  const page = await browser.newPage({ colorScheme });
  const url = pathToFileURL(resolve(file)).href;
  const wrong = (what) => found.push(`${file} (${colorScheme}): ${what}`);
  page.on("request", (r) => r.url() === url || wrong(`loads ${r.url()}`));
  page.on("console", (m) => wrong(`console: ${m.text()}`));
  await page.goto(url);
  const light = colorScheme === "light";
  if (light) {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) wrong(`is ${wide} pixels wide in a window of ${width}`);
    }
    const images = await page.evaluate(() => {
      const named = [...document.querySelectorAll("svg")].map((svg) => {
        const title = document.getElementById(svg.getAttribute("aria-labelledby"));
        return svg.getAttribute("role") === "img" && svg.contains(title) && title.textContent;
      });
      return [named.length, named.filter(Boolean).length];
    });
    if (images[0] !== images[1]) wrong(`${images[1]} of ${images[0]} drawings have a title`);
  }
  if (light) {
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    if (pages < 2) wrong(`prints ${pages} pages`);
  }
  // A drawing is one image with a title, on white, and a long table has rows of one kind: the
  // thousands of lines and cells in them are left out of what is slow.
  await page.evaluate(() => {
    const rest = "svg > :not(title), tbody > tr:nth-child(n + 20)";
    for (const part of document.querySelectorAll(rest)) part.remove();
  });
  await page.evaluate(axe);
  const colours = { runOnly: { type: "rule", values: ["color-contrast"] } };
  for (const violation of await accessible(page, light ? {} : colours)) wrong(violation);
  await page.close();
}

// Playwright gives the browser a fresh profile and removes it.
const browser = await chromium
  .launch({ executablePath, args: FLAGS })
  .catch((error) => missing(`the browser does not start: ${error.message}`));
try {
  for (const file of process.argv.slice(2)) {
    await validate(file);
    await look(browser, file, "light");
    await look(browser, file, "dark");
  }
} finally {
  await browser.close();
}
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exit(1);
}
