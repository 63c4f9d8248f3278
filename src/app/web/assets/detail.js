// What happened to a state, in a region, in a pact, or in a year.

import { by, el, region as named, words } from "./dom.js";

/** @typedef {import("./history.js").History} History */
/** @typedef {{state?: number, region?: number, pact?: number}} Choice */

const KINDS = /** @type {Record<string, string>} */ ({
  defence: "defence", neutrality: "neutrality", nonaggression: "non-aggression", entente: "entente",
});

/** The panel beside the picture. */
export class Detail {
  /**
   * @param {(choice: Choice | null) => void} chosen
   * @param {(column: string) => void} chart
   * @param {(choice: Choice | null) => void} pointed
   */
  constructor(chosen, chart, pointed) {
    this.chosen = chosen;
    this.chart = chart;
    this.pointed = pointed;
    /** @type {Choice | null} */
    this.choice = null;
    by("clear").addEventListener("click", () => this.chosen(null));
    by("look-up").addEventListener("change", () => this.lookUp());
    by("look-up").addEventListener("focus", () => this.listThings());
  }

  /**
   * @param {History} history
   * @param {string} look as in the address
   */
  open(history, look) {
    this.history = history;
    // Another run has other pacts in other places: what is looked at is known by its name.
    this.choice = history.find(look);
    if (document.activeElement === by("look-up")) this.listThings();
  }

  /** What can be looked up. */
  listThings() {
    const history = this.history;
    if (!history) return;
    const things = [
      ...history.states.filter((s) => s.same === s.index).map((s) => s.name),
      ...history.regions.map(named),
      ...history.pacts.map((p) => history.title(p)),
    ];
    by("things").replaceChildren(...[...new Set(things)].map((name) => new Option(name, name)));
  }

  lookUp() {
    const history = this.history;
    const text = by("look-up").value.trim().toLowerCase();
    if (!history || !text) return;
    const state = history.states.find((s) => s.name.toLowerCase() === text || s.abbreviation.toLowerCase() === text);
    const region = history.regions.findIndex((r) => named(r).toLowerCase() === text || r === text);
    const pact = history.pacts.findIndex((p) => history.title(p).toLowerCase() === text);
    if (state) this.chosen({ state: state.index });
    else if (region >= 0) this.chosen({ region });
    else if (pact >= 0) this.chosen({ pact });
    else return;
    by("look-up").value = "";
  }

  /**
   * States that the picture marks.
   * @param {number} year
   */
  marked(year) {
    const [history, choice] = [this.history, this.choice];
    /** @type {Set<number>} */
    const none = new Set();
    if (!history || !choice) return none;
    if (choice.state !== undefined) return new Set(history.states.filter((s) => s.same === history.states[choice.state ?? 0].same).map((s) => s.index));
    if (choice.pact !== undefined && history.pacts[choice.pact]) return new Set(history.members(history.pacts[choice.pact], year));
    if (choice.region !== undefined) return new Set(history.states.filter((s) => s.regions.includes(choice.region ?? -1)).map((s) => s.index));
    return none;
  }

  /** @param {number} year */
  draw(year) {
    const history = this.history;
    if (!history) return;
    const { state, region, pact } = this.choice ?? {};
    by("clear").hidden = this.choice === null;
    const parts = state !== undefined && history.states[state] ? this.ofState(history, state, year)
      : region !== undefined && history.regions[region] ? this.ofRegion(history, region, year)
      : pact !== undefined && history.pacts[pact] ? this.ofPact(history, pact, year)
      : this.ofWorld(history, year);
    by("history").replaceChildren(...parts);
  }

  /**
   * @param {string} text
   * @param {Choice} choice
   * @param {boolean} [past]
   */
  link(text, choice, past = false) {
    const on = () => this.pointed(choice);
    const off = () => this.pointed(null);
    return el("button", { type: "button", class: past ? "link past" : "link", onclick: () => this.chosen(choice),
      onpointerenter: on, onfocus: on, onpointerleave: off, onblur: off }, text);
  }

