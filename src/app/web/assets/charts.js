// The charts: one column each, all arms in it.

import { by, colour, el, region as named, short, signed, titled, words } from "./dom.js";
import { draw, purge } from "./plots.js";

const MARGIN = { l: 46, r: 10, t: 8, b: 22 };
const ARMS = ["--arm0", "--arm1", "--arm2", "--arm3", "--arm4"];
const DASHES = ["solid", "dash", "dot", "dashdot", "longdash"];

/**
 * An arm as drawn.
 * @typedef {object} Arm
 * @property {string} label
 * @property {number} first
 * @property {Record<string, (number | null)[]>} series
 * @property {Record<string, {low: (number | null)[], median?: (number | null)[], mean?: (number | null)[], high: (number | null)[]}> | null} bands
 */

/** All charts of the page. */
export class Charts {
  /**
   * @param {any} model
   * @param {(column: string) => void} removed
   * @param {[number, number] | null} range years shown; `null`: all
   * @param {(range: [number, number] | null) => void} zoomed
   */
  constructor(model, removed, range, zoomed) {
    this.removed = removed;
    this.ranged = zoomed;
    /** @type {Map<string, any>} declarations by `world` or `regions`, and column */
    this.declared = new Map();
    for (const table of ["world", "regions"]) {
      for (const c of model.columns[table]) this.declared.set(`${table}.${c.name}`, c);
    }
    /** @type {Map<string, {card: any, plot: any, now: any, cursor: any}>} */
    this.cards = new Map();
    /** @type {Arm[]} */
    this.arms = [];
    /** @type {Record<string, any[]>} */
    this.observed = {};
    /** Years shown; `null`: all. @type {[number, number] | null} */
    this.range = range;
    /** Whether arms are drawn less the run on the screen. */
    this.differences = false;
    by("whole-range").hidden = range === null;
    this.year = 0;
    by("whole-range").addEventListener("click", () => this.zoom(null));
  }

  /** @param {string} column */
  about(column) {
    const at = column.lastIndexOf(".");
    const region = at < 0 ? "" : column.slice(0, at);
    const name = column.slice(at + 1);
    const is = this.declared.get(`${region ? "regions" : "world"}.${name}`) ?? { unit: "", definition: "" };
    const unit = is.unit === "1" || name.startsWith(is.unit) ? "" : is.unit;
    return { title: region ? `${named(region)}: ${words(name)}` : titled(name), unit, definition: is.definition };
  }

  /**
   * Has a card for each column, in this order.
   * @param {string[]} columns
   */
  arrange(columns) {
    for (const [name, { card, plot }] of this.cards) {
      if (columns.includes(name)) continue;
      purge(plot);
      card.remove();
      this.cards.delete(name);
    }
    for (const name of columns) {
      if (!this.cards.has(name)) this.cards.set(name, this.card(name));
    }
    by("charts").append(...columns.map((name) => this.cards.get(name)?.card));
  }

  /** @param {string} name */
  card(name) {
    const { title, unit, definition } = this.about(name);
    const id = `chart-${name}`;
    const plot = el("div", { class: "plot" });
    const cursor = el("div", { class: "cursor", "aria-hidden": "true" });
    const now = el("output", { class: "now", "aria-live": "off" });
    const values = el("button", { type: "button", class: "small", "aria-label": `Values of ${title}`, title: "Values", onclick: () => this.table(name) }, "☰");
    const remove = el("button", { type: "button", class: "small", "aria-label": `Remove ${title}`, title: "Remove", onclick: () => this.removed(name) }, "×");
    const card = el("figure", { class: "chart", "aria-labelledby": id, "data-column": name },
      el("figcaption", { id, title: definition }, el("span", {}, el("span", { class: "title" }, title), unit ? el("span", { class: "unit" }, ` ${unit}`) : null), now),
      values, remove, el("div", { class: "frame" }, plot, cursor));
    return { card, plot, now, cursor };
  }

  /**
   * Draws these arms, the first of which is the one on the screen.
   * @param {Arm[]} arms
   * @param {Record<string, any[]>} observed
   * @param {boolean} differences
   */
  draw(arms, observed, differences) {
    this.differences = differences && arms.length > 1;
    this.arms = arms;
    this.observed = observed;
    // Everything is measured before anything is drawn: the page is laid out once.
    const all = [...this.cards].map(([name, card]) => ({ name, card, near: near(card.card), wide: card.plot.clientWidth }));
    const look = this.look();
    for (const { name, card, wide } of all.filter((c) => c.near)) this.plot(name, card, look, wide);
    clearTimeout(this.later);
    const rest = all.filter((c) => !c.near);
    if (rest.length) this.later = setTimeout(() => rest.forEach(({ name, card, wide }) => this.plot(name, card, look, wide)), 60);
  }

  /** Colours of the style sheet, read once for all charts. */
  look() {
    return {
      arms: ARMS.map(colour), observed: colour("--soft"),
    };
  }

  /**
   * @param {string} name
   * @param {{plot: any, cursor: any}} card
   * @param {any} look
   * @param {number} wide
   */
  plot(name, card, look, wide) {
    const traces = this.traces(name, look);
    const arm = this.arms[0];
    const last = arm ? arm.first + (arm.series[name]?.length ?? 1) - 1 : 1;
    const layout = { margin: MARGIN, height: 168, width: wide,
      x: { range: this.range ?? [arm?.first ?? 0, last], years: true }, y: this.differences ? { zero: true, line: 0 } : { zero: true } };
    draw(card.plot, traces, layout, (range) => this.zoom(range));
  }

