// Where in parameter space a claim holds: tried at sets of parameters while one looks on.

import { aborted, lines } from "./api.js";
import { DRAWS, SEEDS } from "./address.js";
import { colour, el, short, signed } from "./dom.js";
import { plot, purge } from "./plots.js";

/** What a set of parameters says, in words, and how it is drawn. @type {[string, string, string, "circle" | "circle-open" | "diamond"][]} */
const SIDES = [
  ["undecided", "undecided", "--soft", "circle-open"],
  ["reverses", "the opposite sign", "--arm1", "diamond"],
  ["has", "the claimed sign", "--arm0", "circle"],
];

/** The part of a claim that is about regions of parameters. */
export class Region {
  /**
   * @param {import("./address.js").State} state
   * @param {() => void} changed
   * @param {(why: string) => void} failed
   */
  constructor(state, changed, failed) {
    this.state = state;
    this.changed = changed;
    this.failed = failed;
    /** @type {any} */
    this.claim = null;
    /** Whether the axes were chosen by hand; else they are the parameters that say most. */
    this.picked = false;
    /** @type {any} */
    this.line = null;
    const is = state.region ?? { from: "prior", draws: DRAWS[1], seeds: SEEDS[0] };
    const select = (/** @type {string} */ id, /** @type {[string, string][]} */ options, /** @type {string} */ chosen) =>
      el("select", { id }, ...options.map(([value, text]) => new Option(text, value, value === chosen, value === chosen)));
    const numbers = (/** @type {number[]} */ all) => all.map((n) => /** @type {[string, string]} */ ([String(n), String(n)]));
    this.from = select("region-from", [["prior", "the prior ranges"], ["accepted", "the calibration's accepted sets"]], is.from);
    this.draws = select("region-draws", numbers(DRAWS), String(is.draws));
    this.seeds = select("region-seeds", numbers(SEEDS), String(is.seeds));
    this.start = el("button", { type: "button", id: "try-region", class: "main", onclick: () => this.toggle() }, "Look where it holds");
    this.progress = el("progress", { max: "1", value: "0", "aria-label": "Sets done", hidden: true });
    this.said = el("p", { class: "verdict", id: "region-said", role: "status" });
    this.more = el("div", { id: "region-more" });
    this.axes = [0, 1].map((k) => el("select", { id: `region-axis-${k}`, "aria-label": k ? "Vertical axis" : "Horizontal axis", onchange: () => {
        this.picked = true;
        this.scatter();
      } }));
    this.plots = { map: el("div", { class: "plot" }), turns: el("div", { class: "plot" }) };
    this.charts = el("div", { class: "charts", hidden: true },
      el("figure", { class: "chart" }, el("figcaption", {}, el("span", { class: "title" }, "Sets of parameters")),
        el("p", { class: "row axes" }, this.axes[0], "and", this.axes[1]), this.plots.map, this.key()),
      el("figure", { class: "chart" }, el("figcaption", {}, el("span", { class: "title" }, "Parameters with which the effect moves: rank correlation")), this.plots.turns));
    this.root = el("section", { class: "region", "aria-labelledby": "region-heading" },
      el("h3", { id: "region-heading" }, "Where it holds"),
      el("p", { class: "row" }, this.start, el("label", { for: "region-draws" }, "at"), this.draws, el("label", { for: "region-from" }, "sets from"), this.from,
        el("label", { for: "region-seeds" }, "with"), this.seeds, "seeds each"),
      this.progress, this.said, this.charts, this.more);
  }

  key() {
    const one = (/** @type {string[]} */ [name, words]) => el("span", {}, el("span", { class: `swatch side ${name}`, "aria-hidden": "true" }), words);
    return el("p", { class: "layers sides" }, ...[...SIDES].reverse().map(one));
  }

  /** @param {any} claim */
  open(claim) {
    this.stop();
    this.claim = claim;
    this.picked = false;
    this.line = null;
    this.said.textContent = "";
    this.more.replaceChildren();
    this.charts.hidden = true;
    for (const place of Object.values(this.plots)) purge(place);
  }

  toggle() {
    if (this.trial) this.stop();
    else this.try();
  }

  stop() {
    this.trial?.abort();
    this.trial = null;
    this.start.textContent = "Look where it holds";
    this.progress.hidden = true;
  }

  async try() {
    const trial = new AbortController();
    this.trial = trial;
    const is = { from: this.from.value, draws: Number(this.draws.value), seeds: Number(this.seeds.value) };
    this.state.region = is;
    this.changed();
    this.start.textContent = "Stop";
    this.progress.hidden = false;
    this.progress.value = 0;
    /** @type {[number | null, string][]} */
    this.sets = [];
    const query = new URLSearchParams({ claim: this.claim.id, from: is.from, draws: String(is.draws), seeds: String(is.seeds) });
    try {
      await lines("api/region", query, trial.signal, (line) => {
        this.sets?.push(...line.new);
        this.line = line;
        this.progress.value = line.done / line.of;
        this.draw();
      });
      if (this.trial === trial) this.stop();
    } catch (error) {
      if (aborted(error)) return;
      this.stop();
      this.failed(String(/** @type {Error} */ (error).message));
    }
  }

