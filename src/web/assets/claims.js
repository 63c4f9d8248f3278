// Claims, tried while one looks on.

import { aborted, get, lines } from "./api.js";
import { by, colour, el, short } from "./dom.js";

/** @type {any} */
const Plotly = /** @type {any} */ (globalThis).Plotly;

const EXPECTS = /** @type {Record<string, string>} */ ({ increase: "more", decrease: "less", none: "no difference" });

/** The view of claims. */
export class Claims {
  /**
   * @param {import("./address.js").State} state
   * @param {() => void} changed
   * @param {(why: string) => void} failed
   */
  constructor(state, changed, failed) {
    this.state = state;
    this.changed = changed;
    this.failed = failed;
    /** @type {any[]} */
    this.all = [];
  }

  async open() {
    if (!this.all.length) {
      by("claims").replaceChildren(el("p", { class: "soft" }, "Reading the experiments …"));
      this.all = await get("/api/claims");
      this.build();
    }
    const known = this.all.find((c) => c.id === this.state.claim);
    this.choose(known ?? this.all[0]);
  }

  build() {
    const list = this.all.map((c) => el("li", {}, el("button", { type: "button", class: "claim", "data-claim": c.id, onclick: () => this.choose(c) },
      el("b", {}, c.claim), ` ${c.statement}`, el("span", { class: "soft" }, ` ${c.experiment}`))));
    this.title = el("h2");
    this.about = el("div");
    this.runs = el("select", { id: "claim-runs" }, ...[50, 200, 500, 1000].map((n) => new Option(String(n), String(n), n === 200, n === 200)));
    this.start = el("button", { type: "button", id: "try", class: "main", onclick: () => this.toggle() }, "Try it");
    this.progress = el("progress", { max: "1", value: "0", "aria-label": "Replicates done", hidden: true });
    this.verdict = el("p", { class: "verdict", id: "verdict", role: "status" });
    this.numbers = el("div", { id: "claim-numbers" });
    this.plots = { arms: el("div", { class: "plot" }), effect: el("div", { class: "plot" }), spread: el("div", { class: "plot" }) };
    const figure = (/** @type {string} */ title, /** @type {any} */ plot) => el("figure", { class: "chart" }, el("figcaption", {}, el("span", { class: "title" }, title)), plot);
    by("claims").replaceChildren(
      el("nav", { "aria-label": "Claims", class: "list" }, el("h2", {}, "Claims"),
        el("p", { class: "soft" }, "Hypotheses of the shipped experiments. Each compares two arms, seed by seed."), el("ul", {}, ...list)),
      el("section", { class: "trial", "aria-live": "off" }, this.title, this.about,
        el("p", { class: "row" }, this.start, el("label", { for: "claim-runs" }, "with"), this.runs, "replicates of each arm"),
        this.progress, this.verdict,
        el("div", { class: "charts" }, figure("Arms: mean with 95 % interval; the middle 90 % of runs", this.plots.arms),
          figure("Effect as replicates accumulate, 95 % interval", this.plots.effect),
          figure("Differences, pair by pair", this.plots.spread)), this.numbers));
  }

  /** @param {any} claim */
  choose(claim) {
    this.stop();
    this.claim = claim;
    this.state.claim = claim.id;
    this.changed();
    for (const button of document.querySelectorAll("[data-claim]")) {
      button.setAttribute("aria-current", String(button.getAttribute("data-claim") === claim.id));
    }
    this.title.textContent = claim.statement;
    this.about.replaceChildren(
      el("p", { class: "soft" }, claim.question),
      el("dl", { class: "facts" },
        el("dt", {}, "With"), el("dd", {}, claim.arms[0].label), el("dt", {}, "Without"), el("dd", {}, claim.arms[1].label),
        el("dt", {}, "Metric"), el("dd", {}, `${claim.metric} (${claim.unit}): ${claim.definition}`),
        el("dt", {}, "Expected"), el("dd", {}, EXPECTS[claim.expect] ?? claim.expect),
        el("dt", {}, "In a terminal"), el("dd", {}, el("code", {}, claim.command))));
    this.verdict.textContent = "";
    this.numbers.replaceChildren();
    for (const plot of Object.values(this.plots ?? {})) Plotly.purge(plot);
  }

  toggle() {
    if (this.trial) this.stop();
    else this.try();
  }

  stop() {
    this.trial?.abort();
    this.trial = null;
    if (this.start) this.start.textContent = "Try it";
    if (this.progress) this.progress.hidden = true;
  }

  async try() {
    const trial = new AbortController();
    this.trial = trial;
    this.start.textContent = "Stop";
    this.progress.hidden = false;
    this.progress.value = 0;
    /** @type {any[]} */
    const path = [];
    /** @type {number[]} */
    const differences = [];
    const query = new URLSearchParams({ claim: this.claim.id, runs: this.runs.value, seed: String(this.claim.seed) });
    try {
      await lines("/api/claim", query, trial.signal, (line) => {
        differences.push(...line.new);
        if (line.effect) path.push({ n: line.replicates, ...line.effect });
        this.progress.value = line.done / line.of;
        if (line.effect) this.draw(line, path, differences);
      });
      if (this.trial === trial) this.stop();
    } catch (error) {
      if (aborted(error)) return;
      this.stop();
      this.failed(String(/** @type {Error} */ (error).message));
    }
  }

