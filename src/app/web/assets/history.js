// A finished history, asked year by year: who is tied to whom.

import { region } from "./dom.js";

/**
 * @typedef {[number, number, number | null]} Spell state, from, until (no longer)
 * @typedef {{name: string, kind: string, sponsor: number | null, begin: number, end: number | null, members: Spell[]}} Pact
 * @typedef {{name: string, region: number | null, begin: number, end: number | null, members: Spell[],
 *   outsiders: [number, number][], texts: [string, boolean, number, boolean][], kind: string}} Body
 * @typedef {{index: number, abbreviation: string, name: string, code: number, regions: number[], place: [number, number],
 *   entry: number, exit: number | null, powers: [number, number | null][], same: number}} State
 */

const within = (/** @type {Spell} */ spell, /** @type {number} */ year) =>
  spell[1] <= year && (spell[2] === null || year < spell[2]);

/** A run's history. */
export class History {
  /**
   * @param {any} run answer of `/api/run` with the map
   */
  constructor(run) {
    const map = run.map;
    this.first = run.first;
    this.last = run.first + run.years - 1;
    this.geometry = map.geometry;
    /** @type {string[]} */
    this.regions = map.regions;
    /** @type {State[]} */
    this.states = map.states.map((/** @type {any[]} */ s, /** @type {number} */ index) => ({
      index, abbreviation: s[0], name: s[1], code: s[2], regions: s[3], place: [s[4], s[5]],
      entry: s[6], exit: s[7], powers: s[8], same: s[9] ?? index,
    }));
    /** @type {Pact[]} */
    this.pacts = map.pacts.map((/** @type {any[]} */ p) => ({
      name: p[0], kind: p[1], sponsor: p[2], begin: p[3], end: p[4], members: p[5],
    }));
    /** @type {Body[]} */
    this.bodies = map.bodies.map((/** @type {any[]} */ b) => ({
      name: b[0], region: b[1], begin: b[2], end: b[3], members: b[4], outsiders: b[5], texts: b[6], kind: b[7],
    }));
    this.rivalries = map.rivalries;
    /** @type {any[][]} */
    this.disputes = map.disputes;
    /** @type {[number, number][]} */
    this.domestic = map.domestic;
  }

  /**
   * @param {State} state
   * @param {number} year
   */
  present(state, year) {
    return state.entry <= year && (state.exit === null || year < state.exit);
  }

  /**
   * @param {State} state
   * @param {number} year
   */
  power(state, year) {
    return state.powers.some(([from, to]) => from <= year && (to === null || year <= to));
  }

  /**
   * @param {Pact | Body} bond
   * @param {number} year
   */
  stands(bond, year) {
    return bond.begin <= year && (bond.end === null || year < bond.end);
  }

  /**
   * @param {Pact | Body} bond
   * @param {number} year
   * @returns {number[]}
   */
  members(bond, year) {
    return bond.members.filter((m) => within(m, year)).map((m) => m[0]);
  }

  /**
   * Everything that the picture of a year shows.
   * @param {number} year
   */
  at(year) {
    const pacts = this.pacts.filter((p) => this.stands(p, year));
    const bodies = this.bodies.filter((b) => this.stands(b, year));
    /** @type {Set<number>} */
    const partners = new Set(bodies.flatMap((b) => this.members(b, year)));
    return {
      year,
      pacts,
      bodies,
      partners,
      ties: this.ties(pacts, year),
      rivalries: this.rivalries
        .filter((/** @type {any[]} */ [a, b, from, to]) => from <= year && (to === null || year <= to) &&
          this.present(this.states[a], year) && this.present(this.states[b], year))
        .map((/** @type {any[]} */ [a, b]) => [a, b]),
      disputes: this.disputes.filter((d) => d[0] === year),
      domestic: this.domestic.filter((d) => d[0] === year).map((d) => d[1]),
    };
  }

