// The picture of a year: a map or a network, drawn by ourselves.

import { by, el, svg, words } from "./dom.js";

/** @typedef {import("./history.js").History} History */
/** @typedef {[number, number]} Point */

const WIDE = 960;
const HIGH = 462;
const SQUARE = 520;
/** Kinds of lines, drawn in this order; those with `true` are shown at first. @type {[string, string, boolean][]} */
export const LAYERS = [
  ["other", "Other pacts", false],
  ["large", "Larger defence pacts", true],
  ["bilateral", "Bilateral defence pacts", true],
  ["rivalry", "Rivalries", false],
  ["dispute", "Disputes", true],
  ["partners", "Partnerships", true],
];
const TIES = ["bilateral", "large", "other"];

/** Equal Earth (Šavrič, Patterson & Jenny 2018), longitude and latitude in degrees. @returns {Point} */
function equalEarth(/** @type {number} */ longitude, /** @type {number} */ latitude) {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
  const t2 = theta * theta;
  const t6 = t2 * t2 * t2;
  const x = (2 * Math.sqrt(3) * ((longitude * Math.PI) / 180) * Math.cos(theta)) /
    (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1));
  const y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2));
  return [WIDE / 2 + (x * WIDE) / 5.46, 0.53 * HIGH - (y * WIDE) / 5.46];
}