  /**
   * @param {any} line
   * @param {any[]} path
   * @param {number[]} differences
   */
  draw(line, path, differences) {
    const { arms, effect } = line;
    const look = { ink: colour("--ink"), soft: colour("--soft"), line: colour("--line"), arm: [colour("--arm0"), colour("--arm1")] };
    const axis = { gridcolor: look.line, zeroline: false, tickformat: "~g", linecolor: look.line };
    const layout = (/** @type {any} */ more) => ({ height: 230, margin: { l: 54, r: 12, t: 8, b: 36 }, showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: "system-ui, 'DejaVu Sans', sans-serif", size: 11, color: look.soft },
      xaxis: { ...axis, showgrid: false }, yaxis: axis, hovermode: "closest", dragmode: false, bargap: 0.08, ...more });
    const show = (/** @type {any} */ plot, /** @type {any[]} */ traces, /** @type {any} */ more) =>
      Plotly.react(plot, traces, layout(more), { displayModeBar: false, responsive: true, showTips: false });
    const zero = { type: "line", xref: "paper", x0: 0, x1: 1, y0: 0, y1: 0, line: { color: look.soft, width: 1, dash: "dot" } };
    const labels = this.claim.arms.map((/** @type {any} */ a) => a.label);
    const spread = (/** @type {any} */ a, /** @type {number} */ k) => ({ x: [k, k], y: [a.p05, a.p95], mode: "lines", line: { color: look.arm[k], width: 1 }, hoverinfo: "skip" });
    const mean = (/** @type {any} */ a, /** @type {number} */ k) => ({ x: [k], y: [a.mean], mode: "markers", marker: { color: look.arm[k], size: 9 },
      error_y: { type: "data", symmetric: false, array: [a.high - a.mean], arrayminus: [a.mean - a.low], color: look.arm[k], thickness: 3, width: 0 },
      hovertemplate: `${labels[k]}: %{y:.4~g}<extra></extra>` });
    show(this.plots?.arms, arms.flatMap((/** @type {any} */ a, /** @type {number} */ k) => [spread(a, k), mean(a, k)]),
      { xaxis: { ...axis, showgrid: false, tickvals: [0, 1], ticktext: ["with", "without"], range: [-0.6, 1.6] } });
    const n = path.map((p) => p.n);
    const edge = { x: n, mode: "lines", line: { width: 0 }, hoverinfo: "skip" };
    show(this.plots?.effect, [{ ...edge, y: path.map((p) => p.low) }, { ...edge, y: path.map((p) => p.high), fill: "tonexty", fillcolor: `${look.arm[0]}2e` },
      { x: n, y: path.map((p) => p.mean), mode: "lines", line: { color: look.arm[0], width: 1.8 }, hovertemplate: "%{x} replicates: %{y:.4~g}<extra></extra>" }],
      { shapes: [zero], xaxis: { ...axis, showgrid: false, title: { text: "replicates" } } });
    show(this.plots?.spread, [{ x: [...differences], type: "histogram", nbinsx: 24, marker: { color: look.arm[0] }, hovertemplate: "%{x}: %{y} pairs<extra></extra>" }],
      { xaxis: { ...axis, showgrid: false, title: { text: "with − without" } } });
    this.say(line.replicates, arms, effect, labels);
  }

  /**
   * @param {number} n
   * @param {any[]} arms
   * @param {any} effect
   * @param {string[]} labels
   */
  say(n, arms, effect, labels) {
    const direction = effect.low > 0 ? "increase" : effect.high < 0 ? "decrease" : null;
    const expected = this.claim.expect;
    const found = direction === null ? "the interval holds 0: no direction can be told"
      : expected === "none" ? `the interval lies ${direction === "increase" ? "above" : "below"} 0, against the expectation of no difference`
      : direction === expected ? "the interval lies on the side that the claim expects" : "the interval lies on the other side than the claim expects";
    this.verdict.textContent = `${n} pairs: ${short(effect.mean)} [${short(effect.low)}, ${short(effect.high)}]; ${found}.`;
    const row = (/** @type {string} */ name, /** @type {any} */ a) => el("tr", {}, el("th", { scope: "row" }, name), ...["mean", "low", "high", "p05", "p95"].map((k) => el("td", {}, short(a[k]))));
    this.numbers.replaceChildren(el("table", {},
      el("thead", {}, el("tr", {}, ...["", "Mean", "95 % from", "to", "5 % of runs", "95 % of runs"].map((t) => el("th", { scope: "col" }, t)))),
      el("tbody", {}, row(labels[0], arms[0]), row(labels[1], arms[1]), row("Difference", effect))),
      el("p", { class: "soft" }, `Standardised paired difference ${short(effect.d_z)}; the difference has the expected sign in ${short(100 * effect.share)} % of pairs. ` +
        "An interval says how certain the mean of the model is at its default parameters, not whether the claim is true of the world."));
  }
}