  /**
   * Pairs by their closest tie: a bilateral defence pact, a larger one, another pact.
   * @param {Pact[]} pacts
   * @param {number} year
   */
  ties(pacts, year) {
    /** @type {Map<number, [number, number, number]>} */
    const pairs = new Map();
    for (const pact of pacts) {
      const members = this.members(pact, year);
      const rank = pact.kind !== "defence" ? 2 : members.length === 2 ? 0 : 1;
      for (let i = 0; i < members.length; i++) {
        for (let j = 0; j < i; j++) {
          const key = Math.max(members[i], members[j]) * 65536 + Math.min(members[i], members[j]);
          const known = pairs.get(key);
          if (!known || rank < known[2]) pairs.set(key, [members[i], members[j], rank]);
        }
      }
    }
    return [...pairs.values()];
  }

  /**
   * The pacts of two states, the smallest first.
   * @param {number} a
   * @param {number} b
   * @param {number} year
   */
  between(a, b, year) {
    const size = (/** @type {Pact} */ p) => this.members(p, year).length;
    const both = this.pacts.filter((p) => {
      const members = this.stands(p, year) ? this.members(p, year) : [];
      return members.includes(a) && members.includes(b);
    });
    return both.sort((p, q) => Number(p.kind !== "defence") - Number(q.kind !== "defence") || size(p) - size(q));
  }

  /**
   * The state that holds the territory of a shape, by the rule of `data/README.md`.
   * @param {number} code
   * @param {number} before code of the predecessor; 0 without
   * @param {number} year
   */
  holder(code, before, year) {
    const of = (/** @type {number} */ c) => this.states.find((s) => s.code === c && this.present(s, year));
    return of(code) ?? (before ? of(before) : undefined);
  }

  /**
   * What is meant by words of the address; `null` if this run has no such thing.
   * @param {string} look
   * @returns {import("./detail.js").Choice | null}
   */
  find(look) {
    const [kind, ...rest] = look.split(":");
    const name = rest.join(":");
    const among = (/** @type {string[]} */ names) => names.indexOf(name);
    const at = kind === "state" ? among(this.states.map((s) => s.abbreviation)) : kind === "region" ? among(this.regions)
      : kind === "pact" ? among(this.pacts.map((p) => p.name)) : -1;
    return at < 0 ? null : { [kind]: at };
  }

  /**
   * The words for what is looked at.
   * @param {import("./detail.js").Choice | null} choice
   */
  look(choice) {
    if (choice?.state !== undefined) return `state:${this.short(choice.state)}`;
    if (choice?.region !== undefined) return `region:${this.regions[choice.region]}`;
    return choice?.pact === undefined ? "" : `pact:${this.pacts[choice.pact].name}`;
  }

  /** @param {number} index */
  name(index) {
    return this.states[index]?.name ?? "?";
  }

  /** @param {number} index */
  short(index) {
    return this.states[index]?.abbreviation ?? "?";
  }

  /**
   * A partnership in words.
   * @param {Body} body
   */
  body(body) {
    const where = body.region === null ? body.name : region(this.regions[body.region]);
    return `${where}, ${body.begin < this.first ? `before ${this.first}` : body.begin}`;
  }

  /**
   * A pact in words.
   * @param {Pact} pact
   */
  title(pact) {
    const kind = pact.kind === "nonaggression" ? "Non-aggression pact" : pact.kind === "entente" ? "Entente" :
      pact.kind === "defence" ? "Defence pact" : "Neutrality pact";
    const first = pact.members.filter((m) => m[1] === pact.begin).map((m) => this.short(m[0]));
    const who = first.length > 3 ? `${first.slice(0, 3).join(", ")} and ${first.length - 3} more` : first.join(", ");
    return `${kind} of ${pact.begin < this.first ? "before" : pact.begin}${pact.begin < this.first ? ` ${this.first}` : ""}: ${who}`;
  }
}