/** The picture. */
export class Picture {
  /**
   * @param {(what: {state?: number, region?: number} | null) => void} chosen
   */
  constructor(chosen) {
    this.chosen = chosen;
    /** @type {"map" | "network"} */
    this.face = "map";
    /** @type {[string, number, number, number[][]][]} */
    this.shapes = [];
    /** @type {Set<string>} */
    this.hidden = new Set(LAYERS.filter(([, , shown]) => !shown).map(([name]) => name));
    /** @type {Set<number>} */
    this.marked = new Set();
    /** Where each state is drawn. @type {Point[]} */
    this.points = [];
    /** @type {{code: number, before: number, path: any}[]} */
    this.land = [];
    /** @type {any[]} */
    this.dots = [];
    /** @type {any[]} */
    this.names = [];
    /** @type {Record<string, any>} */
    this.lines = {};
    /** @type {any} */
    this.wars = null;
    by("canvas").addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.hover(event));
    by("canvas").addEventListener("pointerleave", () => { by("tip").hidden = true; });
    by("canvas").addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const state = stateOf(event);
      this.chosen(state === null ? null : { state });
    });
    by("layers").replaceChildren(...LAYERS.map(([name, title, shown]) => {
      const box = el("input", { type: "checkbox", checked: shown, "data-layer": name });
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(name);
        else this.hidden.add(name);
        if (this.year !== undefined) this.draw(this.year);
      });
      return el("label", { class: `check key ${name}` }, box, el("span", { class: "swatch" }), title);
    }));
  }

  /**
   * @param {History} history
   * @param {"map" | "network"} face
   */
  show(history, face) {
    const fresh = !this.history || this.face !== face || this.history.geometry !== history.geometry ||
      places(this.history) !== places(history);
    this.history = history;
    this.face = face;
    if (fresh) this.build();
  }

  /** Everything that stays the same from year to year. */
  build() {
    const history = /** @type {History} */ (this.history);
    const globe = this.face === "map" && history.geometry === "globe";
    const [wide, high] = globe ? [WIDE, HIGH] : [SQUARE, SQUARE];
    this.points = history.states.map((s) => this.place(s));
    const land = globe ? this.shapes : [];
    this.land = land.map(([name, code, before, rings]) => {
      const path = svg("path", { d: rings.map(outline).join(""), class: "land" }, svg("title", {}, name));
      return { code, before, path };
    });
    this.dots = history.states.map((s, k) =>
      svg("circle", { cx: this.points[k][0], cy: this.points[k][1], r: 2.4, "data-state": k }));
    this.names = history.states.map((s, k) => this.label(k));
    this.lines = Object.fromEntries(LAYERS.filter(([name]) => name !== "partners")
      .map(([name]) => [name, svg("path", { class: `tie ${name}` })]));
    this.wars = svg("path", { class: "tie war" });
    const frame = globe ? svg("path", { class: "sea", d: sphere() }) : null;
    this.root = svg("svg", { viewBox: globe ? `0 6 ${wide} ${high - 24}` : `0 0 ${wide} ${high}`, role: "img", class: globe ? "globe" : this.face },
      frame, svg("g", {}, ...this.land.map((l) => l.path)),
      svg("g", { class: "ties" }, ...Object.values(this.lines), this.wars),
      svg("g", {}, ...this.dots), svg("g", { class: "names" }, ...this.names));
    by("canvas").replaceChildren(this.root);
  }

  /** @returns {Point} */
  place(/** @type {import("./history.js").State} */ s) {
    const history = /** @type {History} */ (this.history);
    if (this.face === "network") {
      const order = this.circle();
      const angle = (2 * Math.PI * (order.get(s.same) ?? 0)) / order.size - Math.PI / 2;
      return [SQUARE / 2 + 222 * Math.cos(angle), SQUARE / 2 + 222 * Math.sin(angle)];
    }
    if (history.geometry === "globe") return equalEarth(s.place[1], s.place[0]);
    return [20 + s.place[0] * (SQUARE - 40), SQUARE - 20 - s.place[1] * (SQUARE - 40)];
  }

  /** Places on the circle, region by region. */
  circle() {
    const history = /** @type {History} */ (this.history);
    const all = history.states.filter((s) => s.same === s.index);
    const region = (/** @type {import("./history.js").State} */ s) => s.regions[0] ?? 99;
    all.sort((a, b) => region(a) - region(b) || a.abbreviation.localeCompare(b.abbreviation, "en", { numeric: true }));
    return new Map(all.map((s, k) => [s.index, k]));
  }

  /** @param {number} k */
  label(k) {
    const s = /** @type {History} */ (this.history).states[k];
    const [x, y] = this.points[k];
    if (this.face !== "network") return svg("text", { x: x + 5, y: y - 4 }, s.abbreviation);
    const angle = (Math.atan2(y - SQUARE / 2, x - SQUARE / 2) * 180) / Math.PI;
    const left = Math.abs(angle) > 90;
    const at = `translate(${x} ${y}) rotate(${left ? angle + 180 : angle}) translate(${left ? -8 : 8} 3)`;
    return svg("text", { transform: at, "text-anchor": left ? "end" : "start" }, s.abbreviation);
  }

  /**
   * Draws a year.
   * @param {number} year
   */
  draw(year) {
    const history = this.history;
    if (!history) return;
    this.year = year;
    const now = history.at(year);
    const partners = this.hidden.has("partners") ? new Set() : now.partners;
    const conflict = new Set(now.domestic);
    const region = (/** @type {number | undefined} */ k) => (k === undefined ? "" : ` r${(history.states[k].regions[0] ?? 11) % 12}`);
    const shaped = new Set();
    for (const { code, before, path } of this.land) {
      const holder = code ? history.holder(code, before, year) : undefined;
      const k = holder?.index;
      if (k !== undefined) shaped.add(k);
      path.setAttribute("class", `land${region(k)}${partners.has(k) ? " partner" : ""}${this.marked.has(k ?? -1) ? " marked" : ""}`);
      if (k === undefined) path.removeAttribute("data-state");
      else path.setAttribute("data-state", k);
    }
    const crowded = history.states.length > 90;
    const named = this.marked.size <= 12;
    /** Where names stand already. @type {Point[]} */
    const taken = [];
    history.states.forEach((s, k) => {
      const here = history.present(s, year);
      const power = here && history.power(s, year);
      const dot = this.dots[k];
      dot.style.display = here ? "" : "none";
      this.names[k].style.display = here && (power || (named && this.marked.has(k)) || (this.face === "network" && !crowded)) ? "" : "none";
      if (!here) return;
      if (this.face === "map" && this.names[k].style.display === "") this.stand(k, taken);
      const alone = !shaped.has(k);
      dot.setAttribute("r", power ? 5 : alone ? (this.land.length ? 2.8 : 4) : 1.5);
      dot.setAttribute("class", `dot${alone ? region(k) : " capital"}${power ? " power" : ""}${partners.has(k) ? " partner" : ""}` +
        `${this.marked.has(k) ? " marked" : ""}${conflict.has(k) ? " conflict" : ""}`);
    });
    /** @type {Record<string, string[]>} */
    const paths = { other: [], large: [], bilateral: [], rivalry: [], dispute: [] };
    for (const [a, b, rank] of now.ties) paths[TIES[rank]].push(this.curve(a, b));
    for (const [a, b] of now.rivalries) paths.rivalry.push(this.curve(a, b, -1));
    /** @type {string[]} */
    const wars = [];
    for (const [, a, b, war] of now.disputes) (war ? wars : paths.dispute).push(this.curve(a, b, -0.5));
    for (const [name, line] of Object.entries(this.lines)) line.setAttribute("d", this.hidden.has(name) ? "" : paths[name].join(""));
    this.wars.setAttribute("d", this.hidden.has("dispute") ? "" : wars.join(""));
    this.root.setAttribute("aria-label", `${this.face === "map" ? "Map" : "Network"} of ${year}: ` +
      `${history.states.filter((s) => history.present(s, year)).length} states, ${now.pacts.length} pacts, ` +
      `${now.bodies.length} partnerships, ${now.disputes.length} disputes begun`);
  }

  /**
   * Puts a name where no other stands: above, below or to the left.
   * @param {number} k
   * @param {Point[]} taken
   */
  stand(k, taken) {
    const [x, y] = this.points[k];
    const free = (/** @type {Point} */ p) => taken.every((q) => Math.abs(p[0] - q[0]) > 26 || Math.abs(p[1] - q[1]) > 10);
    /** @type {Point[]} */
    const choices = [[x + 6, y - 4], [x + 6, y + 12], [x - 28, y - 4], [x - 28, y + 12]];
    const [left, base] = choices.find(free) ?? choices[0];
    taken.push([left, base]);
    this.names[k].setAttribute("x", f(left));
    this.names[k].setAttribute("y", f(base));
  }

  /**
   * A line between two states, bent to one side; over the edge of the map where that is shorter.
   * @param {number} a
   * @param {number} b
   * @param {number} [bend]
   */
  curve(a, b, bend = 1) {
    const history = /** @type {History} */ (this.history);
    const [[x1, y1], [x2, y2]] = [this.points[a], this.points[b]];
    if (this.face === "network") return `M${f(x1)} ${f(y1)}Q${f((x1 + x2 + SQUARE) / 4)} ${f((y1 + y2 + SQUARE) / 4)} ${f(x2)} ${f(y2)}`;
    if (history.geometry === "globe") {
      const [[la, lo], [lb, lp]] = [history.states[a].place, history.states[b].place];
      if (Math.abs(lo - lp) > 180) {
        const near = 180 - Math.abs(lo);
        const share = near / (near + 180 - Math.abs(lp));
        const edge = la + (lb - la) * share;
        const [p, q] = [equalEarth(180 * Math.sign(lo), edge), equalEarth(180 * Math.sign(lp), edge)];
        return `M${f(x1)} ${f(y1)}L${f(p[0])} ${f(p[1])}M${f(q[0])} ${f(q[1])}L${f(x2)} ${f(y2)}`;
      }
    }
    const side = x1 < x2 || (x1 === x2 && y1 < y2) ? bend : -bend;
    const [mx, my] = [(x1 + x2) / 2 + 0.12 * side * (y2 - y1), (y1 + y2) / 2 - 0.12 * side * (x2 - x1)];
    return `M${f(x1)} ${f(y1)}Q${f(mx)} ${f(my)} ${f(x2)} ${f(y2)}`;
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const tip = by("tip");
    const k = stateOf(event);
    if (k === null || !this.history || this.year === undefined) {
      tip.hidden = true;
      return;
    }
    const [history, year] = [this.history, this.year];
    const s = history.states[k];
    const pacts = history.pacts.filter((p) => history.stands(p, year) && history.members(p, year).includes(k));
    const region = s.regions[0] === undefined ? "" : words(history.regions[s.regions[0]]);
    tip.replaceChildren(el("b", {}, s.name), el("span", {}, `${region} · ${pacts.length} pacts`));
    tip.hidden = false;
    const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    tip.style.transform = `translate(${x}px, ${event.clientY + 16}px)`;
  }
}

const f = (/** @type {number} */ v) => v.toFixed(1);

/** @param {Event} event */
function stateOf(event) {
  const over = /** @type {Element | null} */ (event.target)?.closest?.("[data-state]");
  return over ? Number(over.getAttribute("data-state")) : null;
}

/** @param {History} history */
const places = (history) => history.states.map((s) => `${s.abbreviation} ${s.place} ${s.regions}`).join();

/** @param {number[]} ring longitude and latitude in turn, tenths of a degree */
function outline(ring) {
  let path = "";
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = equalEarth(ring[k] / 10, ring[k + 1] / 10);
    path += `${k ? "L" : "M"}${f(x)} ${f(y)}`;
  }
  return `${path}Z`;
}

/** The edge of the map, without Antarctica. */
function sphere() {
  const side = (/** @type {number} */ longitude) =>
    Array.from({ length: 30 }, (_, k) => equalEarth(longitude, -58 + (148 * k) / 29));
  const edge = [...side(-180), ...side(180).reverse()];
  return `M${edge.map(([x, y]) => `${f(x)} ${f(y)}`).join("L")}Z`;
}
