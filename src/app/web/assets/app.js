// The page: what is asked for is in the address, a run is a request, everything else is drawn.

import { aborted, get, lines } from "./api.js";
import { PINS, label, query, read, write } from "./address.js";
import { Charts } from "./charts.js";
import { Claims } from "./claims.js";
import { Controls } from "./controls.js";
import { Detail } from "./detail.js";
import { by, el, perFrame, region as named } from "./dom.js";
import { Exports } from "./exports.js";
import { History } from "./history.js";
import { Picture } from "./picture.js";
import { Playback } from "./playback.js";

/** A request in flight is left to end this long, so that a slider on the move shows something. */
const LEAVE = 400;

const model = await get("api/model");
const state = read(location.search, model.first);
/** @type {any} what the scenario says */
let said = null;
/** @type {any[]} runs: the one on the screen, then the arms */
let runs = [];
/** @type {any[]} bands of the same */
let bands = [];
/** @type {Record<string, any[]>} */
let observed = {};

const charts = new Charts(model, (column) => arrange(state.columns.filter((c) => c !== column)), state.zoom, (range) => { state.zoom = range; save(); });
const controls = new Controls(model, change);
const playback = new Playback((year) => { state.year = year === playback.last ? null : year; save(); picture(); });
const detail = new Detail(choose, (column) => arrange([...new Set([...state.columns, column])]), (choice) => {
  view.pointed = choice;
  view.light();
});
const view = new Picture(choose, state.layers, (layers) => { state.layers = layers; save(); });
const exports = new Exports(state, charts, model);
const claims = new Claims(state, save, fail);
let saving = 0;

/** Writes the address, not more often than browsers like. */
function save() {
  clearTimeout(saving);
  saving = setTimeout(() => write(state), 300);
}

/** @param {string} why */
function fail(why) {
  by("problem").textContent = why;
  by("problem").hidden = why === "";
}

/**
 * The columns to ask of an arm: another world may have other regions.
 * @param {import("./address.js").Run} arm
 */
const columnsOf = (arm) => state.columns.filter((c) => arm.scenario === state.scenario || !c.includes(".")).join(",");

const arms = () => [{ scenario: state.scenario, changes: state.changes }, ...state.pins];

/**
 * A control was moved.
 * @param {string} key `*`: all of them
 * @param {string | null} value `null`: as at first
 */
function change(key, value) {
  asked ??= performance.now();
  if (key === "*") state.changes.clear();
  else if (value === null) state.changes.delete(key);
  else state.changes.set(key, value);
  controls.show(state.changes);
  again();
}

/** @type {number | null} when the first change was made that is not yet on the screen */
let asked = null;
/** @type {{abort: AbortController, begun: number} | null} */
let flight = null;
let waiting = false;

/** Runs anew, at most once a frame; the newest change wins, and what is stale is given up. */
function again() {
  save();
  waiting = true;
  if (flight) overtake();
  else fly();
}

const overtake = perFrame(() => {
  if (flight && performance.now() - flight.begun > LEAVE) flight.abort.abort();
});

async function fly() {
  while (waiting) {
    waiting = false;
    const begun = performance.now();
    flight = { abort: new AbortController(), begun };
    const since = asked ?? begun;
    asked = null;
    try {
      await draw(flight.abort.signal, since);
      fail("");
    } catch (error) {
      if (!aborted(error)) {
        fail(String(/** @type {Error} */ (error).message));
        bands = [];
      }
    }
    flight = null;
  }
  ready();
}

/** Says that what the address asks for is on the screen, or why not. */
function ready() {
  document.documentElement.dataset.ready = "true";
}

/**
 * Asks for the runs and draws them.
 * @param {AbortSignal} signal
 * @param {number} since
 */
async function draw(signal, since) {
  const one = (/** @type {any} */ arm, /** @type {number} */ k) => {
    const more = k ? { columns: columnsOf(arm) } : { columns: columnsOf(arm), with: "map" };
    return get("api/run", query(arm, state.seed, /** @type {any} */ (more)), signal);
  };
  stopFilling();
  listArms();
  runs = await Promise.all(arms().map(one));
  bands = [];
  const [run] = runs;
  const history = new History(run);
  playback.prefix = run.calendar ? "" : "year ";
  playback.span(history.first, history.last, state.year ?? history.last);
  detail.open(history, state.look);
  view.show(history, state.face);
  chart();
  picture();
  exports.command = run.command;
  by("status").textContent = `Run in ${Math.round(run.milliseconds)} ms`;
  requestAnimationFrame(() => performance.measure("redraw", { start: since, end: performance.now() }));
  fill();
}