  /**
   * @param {History} history
   * @param {number} year
   */
  ofWorld(history, year) {
    const now = history.at(year);
    const size = (/** @type {any} */ p) => history.members(p, year).length;
    const pacts = now.pacts.filter((p) => p.kind === "defence").sort((a, b) => size(b) - size(a));
    const born = now.pacts.filter((p) => p.begin === year);
    const ended = history.pacts.filter((p) => p.end === year);
    return [
      el("h3", {}, "The world"),
      counts([
        ["States", history.states.filter((s) => history.present(s, year)).length],
        ["Defence pacts", pacts.length], ["Other pacts", now.pacts.length - pacts.length],
        ["Partnerships", now.bodies.length], ["Disputes begun", now.disputes.length],
        ["Of those, wars", now.disputes.filter((d) => d[3]).length],
      ]),
      this.list("Largest defence pacts", pacts.slice(0, 6), (p) => [this.link(history.title(p), { pact: history.pacts.indexOf(p) }), `${size(p)}\u00a0states`]),
      this.list("Partnerships", now.bodies, (b) => [this.link(history.body(b), { region: b.region ?? 0 }), `${size(b)}\u00a0states`]),
      this.list("Begun this year", born.slice(0, 8), (p) => [this.link(history.title(p), { pact: history.pacts.indexOf(p) })]),
      this.list("Ended this year", ended.slice(0, 8), (p) => [this.link(history.title(p), { pact: history.pacts.indexOf(p) })]),
      this.list("Disputes begun", now.disputes.slice(0, 12), (d) => this.dispute(history, d)),
    ];
  }

  /**
   * @param {History} history
   * @param {number} k
   * @param {number} year
   */
  ofState(history, k, year) {
    const s = history.states[k];
    const own = new Set(history.states.filter((t) => t.same === s.same).map((t) => t.index));
    const spell = (/** @type {any} */ m) => `${Math.max(m[1], history.first)}–${m[2] ?? ""}`;
    const of = (/** @type {any[]} */ bonds) => bonds.flatMap((b) => b.members.filter((/** @type {any} */ m) => own.has(m[0])).map((/** @type {any} */ m) => ({ b, m })))
      .filter(({ m }) => m[2] === null || m[2] > history.first)
      .sort((x, y) => x.m[1] - y.m[1]);
    const current = (/** @type {any} */ m) => m[1] <= year && (m[2] === null || year < m[2]);
    const disputes = history.disputes.filter((d) => own.has(d[1]) || own.has(d[2]));
    const regions = s.regions.flatMap((r, i) => [i ? ", " : "", this.link(named(history.regions[r]), { region: r })]);
    const powers = s.powers.map(([from, to]) => `${Math.max(from, history.first)}–${to ?? ""}`).join(", ");
    return [
      el("h3", {}, s.name, " ", el("span", { class: "soft" }, s.abbreviation)),
      el("p", { class: "soft" }, ...regions, powers ? ` · great power ${powers}` : ""),
      this.list(`Pacts (${of(history.pacts).filter(({ m }) => current(m)).length} in ${year})`, of(history.pacts), ({ b, m }) =>
        [el("span", { class: "when" }, spell(m)), this.link(history.title(b), { pact: history.pacts.indexOf(b) }, !current(m))]),
      this.list("Partnerships", of(history.bodies), ({ b, m }) => [el("span", { class: "when" }, spell(m)), this.link(history.body(b), { region: b.region ?? 0 }, !current(m))]),
      this.list("Disputes", disputes, (d) => this.dispute(history, d)),
      this.list("Domestic conflict began", history.domestic.filter((d) => own.has(d[1])), (d) => [String(d[0])]),
    ];
  }