  /**
   * @param {string} name
   * @param {any} look
   */
  traces(name, look) {
    if (this.differences) return this.apart(name, look);
    /** @type {import("./plots.js").Trace[]} */
    const traces = [];
    const tell = (/** @type {(number | null)[]} */ values) => (/** @type {number} */ k) => short(values[k]);
    for (const [k, arm] of this.arms.entries()) {
      const bands = arm.bands?.[name];
      if (!bands?.median) continue;
      const [x, ink] = [bands.low.map((_, i) => arm.first + i), look.arms[k]];
      traces.push({ kind: "band", x, y: [], low: bands.low, high: bands.high, colour: ink });
      traces.push({ kind: "line", x, y: bands.median, name: `median, ${arm.label}`, width: 1, colour: ink, dash: "dot", tell: tell(bands.median) });
    }
    for (const [k, is] of (this.observed[name] ?? []).entries()) {
      traces.push({ kind: "line", x: is.years, y: is.values, name: `observed, ${is.source}`, width: 1.3, colour: look.observed, dash: k ? "dot" : "observed", tell: tell(is.values) });
    }
    for (let k = this.arms.length - 1; k >= 0; k--) {
      const arm = this.arms[k];
      const y = arm.series[name] ?? [];
      traces.push({ kind: "line", x: y.map((_, i) => arm.first + i), y, name: k ? arm.label : "this run", width: k ? 1.4 : 1.9, colour: look.arms[k], dash: DASHES[k], tell: tell(y) });
    }
    return traces;
  }

  /**
   * The arms less the run on the screen, and of many seeds the mean difference with its interval.
   * @param {string} name
   * @param {any} look
   */
  apart(name, look) {
    /** @type {import("./plots.js").Trace[]} */
    const traces = [];
    for (const [k, arm] of this.arms.entries()) {
      const bands = k ? arm.bands?.[name] : undefined;
      if (!bands?.mean) continue;
      const { low, high, mean } = bands;
      const [x, ink] = [low.map((_, i) => arm.first + i), look.arms[k]];
      traces.push({ kind: "band", x, y: [], low, high, colour: ink });
      traces.push({ kind: "line", x, y: mean, name: `mean, ${arm.label}`, width: 1.9, colour: ink, dash: DASHES[k], tell: (i) => `${signed(mean[i])} [${short(low[i])}, ${short(high[i])}]` });
    }
    for (let k = this.arms.length - 1; k > 0; k--) {
      const y = this.difference(name, k);
      const many = Boolean(this.arms[k].bands?.[name]);
      traces.push({ kind: "line", x: y.map((_, i) => this.arms[k].first + i), y, name: `one seed, ${this.arms[k].label}`,
        width: many ? 0.8 : 1.6, colour: look.arms[k], dash: many ? "dot" : DASHES[k], tell: (i) => signed(y[i]) });
    }
    return traces;
  }

  /**
   * An arm less the run on the screen, by year of the arm.
   * @param {string} name
   * @param {number} k
   */
  difference(name, k) {
    const [base, arm] = [this.arms[0], this.arms[k]];
    return (arm.series[name] ?? []).map((value, i) => {
      const other = base.series[name]?.[arm.first + i - base.first];
      return value === null || other === null || other === undefined ? null : value - other;
    });
  }

  /** @param {[number, number] | null} range */
  zoom(range) {
    if (range?.join() === this.range?.join()) return;
    this.range = range;
    this.ranged(range);
    by("whole-range").hidden = range === null;
    this.draw(this.arms, this.observed, this.differences);
    this.showYear(this.year);
  }

  /**
   * Moves the line of the year, and shows the values of that year.
   * @param {number} year
   */
  showYear(year) {
    this.year = year;
    const arm = this.arms[0];
    if (!arm) return;
    const cards = [...this.cards].map(([name, card]) => ({ name, ...card, wide: card.plot.clientWidth }));
    for (const { name, now, cursor, wide } of cards) {
      const values = arm.series[name] ?? [];
      now.classList.toggle("of-arm1", this.differences);
      now.textContent = this.differences ? signed(this.difference(name, 1)[year - this.arms[1].first]) : short(values[year - arm.first]);
      const [from, to] = this.range ?? [arm.first, arm.first + values.length - 1];
      const width = wide - MARGIN.l - MARGIN.r;
      const x = MARGIN.l + (width * (year - from)) / Math.max(to - from, 1);
      cursor.style.display = year < from || year > to ? "none" : "";
      cursor.style.transform = `translateX(${x.toFixed(1)}px)`;
    }
  }

  /**
   * The values of a chart as a table, for those who cannot see it.
   * @param {string} name
   */
  table(name) {
    const { title, definition } = this.about(name);
    const [arm] = this.arms;
    const apart = this.differences ? this.arms.slice(1).map((a, k) => ({ label: `${a.label}, less this run`, first: a.first, values: this.difference(name, k + 1) })) : [];
    const shown = [...this.arms.map((a, k) => ({ label: k ? a.label : "this run", first: a.first, values: a.series[name] ?? [] })), ...apart];
    const head = el("tr", {}, el("th", { scope: "col" }, "Year"), ...shown.map((s) => el("th", { scope: "col" }, s.label)));
    const rows = (arm?.series[name] ?? []).map((_, i) => el("tr", {}, el("th", { scope: "row" }, String(arm.first + i)),
      ...shown.map((s) => el("td", {}, short(s.values[arm.first + i - s.first])))));
    const close = el("button", { type: "button", onclick: () => by("values").close() }, "Close");
    by("values").replaceChildren(el("h2", { id: "values-heading" }, title), el("p", { class: "soft" }, definition),
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Values of ${title}` },
        el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows))), el("p", { class: "row" }, close));
    by("values").showModal();
  }
}

/** @param {HTMLElement} card */
function near(card) {
  const { top, bottom } = card.getBoundingClientRect();
  return bottom > -50 && top < innerHeight + 50;
}