function chart() {
  by("observed-label").hidden = !runs[0]?.observed || (state.differences && runs.length > 1);
  charts.draw(runs.map((run, k) => ({ label: k ? label(state.pins[k - 1] ?? run) : "this run", first: run.first, series: run.series, bands: bands[k] ?? null })),
    state.observed && runs[0]?.observed ? observed : {}, state.differences);
}

const picture = perFrame(() => {
  if (!view.history) return;
  view.marked = detail.marked(playback.year);
  view.pact = detail.choice?.pact ?? null;
  view.draw(playback.year);
  detail.draw(playback.year);
  charts.showYear(playback.year);
  exports.year = playback.year;
});

/** @param {import("./detail.js").Choice | null} choice */
function choose(choice) {
  detail.choice = choice;
  state.look = view.history?.look(choice) ?? "";
  save();
  picture();
}

/** @type {AbortController | null} */
let filling = null;
let settled = 0;

function stopFilling() {
  clearTimeout(settled);
  filling?.abort();
  filling = null;
  by("filling").hidden = true;
}

/** Fills the bands of all arms once the controls rest. */
function fill() {
  stopFilling();
  if (!state.runs) return;
  settled = setTimeout(() => {
    const mine = new AbortController();
    filling = mine;
    // Differences are of the arms from the run on the screen, seed by seed; it has none itself.
    const all = arms();
    const apart = state.differences && all.length > 1;
    const [own] = all;
    const against = apart ? Object.fromEntries([...query(own, null)].map(([key, value]) => [`against.${key}`, value])) : {};
    const done = all.map(() => 0);
    bands = all.map(() => null);
    const bar = by("filling");
    bar.hidden = false;
    bar.value = 0;
    const redraw = perFrame(() => { if (filling === mine || filling === null) chart(); });
    const one = (/** @type {any} */ arm, /** @type {number} */ k) =>
      lines("api/ensemble", query(arm, state.seed, { columns: columnsOf(arm), runs: String(state.runs), ...against }), mine.signal, (line) => {
        bands[k] = line.bands;
        done[k] = (line.runs + line.failed) / line.of;
        bar.value = done.reduce((a, b) => a + b, 0) / (done.length - Number(apart));
        by("status").textContent = `${line.runs} of ${line.of} ${apart ? "pairs" : "runs"}${line.failed ? `, ${line.failed} failed` : ""}`;
        redraw();
      });
    (async () => {
      try {
        // One arm after the other: each has the whole machine.
        for (const [k, arm] of all.entries()) if (!apart || k) await one(arm, k);
        bar.hidden = true;
      } catch (error) {
        if (!aborted(error)) fail(String(/** @type {Error} */ (error).message));
      }
    })();
  }, 250);
}

function listArms() {
  const chip = (/** @type {string} */ text, /** @type {number} */ k) => {
    const swatch = el("span", { class: `swatch arm${k}`, "aria-hidden": "true" });
    if (k === 0) return el("li", {}, swatch, text);
    const take = el("button", { type: "button", class: "link", title: "Show this arm", onclick: () => take_up(k - 1) }, text);
    const remove = el("button", { type: "button", class: "small", "aria-label": `Remove arm ${text}`, onclick: () => { state.pins.splice(k - 1, 1); again(); } }, "×");
    return el("li", {}, swatch, take, remove);
  };
  by("arms").replaceChildren(...(state.pins.length ? arms().map((arm, k) => chip(k ? label(arm) : "this run", k)) : []));
  by("pin").disabled = state.pins.length >= PINS;
  by("differences-label").hidden = state.pins.length === 0;
}

/**
 * Makes an arm the run on the screen.
 * @param {number} k
 */
function take_up(k) {
  const { scenario, changes } = state.pins[k];
  state.changes = new Map(changes);
  if (scenario === state.scenario) {
    controls.show(state.changes);
    again();
  } else {
    state.scenario = scenario;
    open();
  }
}

/** @param {string[]} columns */
function arrange(columns) {
  state.columns = columns.slice(0, model.limits.columns);
  charts.arrange(state.columns);
  again();
}

/** Reads the scenario, makes the controls for it, and runs. */
async function open() {
  flight?.abort.abort();
  const { scenario } = state;
  const answer = await get("api/scenario", new URLSearchParams({ scenario }));
  // Another one was chosen meanwhile.
  if (scenario !== state.scenario) return;
  said = answer;
  const regions = new Set(said.regions);
  const known = state.columns.filter((c) => !c.includes(".") || regions.has(c.slice(0, c.lastIndexOf("."))));
  state.columns = known;
  controls.build(said);
  controls.show(state.changes);
  by("scenario").value = state.scenario;
  by("seed").value = String(state.seed);
  by("add-where").replaceChildren(new Option("World", ""), ...said.regions.map((/** @type {string} */ r) => new Option(named(r), r)));
  listColumns();
  charts.arrange(state.columns);
  again();
}