  /**
   * @param {History} history
   * @param {number} k
   * @param {number} year
   */
  ofPact(history, k, year) {
    const pact = history.pacts[k];
    const members = [...pact.members].sort((a, b) => a[1] - b[1]);
    const sponsor = pact.sponsor === null ? [] : [" · sponsor ", this.link(history.name(pact.sponsor), { state: pact.sponsor })];
    return [
      el("h3", {}, history.title(pact)),
      el("p", { class: "soft" }, `${KINDS[pact.kind] ?? pact.kind} · ${pact.end === null ? "in force to the end" : `ended ${pact.end}`}`, ...sponsor),
      counts([[`Members in ${year}`, history.members(pact, year).length], ["Ever", new Set(members.map((m) => m[0])).size]]),
      this.list("Members", members, (m) => [el("span", { class: "when" }, `${Math.max(m[1], history.first)}–${m[2] ?? ""}`),
        this.link(history.name(m[0]), { state: m[0] }, m[1] > year || (m[2] !== null && m[2] <= year))]),
    ];
  }

  /**
   * @param {History} history
   * @param {number} k
   * @param {number} year
   */
  ofRegion(history, k, year) {
    const name = history.regions[k];
    const bodies = history.bodies.filter((b) => b.region === k);
    const states = history.states.filter((s) => s.regions.includes(k) && history.present(s, year));
    const inside = new Set(history.states.filter((s) => s.regions.includes(k)).map((s) => s.index));
    const disputes = history.disputes.filter((d) => inside.has(d[1]) && inside.has(d[2]));
    const columns = ["institutionalisation", "awareness", "competition", "share_in_defence_pacts"];
    return [
      el("h3", {}, named(name)),
      counts([[`States in ${year}`, states.length], ["Bodies", bodies.filter((b) => history.stands(b, year)).length], ["Disputes within", disputes.length]]),
      el("p", { class: "row" }, "Chart:", ...columns.map((c) => el("button", { type: "button", class: "link", onclick: () => this.chart(`${name}.${c}`) }, words(c)))),
      ...bodies.flatMap((b) => [
        el("h4", {}, `Partnership, ${b.begin < history.first ? `before ${history.first}` : b.begin}–${b.end ?? ""}`),
        el("p", { class: "soft" }, `${history.members(b, year).length} members in ${year}`,
          b.outsiders.length ? `; outside powers: ${b.outsiders.map(([s, y]) => `${history.name(s)} (${y})`).join(", ")}` : ""),
        this.list("Agreements and offices", b.texts, ([kind, office, when, ended]) =>
          [el("span", { class: "when" }, String(when)), `${words(kind)} ${office ? "office" : "agreement"}${ended ? " ended" : ""}`]),
      ]),
      bodies.length ? el("span") : el("p", { class: "soft" }, "No partnership is founded in this run."),
      this.list("Disputes within", disputes, (d) => this.dispute(history, d)),
      this.list("States", states, (s) => [this.link(s.name, { state: s.index })]),
    ];
  }

  /**
   * @param {History} history
   * @param {any[]} d
   */
  dispute(history, [when, a, b, war, , months, responder, outcome]) {
    const by = responder === "none" ? "" : `, ${responder} response`;
    return [el("span", { class: "when" }, String(when)), this.link(history.short(a), { state: a }), "–", this.link(history.short(b), { state: b }),
      `${war ? "war" : "dispute"}, ${months} months, ${outcome}${by}`];
  }

  /**
   * @template T
   * @param {string} title
   * @param {T[]} all
   * @param {(one: T) => (Node | string)[]} show
   */
  list(title, all, show) {
    if (!all.length) return el("span");
    return el("div", {}, el("h4", {}, title), el("ul", {}, ...all.map((one) => el("li", {}, ...show(one)))));
  }
}

/** @param {[string, number][]} pairs */
function counts(pairs) {
  return el("dl", { class: "counts" }, ...pairs.map(([name, n]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(n)))));
}
