// The address is the state: a link is a run.

/**
 * What is run.
 * @typedef {object} Run
 * @property {string} scenario
 * @property {Map<string, string>} changes keys of the scenario with their values
 */

/**
 * @typedef {object} State
 * @property {string} scenario
 * @property {number} seed
 * @property {Map<string, string>} changes
 * @property {string[]} columns
 * @property {Run[]} pins
 * @property {number | null} year `null`: the last
 * @property {"map" | "network"} face
 * @property {"laboratory" | "claims"} view
 * @property {number} runs runs of the bands; 0 without
 * @property {boolean} observed
 * @property {string} look what is looked up: `state:USA`, `region:europe`, `pact:` with its name; empty: the world
 * @property {string[] | null} layers layers of the picture; `null`: as at first
 * @property {[number, number] | null} zoom years that the charts show; `null`: all
 * @property {boolean} differences whether arms are drawn as differences from the run on the screen
 * @property {string} claim
 * @property {number} trial replicates with which the claim is tried; 0: it is not
 * @property {Region | null} region where the claim is tried; `null`: at the defaults only
 */

/**
 * Sets of parameters at which a claim is tried.
 * @typedef {object} Region
 * @property {"prior" | "accepted"} from
 * @property {number} draws
 * @property {number} seeds
 */

const FIRST = [
  "defence_pacts", "share_in_defence_pacts", "mean_size",
  "competition", "disputes", "share_in_partnerships",
];
const OWN = [
  "scenario", "seed", "columns", "pin", "year", "face", "view", "runs", "observed", "look", "layers", "zoom", "differences",
  "claim", "trial", "region", "draws", "seeds",
];
/** Choices of numbers. */
export const RUNS = [50, 200, 500, 1000];
export const DRAWS = [16, 64, 128, 256];
export const SEEDS = [4, 10, 20];
/** Most arms beside the one on the screen. */
export const PINS = 4;

/**
 * @param {string} search
 * @param {string} first name of the scenario where the address has none
 * @returns {State}
 */
export function read(search, first) {
  const query = new URLSearchParams(search);
  const { scenario, changes } = run(query, first);
  const columns = query.get("columns");
  const seed = Number(query.get("seed") ?? 1);
  const year = query.get("year");
  const runs = Number(query.get("runs") ?? 0);
  const zoom = (query.get("zoom") ?? "").split("~").map(Number);
  const trial = Number(query.get("trial") ?? 0);
  return {
    scenario,
    changes,
    seed: Number.isSafeInteger(seed) && seed >= 0 ? seed : 1,
    columns: columns === null ? [...FIRST] : columns.split(",").filter(Boolean),
    pins: query.getAll("pin").slice(0, PINS).map((pin) => run(new URLSearchParams(pin), scenario)),
    year: year !== null && Number.isInteger(Number(year)) ? Number(year) : null,
    face: query.get("face") === "network" ? "network" : "map",
    view: query.get("view") === "claims" ? "claims" : "laboratory",
    runs: RUNS.includes(runs) ? runs : 0,
    observed: query.get("observed") !== "0",
    look: query.get("look") ?? "",
    layers: query.get("layers")?.split(",") ?? null,
    zoom: zoom.length === 2 && zoom[0] < zoom[1] ? [zoom[0], zoom[1]] : null,
    differences: query.get("differences") === "1",
    claim: query.get("claim") ?? "",
    trial: RUNS.includes(trial) ? trial : 0,
    region: region(query),
  };
}

/**
 * @param {URLSearchParams} query
 * @returns {Region | null}
 */
function region(query) {
  const from = query.get("region");
  if (from !== "prior" && from !== "accepted") return null;
  const [draws, seeds] = [Number(query.get("draws")), Number(query.get("seeds"))];
  return { from, draws: DRAWS.includes(draws) ? draws : DRAWS[1], seeds: SEEDS.includes(seeds) ? seeds : SEEDS[0] };
}

/**
 * @param {URLSearchParams} query
 * @param {string} first
 * @returns {Run}
 */
function run(query, first) {
  const changes = new Map([...query].filter(([key]) => !OWN.includes(key)));
  return { scenario: query.get("scenario") || first, changes };
}

/**
 * The query of a run, as the server takes it.
 * @param {Run} what
 * @param {number | null} seed
 * @param {Record<string, string>} [more]
 */
export function query(what, seed, more = {}) {
  const all = new URLSearchParams({ scenario: what.scenario });
  if (seed !== null) all.set("seed", String(seed));
  for (const [key, value] of what.changes) all.set(key, value);
  for (const [key, value] of Object.entries(more)) all.set(key, value);
  return all;
}

/**
 * Writes the state into the address, leaving out what is as at first.
 * @param {State} state
 */
export function write(state) {
  const all = query(state, state.seed);
  if (state.columns.join() !== FIRST.join()) all.set("columns", state.columns.join());
  for (const pin of state.pins) all.append("pin", query(pin, null).toString());
  if (state.year !== null) all.set("year", String(state.year));
  if (state.face !== "map") all.set("face", state.face);
  if (state.view !== "laboratory") all.set("view", state.view);
  if (state.runs) all.set("runs", String(state.runs));
  if (!state.observed) all.set("observed", "0");
  if (state.look) all.set("look", state.look);
  if (state.layers) all.set("layers", state.layers.join());
  if (state.zoom) all.set("zoom", state.zoom.map((year) => Number(year.toFixed(1))).join("~"));
  if (state.differences) all.set("differences", "1");
  if (state.claim) all.set("claim", state.claim);
  if (state.trial) all.set("trial", String(state.trial));
  if (state.region) {
    all.set("region", state.region.from);
    all.set("draws", String(state.region.draws));
    all.set("seeds", String(state.region.seeds));
  }
  const address = `${location.pathname}?${all.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%7E", "~")}`;
  if (address !== location.pathname + location.search) history.replaceState(null, "", address);
}

/**
 * What an arm changes, in a few words.
 * @param {Run} what
 */
export function label(what) {
  const name = (/** @type {string} */ key) => key.split(".").pop()?.replaceAll("_", " ") ?? key;
  const changes = [...what.changes].map(([key, value]) => `${name(key)} ${value}`);
  const shown = changes.slice(0, 2).join(", ") + (changes.length > 2 ? ` +${changes.length - 2}` : "");
  // The chart library reads marks in its labels.
  return (shown ? `${what.scenario}: ${shown}` : what.scenario).replace(/[<>&]/g, " ");
}
