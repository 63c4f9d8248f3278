// Claims, tried while one looks on.

import { aborted, get, lines } from "./api.js";
import { RUNS } from "./address.js";
import { by, colour, el, short } from "./dom.js";
import { plot, purge } from "./plots.js";
import { Region } from "./region.js";

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
    this.region = new Region(state, changed, failed);
  }

  async open() {
    if (!this.all.length) {
      by("claims").replaceChildren(el("p", { class: "soft" }, "Reading the experiments …"));
      this.all = await get("api/claims");
      this.build();
    }
    const known = this.all.find((c) => c.id === this.state.claim);
    const { trial, region } = this.state;
    this.choose(known ?? this.all[0]);
    // A link is a trial: what was tried is tried again, one after the other.
    if (known && trial) await this.try();
    if (known && region && this.claim === known) await this.region.try();
  }

  build() {
    const find = el("input", { type: "search", id: "find-claim", placeholder: "Find a claim", "aria-label": "Find a claim", autocomplete: "off" });
    find.addEventListener("input", () => {
      const text = find.value.trim().toLowerCase();
      for (const item of document.querySelectorAll(".claims .list li")) /** @type {HTMLElement} */ (item).hidden = !item.textContent?.toLowerCase().includes(text);
    });
    const list = this.all.map((c) => el("li", {}, el("button", { type: "button", class: "claim", "data-claim": c.id, onclick: () => this.choose(c) },
      el("b", {}, c.claim), ` ${c.statement}`, el("span", { class: "soft" }, ` ${c.experiment}`))));
    this.title = el("h2");
    this.about = el("div");
    const usual = this.state.trial || RUNS[1];
    this.runs = el("select", { id: "claim-runs" }, ...RUNS.map((n) => new Option(String(n), String(n), n === usual, n === usual)));
    this.start = el("button", { type: "button", id: "try", class: "main", onclick: () => this.toggle() }, "Try it");
    this.progress = el("progress", { max: "1", value: "0", "aria-label": "Replicates done", hidden: true });
    this.verdict = el("p", { class: "verdict", id: "verdict", role: "status" });
    this.numbers = el("div", { id: "claim-numbers" });
    this.plots = { arms: el("div", { class: "plot" }), effect: el("div", { class: "plot" }), spread: el("div", { class: "plot" }) };
    const figure = (/** @type {string} */ title, /** @type {any} */ plot) => el("figure", { class: "chart" }, el("figcaption", {}, el("span", { class: "title" }, title)), plot);
    by("claims").replaceChildren(
      el("nav", { "aria-label": "Claims", class: "list" }, el("h2", {}, "Claims"),
        el("p", { class: "soft" }, "The papers' claims, and those of the shipped experiments, that compare two arms seed by seed."), find, el("ul", {}, ...list)),
      el("section", { class: "trial", "aria-live": "off" }, this.title, this.about,
        el("p", { class: "row" }, this.start, el("label", { for: "claim-runs" }, "with"), this.runs, "replicates of each arm"),
        this.progress, this.verdict,
        el("div", { class: "charts" }, figure("Arms: mean with 95 % interval; the middle 90 % of runs", this.plots.arms),
          figure("Effect as replicates accumulate, 95 % interval", this.plots.effect),
          figure("Differences, pair by pair", this.plots.spread)), this.numbers, this.region.root));
  }

  /** @param {any} claim */
  choose(claim) {
    this.stop();
    this.claim = claim;
    [this.state.claim, this.state.trial, this.state.region] = [claim.id, 0, null];
    this.region.open(claim);
    this.changed();
    for (const button of document.querySelectorAll("[data-claim]")) {
      const here = button.getAttribute("data-claim") === claim.id;
      button.setAttribute("aria-current", String(here));
      if (here) button.scrollIntoView({ block: "nearest" });
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
    for (const place of Object.values(this.plots ?? {})) purge(place);
  }

  toggle() {
    if (this.trial) this.stop();
    else this.try();
  }

  stop() {
    this.region.stop();
    this.trial?.abort();
    this.ended();
  }

  ended() {
    this.trial = null;
    if (this.start) this.start.textContent = "Try it";
    if (this.progress) this.progress.hidden = true;
  }

  async try() {
    this.stop();
    const trial = new AbortController();
    this.trial = trial;
    this.state.trial = Number(this.runs.value);
    this.changed();
    this.start.textContent = "Stop";
    this.progress.hidden = false;
    this.progress.value = 0;
    /** @type {any[]} */
    const path = [];
    /** @type {number[]} */
    const differences = [];
    const query = new URLSearchParams({ claim: this.claim.id, runs: this.runs.value, seed: String(this.claim.seed) });
    try {
      await lines("api/claim", query, trial.signal, (line) => {
        differences.push(...line.new);
        if (line.effect) path.push({ n: line.replicates, ...line.effect });
        this.progress.value = line.done / line.of;
        if (line.effect) this.draw(line, path, differences);
      });
      if (this.trial === trial) this.ended();
    } catch (error) {
      if (aborted(error)) return;
      this.ended();
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
    const ink = [colour("--arm0"), colour("--arm1")];
    const labels = this.claim.arms.map((/** @type {any} */ a) => a.label);
    const spread = (/** @type {any} */ a, /** @type {number} */ k) => ({ kind: "line", x: [k, k], y: [a.p05, a.p95], colour: ink[k], width: 1 });
    const mean = (/** @type {any} */ a, /** @type {number} */ k) => ({ kind: "points", x: [k], y: [a.mean], low: [a.low], high: [a.high], colour: ink[k], size: 9,
      tell: () => `${labels[k]}: ${short(a.mean)}` });
    plot(this.plots?.arms, arms.flatMap((/** @type {any} */ a, /** @type {number} */ k) => [spread(a, k), mean(a, k)]),
      { x: { ticks: [[0, "with"], [1, "without"]], range: [-0.6, 1.6] } });
    const n = path.map((p) => p.n);
    // The first few pairs, of which the interval is wide, would leave no room for the others.
    const settled = path.filter((p) => p.n >= 8);
    const ends = (settled.length > 1 ? settled : path).flatMap((p) => [p.low, p.high]).filter((v) => v !== null);
    const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
    const room = 0.06 * (most - least || 1);
    plot(this.plots?.effect, [{ kind: "band", x: n, y: [], low: path.map((p) => p.low), high: path.map((p) => p.high), colour: ink[0] },
      { kind: "line", x: n, y: path.map((p) => p.mean), colour: ink[0], width: 1.8, tell: (k) => `${n[k]} replicates: ${short(path[k].mean)}` }],
      { x: { title: "replicates" }, y: { line: 0, range: [least - room, most + room] } });
    plot(this.plots?.spread, [{ kind: "histogram", x: [...differences], y: [], colour: ink[0] }], { x: { title: "with − without" } });
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
    this.numbers.replaceChildren(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Numbers" }, el("table", {},
      el("thead", {}, el("tr", {}, ...["", "Mean", "95 % from", "to", "5 % of runs", "95 % of runs"].map((t) => el("th", { scope: "col" }, t)))),
      el("tbody", {}, row(labels[0], arms[0]), row(labels[1], arms[1]), row("Difference", effect)))),
      el("p", { class: "soft" }, `Standardised paired difference ${short(effect.d_z)}; the difference has the expected sign in ${short(100 * effect.share)} % of pairs. ` +
        "An interval says how certain the mean of the model is at its default parameters, not whether the claim is true of the world."));
  }
}
