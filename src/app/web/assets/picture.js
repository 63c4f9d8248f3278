// The picture of a year: a map or a network, drawn by ourselves.

import { by, el, region as named, svg } from "./dom.js";
import { HIGH, WIDE, distance, drawnArc, equalEarth, f, outline, sphere, straight } from "./geometry.js";

/** @typedef {import("./history.js").History} History */
/** @typedef {import("./geometry.js").Point} Point */

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
/** Pixels from a line within which the pointer is on it. */
const NEAR = 5;

/**
 * A line between two states.
 * @typedef {{kind: string, a: number, b: number, arcs: [Point, Point, Point][], war?: boolean, dispute?: any[]}} Line
 */

/** The picture. */
export class Picture {
  /**
   * @param {(what: import("./detail.js").Choice | null) => void} chosen
   * @param {string[] | null} layers those that are shown; `null`: as at first
   * @param {(layers: string[] | null) => void} layered
   */
  constructor(chosen, layers, layered) {
    this.chosen = chosen;
    /** @type {"map" | "network"} */
    this.face = "map";
    /** @type {[string, number, number, number[][]][]} */
    this.shapes = [];
    /** @type {Set<string>} */
    this.hidden = new Set(LAYERS.filter(([name, , shown]) => !(layers ? layers.includes(name) : shown)).map(([name]) => name));
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
    /** @type {any} */
    this.lit = null;
    /** Lines of the year that are shown. @type {Line[]} */
    this.drawn = [];
    /** The pact that is looked at. @type {number | null} */
    this.pact = null;
    /** What the pointer is on. @type {import("./detail.js").Choice | null} */
    this.pointed = null;
    by("canvas").addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.hover(event));
    by("canvas").addEventListener("pointerleave", () => this.leave());
    by("canvas").addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const state = stateOf(event);
      this.chosen(state === null ? this.choiceOf(this.lineAt(event)) : { state });
    });
    by("layers").replaceChildren(...LAYERS.map(([name, title]) => {
      const box = el("input", { type: "checkbox", checked: !this.hidden.has(name), "data-layer": name });
      box.addEventListener("change", () => {
        if (box.checked) this.hidden.delete(name);
        else this.hidden.add(name);
        if (this.year !== undefined) this.draw(this.year);
        const usual = LAYERS.every(([name, , shown]) => shown !== this.hidden.has(name));
        layered(usual ? null : LAYERS.map(([name]) => name).filter((name) => !this.hidden.has(name)));
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
    this.pointed = null;
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
    this.lit = svg("path", { class: "tie lit" });
    const frame = globe ? svg("path", { class: "sea", d: sphere() }) : null;
    this.root = svg("svg", { viewBox: globe ? `0 6 ${wide} ${high - 24}` : `0 0 ${wide} ${high}`, role: "img", class: globe ? "globe" : this.face },
      frame, svg("g", {}, ...this.land.map((l) => l.path)),
      svg("g", { class: "ties" }, ...Object.values(this.lines), this.wars, this.lit),
      svg("g", {}, ...this.dots), svg("g", { class: "names" }, ...this.names));
    by("canvas").replaceChildren(this.root);
    this.listRegions();
  }

  /** The key of the colours; each region can be looked at from it. */
  listRegions() {
    const history = /** @type {History} */ (this.history);
    by("regions").replaceChildren(...history.regions.map((name, region) => {
      const on = (/** @type {Event} */ event) => this.point({ region }, [el("b", {}, named(name)), el("span", {}, this.regionLine(region))],
        /** @type {Element} */ (event.currentTarget).getBoundingClientRect());
      return el("button", { type: "button", class: "link", "data-region": region, onclick: () => this.chosen({ region }),
        onpointerenter: on, onfocus: on, onpointerleave: () => this.leave(), onblur: () => this.leave() },
        el("span", { class: `swatch r${region % 12}`, "aria-hidden": "true" }), named(name));
    }));
  }

  /** @param {number} region */
  regionLine(region) {
    const [history, year] = [/** @type {History} */ (this.history), this.year ?? 0];
    const states = history.states.filter((s) => s.regions.includes(region) && history.present(s, year));
    const body = history.bodies.find((b) => b.region === region && history.stands(b, year));
    return `${states.length} states; ${body ? `a partnership of ${history.members(body, year).length}` : "no partnership"}`;
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
    this.drawn = this.linesOf(now);
    const path = (/** @type {Line[]} */ lines) => lines.map((l) => l.arcs.map(drawnArc).join("")).join("");
    for (const [name, line] of Object.entries(this.lines)) line.setAttribute("d", path(this.drawn.filter((l) => l.kind === name && !l.war)));
    this.wars.setAttribute("d", path(this.drawn.filter((l) => l.war)));
    this.light();
    this.root.setAttribute("aria-label", `${this.face === "map" ? "Map" : "Network"} of ${year}: ` +
      `${history.states.filter((s) => history.present(s, year)).length} states, ${now.pacts.length} pacts, ` +
      `${now.bodies.length} partnerships, ${now.disputes.length} disputes begun`);
  }

  /**
   * The lines that are shown of a year.
   * @param {ReturnType<History["at"]>} now
   * @returns {Line[]}
   */
  linesOf(now) {
    /** @type {Line[]} */
    const lines = now.ties.map(([a, b, rank]) => ({ kind: TIES[rank], a, b, arcs: this.arcs(a, b) }));
    for (const [a, b] of now.rivalries) lines.push({ kind: "rivalry", a, b, arcs: this.arcs(a, b, -1) });
    for (const dispute of now.disputes) {
      const [, a, b, war] = dispute;
      lines.push({ kind: "dispute", a, b, arcs: this.arcs(a, b, -0.5), war: Boolean(war), dispute });
    }
    return lines.filter((l) => !this.hidden.has(l.kind));
  }

  /** Draws the ties of the pact that is pointed at or looked at. */
  light() {
    const [history, year] = [this.history, this.year];
    const k = this.pointed?.pact ?? this.pact;
    const pact = history && k !== null ? history.pacts[k] : undefined;
    const members = history && pact && year !== undefined && history.stands(pact, year) ? history.members(pact, year) : [];
    const pairs = members.flatMap((a, i) => members.slice(0, i).map((b) => this.arcs(a, b)));
    this.lit.setAttribute("d", pairs.flat().map(drawnArc).join(""));
    for (const [k, dot] of this.dots.entries()) {
      const region = this.pointed?.region;
      dot.classList.toggle("pointed", members.includes(k) || (region !== undefined && history?.states[k].regions.includes(region)));
    }
    for (const { path } of this.land) {
      const held = path.getAttribute("data-state");
      const region = this.pointed?.region;
      path.classList.toggle("pointed", held !== null && region !== undefined && history?.states[Number(held)].regions.includes(region));
    }
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
   * The line between two states, bent to one side; over the edge of the map where that is shorter.
   * Each part has its start, the point that bends it, and its end.
   * @param {number} a
   * @param {number} b
   * @param {number} [bend]
   * @returns {[Point, Point, Point][]}
   */
  arcs(a, b, bend = 1) {
    const history = /** @type {History} */ (this.history);
    const [from, to] = [this.points[a], this.points[b]];
    const [[x1, y1], [x2, y2]] = [from, to];
    if (this.face === "network") return [[from, [(x1 + x2 + SQUARE) / 4, (y1 + y2 + SQUARE) / 4], to]];
    if (history.geometry === "globe") {
      const [[la, lo], [lb, lp]] = [history.states[a].place, history.states[b].place];
      if (Math.abs(lo - lp) > 180) {
        const near = 180 - Math.abs(lo);
        const share = near / (near + 180 - Math.abs(lp));
        const edge = la + (lb - la) * share;
        return [straight(from, equalEarth(180 * Math.sign(lo), edge)), straight(equalEarth(180 * Math.sign(lp), edge), to)];
      }
    }
    const side = x1 < x2 || (x1 === x2 && y1 < y2) ? bend : -bend;
    return [[from, [(x1 + x2) / 2 + 0.12 * side * (y2 - y1), (y1 + y2) / 2 - 0.12 * side * (x2 - x1)], to]];
  }

  /**
   * The line under the pointer; of several the nearest.
   * @param {MouseEvent} event
   * @returns {Line | null}
   */
  lineAt(event) {
    const matrix = /** @type {SVGSVGElement} */ (this.root).getScreenCTM();
    if (!matrix) return null;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    let [found, least] = [/** @type {Line | null} */ (null), NEAR / matrix.a];
    for (const line of this.drawn) {
      for (const arc of line.arcs) {
        const off = distance(arc, [x, y], least);
        if (off < least) [found, least] = [line, off];
      }
    }
    return found;
  }

  /**
   * What a click on a line looks up: the smallest pact of the two, or one of those in dispute.
   * @param {Line | null} line
   * @returns {import("./detail.js").Choice | null}
   */
  choiceOf(line) {
    if (!line || !this.history || this.year === undefined) return null;
    if (!TIES.includes(line.kind)) return { state: line.a };
    const [pact] = this.history.between(line.a, line.b, this.year);
    return pact ? { pact: this.history.pacts.indexOf(pact) } : null;
  }

  /** @param {PointerEvent} event */
  hover(event) {
    const at = { left: event.clientX, right: event.clientX, bottom: event.clientY };
    const [history, year, k] = [this.history, this.year, stateOf(event)];
    if (!history || year === undefined) return;
    if (k !== null) {
      const s = history.states[k];
      const pacts = history.pacts.filter((p) => history.stands(p, year) && history.members(p, year).includes(k));
      const region = s.regions[0] === undefined ? "" : named(history.regions[s.regions[0]]);
      this.point({ state: k }, [el("b", {}, s.name), el("span", {}, `${region} · ${pacts.length} pacts`)], at);
      return;
    }
    const line = this.lineAt(event);
    by("canvas").classList.toggle("on-line", line !== null);
    if (line) this.point(this.choiceOf(line), told(history, line, year), at);
    else this.leave();
  }

  /**
   * Shows what is pointed at, and a few words.
   * @param {import("./detail.js").Choice | null} choice
   * @param {Node[]} said
   * @param {{left: number, bottom: number}} at
   */
  point(choice, said, at) {
    const same = JSON.stringify(choice) === JSON.stringify(this.pointed);
    this.pointed = choice;
    if (!same) this.light();
    const tip = by("tip");
    tip.replaceChildren(...said);
    tip.hidden = false;
    const x = Math.max(Math.min(at.left + 14, innerWidth - tip.offsetWidth - 8), 4);
    const y = at.bottom + 16 + tip.offsetHeight > innerHeight ? at.bottom - 16 - tip.offsetHeight : at.bottom + 16;
    tip.style.transform = `translate(${x}px, ${y}px)`;
  }

  leave() {
    by("tip").hidden = true;
    by("canvas").classList.remove("on-line");
    if (this.pointed === null) return;
    this.pointed = null;
    this.light();
  }
}

/**
 * A line in words.
 * @param {History} history
 * @param {Line} line
 * @param {number} year
 * @returns {Node[]}
 */
function told(history, { kind, a, b, war, dispute }, year) {
  const pair = `${history.name(a)} – ${history.name(b)}`;
  if (kind === "rivalry") return [el("b", {}, "Rivalry"), el("span", {}, pair)];
  if (dispute) return [el("b", {}, `${war ? "War" : "Dispute"}, ${dispute[5]} months`), el("span", {}, pair), el("span", {}, dispute[7])];
  const pacts = history.between(a, b, year);
  const rest = pacts.length > 3 ? [el("span", {}, `and ${pacts.length - 3} more`)] : [];
  return [el("b", {}, pair), ...pacts.slice(0, 3).map((p) => el("span", {}, `${history.title(p)} · ${history.members(p, year).length} states`)), ...rest];
}

/** @param {Event} event */
function stateOf(event) {
  const over = /** @type {Element | null} */ (event.target)?.closest?.("[data-state]");
  return over ? Number(over.getAttribute("data-state")) : null;
}

/** @param {History} history */
const places = (history) => history.states.map((s) => `${s.abbreviation} ${s.place} ${s.regions}`).join();