  draw() {
    const { signs, done, from, seeds, region, axes, enough } = this.line;
    const percent = (/** @type {number} */ v) => `${Math.round(100 * v)} %`;
    const where = from === "accepted" ? "accepted sets" : "sets from the prior ranges";
    this.said.textContent = `${done} ${where}: ${percent(signs.has)} have the claimed sign, ${percent(signs.reverses)} the opposite, ` +
      `${percent(signs.undecided)} neither.`;
    const limited = axes.filter((/** @type {any} */ a) => a.limits);
    const within = limited.map((/** @type {any} */ a) => `${a.path} from ${short(a.limits[0])} to ${short(a.limits[1])}`).join("; ");
    const held = region ? `Where it holds: ${within}. Of the sets in this box ${percent(region.density)} have the sign, against ${percent(signs.has)} of all; ` +
        `${percent(region.coverage)} of those that have it lie in the box.`
      : done < enough ? `A box is looked for from ${enough} sets on.`
      : signs.has === 0 ? "No set has the sign." : signs.has === 1 ? "Every set has the sign." : "No box of parameters says more than the whole does.";
    const row = (/** @type {any} */ a) => el("tr", {}, el("th", { scope: "row", title: a.help }, a.path), ...[
      `${short(a.prior[0])} to ${short(a.prior[1])}`, short(a.default), a.limits ? `${short(a.limits[0])} to ${short(a.limits[1])}` : "–",
      a.correlation === null ? "–" : signed(a.correlation)].map((text) => el("td", {}, text)));
    const table = axes.length ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Parameters" }, el("table", {}, el("thead", {}, el("tr", {},
      ...["Parameter", "Prior range", "Default", "In the box", "Correlation"].map((t) => el("th", { scope: "col" }, t)))), el("tbody", {}, ...axes.map(row)))) : null;
    const command = this.claim.check ? el("p", { class: "soft" }, "The same in a terminal: ", el("code", {},
      `${this.claim.check} --${from === "accepted" ? "sets" : "draws"} ${this.line.of} --seeds ${seeds}`)) : null;
    const parts = [el("p", { id: "region-held" }, held), table,
      el("p", { class: "soft" }, `A set has a sign if the 90 % interval of the effect over its ${seeds} paired seeds lies wholly on that side. ` +
        "The box is the one that PRIM finds and chance does not explain (quasi-p below .05 for each limit); correlations below .2 are not told. " +
        (from === "accepted" ? "The accepted sets are those that the record of 1946–88 does not rule out." :
          "All parameters vary at once over their prior ranges, most of which are proposals.")), command];
    this.more.replaceChildren(...parts.filter((part) => part !== null));
    this.charts.hidden = axes.length < 2;
    if (axes.length < 2) return;
    this.list(axes);
    this.scatter();
    this.bars(axes);
  }

  /**
   * Offers the parameters that are told of as axes.
   * @param {any[]} axes
   */
  list(axes) {
    for (const [k, select] of this.axes.entries()) {
      const chosen = this.picked && axes.some((a) => a.path === select.value) ? select.value : axes[k].path;
      select.replaceChildren(...axes.map((a) => new Option(a.path, a.path, a.path === chosen, a.path === chosen)));
    }
  }

  scatter() {
    /** @type {import("./plots.js").Trace[]} */
    const traces = [];
    const [x, y] = this.axes.map((select) => this.line.axes.find((/** @type {any} */ a) => a.path === select.value));
    for (const [side, words, ink, symbol] of SIDES) {
      const at = (this.sets ?? []).flatMap(([, is], k) => (is === side ? [k] : []));
      traces.push({ kind: "points", x: at.map((k) => x.values[k]), y: at.map((k) => y.values[k]), name: words, colour: colour(ink), size: side === "has" ? 7 : 6, symbol,
        tell: (k) => `${x.path} ${short(x.values[at[k]])}, ${y.path} ${short(y.values[at[k]])}: effect ${short(this.sets?.[at[k]][0])}, ${words}` });
    }
    const limits = (/** @type {any} */ a) => a.limits ?? a.prior;
    const box = x.limits || y.limits ? { x: limits(x), y: limits(y) } : undefined;
    const side = (/** @type {number[]} */ [low, high]) => /** @type {[number, number]} */ ([low - 0.03 * (high - low), high + 0.03 * (high - low)]);
    plot(this.plots.map, traces, { height: 300, box, x: { title: x.path, range: side(x.prior) }, y: { title: y.path, range: side(y.prior) } });
  }

  /** @param {any[]} axes */
  bars(axes) {
    const known = axes.filter((a) => a.correlation !== null).sort((a, b) => Math.abs(a.correlation) - Math.abs(b.correlation));
    const longest = Math.max(...known.map((a) => a.path.length), 0);
    plot(this.plots.turns, [{ kind: "bars", y: known.map((a) => a.path), x: known.map((a) => a.correlation),
      colour: known.map((a) => colour(a.correlation > 0 ? "--arm0" : "--arm1")), tell: (k) => `${known[k].path}: ${signed(known[k].correlation)}` }],
    { height: 300, margin: { l: 16 + 6.2 * longest, r: 12, t: 8, b: 36 }, x: { range: [-1, 1], line: 0 } });
  }
}