function listColumns() {
  const where = by("add-where").value ? "regions" : "world";
  by("columns").replaceChildren(...model.columns[where].map((/** @type {any} */ c) => new Option(c.definition, c.name)));
}

/** @param {"laboratory" | "claims"} which */
function show(which) {
  state.view = which;
  for (const name of ["laboratory", "claims"]) {
    by(name).hidden = name !== which;
    by(`show-${name}`).setAttribute("aria-pressed", String(name === which));
  }
  if (which === "claims") claims.open().catch((error) => fail(String(error.message)));
  else claims.stop();
  save();
}

/** @param {"map" | "network"} face */
function turn(face) {
  state.face = face;
  for (const name of ["map", "network"]) by(`face-${name}`).setAttribute("aria-pressed", String(name === face));
  if (view.history) view.show(view.history, face);
  picture();
  save();
}

function dark() {
  return document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function themed() {
  by("theme").setAttribute("aria-pressed", String(dark()));
  if (runs.length) chart();
}

by("scenario").addEventListener("change", () => {
  state.scenario = by("scenario").value;
  state.changes.clear();
  [state.year, state.zoom, charts.range, state.look] = [null, null, null, ""];
  by("whole-range").hidden = true;
  open().catch((error) => fail(String(error.message)));
});
by("seed").addEventListener("change", () => {
  const seed = Number(by("seed").value);
  if (Number.isSafeInteger(seed) && seed >= 0) state.seed = seed;
  by("seed").value = String(state.seed);
  again();
});
by("dice").addEventListener("click", () => {
  state.seed = crypto.getRandomValues(new Uint16Array(1))[0] + 1;
  by("seed").value = String(state.seed);
  again();
});
by("variant").addEventListener("change", () => controls.set("variant", by("variant").value));
by("pin").addEventListener("click", () => {
  if (state.pins.length >= PINS) return;
  state.pins.push({ scenario: state.scenario, changes: new Map(state.changes) });
  again();
});
by("bands").addEventListener("change", () => {
  state.runs = by("bands").checked ? Number(by("runs").value) : 0;
  bands = [];
  chart();
  fill();
  save();
});
by("runs").addEventListener("change", () => {
  if (state.runs) by("bands").dispatchEvent(new Event("change"));
});
by("observed").addEventListener("change", () => {
  state.observed = by("observed").checked;
  chart();
  save();
});
by("differences").addEventListener("change", () => {
  state.differences = by("differences").checked;
  bands = [];
  chart();
  charts.showYear(playback.year);
  fill();
  save();
});
by("add-where").addEventListener("change", listColumns);
by("add").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  const [where, name] = [by("add-where").value, by("add-column").value.trim()];
  if (!name) return;
  by("add-column").value = "";
  arrange([...new Set([...state.columns, where ? `${where}.${name}` : name])]);
});
by("copy-link").addEventListener("click", async () => {
  write(state);
  try {
    await navigator.clipboard.writeText(location.href);
    by("status").textContent = "link copied";
  } catch {
    by("status").textContent = "the address bar has the link";
  }
});
by("theme").addEventListener("click", () => {
  const chosen = dark() ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  try { localStorage.setItem("comity-theme", chosen); } catch { /* It is kept for this visit. */ }
  themed();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed);
addEventListener("resize", perFrame(() => {
  chart();
  charts.showYear(playback.year);
}));
addEventListener("popstate", () => location.reload());
for (const name of ["laboratory", "claims"]) by(`show-${name}`).addEventListener("click", () => show(/** @type {any} */ (name)));
for (const name of ["map", "network"]) by(`face-${name}`).addEventListener("click", () => turn(/** @type {any} */ (name)));

if (state.runs) [by("bands").checked, by("runs").value] = [true, String(state.runs)];
by("observed").checked = state.observed;
by("differences").checked = state.differences;
if (matchMedia("(max-width: 800px)").matches) by("drawer").open = false;
themed();
try {
  [view.shapes, observed] = await Promise.all([get("api/shapes"), get("api/observed")]);
  const sources = new Set(Object.values(observed).flatMap((all) => all.length > 1 ? all.map((is) => is.source) : []));
  by("sources").replaceChildren(...[...sources].flatMap((source, k) => [el("span", { class: k ? "swatch second" : "swatch", "aria-hidden": "true" }), source]));
  await open();
  turn(state.face);
  show(state.view);
} catch (error) {
  fail(String(/** @type {Error} */ (error).message));
  by("scenario").value = "";
  ready();
}
