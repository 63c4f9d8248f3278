// The controls, made from the declarations of the model.

import { by, el, short, titled, words } from "./dom.js";

/**
 * @typedef {object} Parameter
 * @property {string} path
 * @property {string} symbol
 * @property {string} equation
 * @property {string} unit
 * @property {[number, number]} prior
 * @property {"share" | "non_negative" | "real" | "count"} domain
 * @property {string} source
 * @property {string} help
 */

/** Parameters of the questions that are asked most. */
const OFTEN = [
  "alliance.security", "alliance.pull", "alliance.reactance", "alliance.entrapment",
  "awareness.interdependence", "partnership.awareness", "partnership.competition", "dispute.hostility",
];

/** @type {Record<string, [string, string][]>} */
const CHOICES = {
  update_order: [["random", "random"], ["synchronous", "synchronous"], ["capability", "by capability"]],
  competition: [["observed", "as given"], ["endogenous", "from disputes"]],
  "governance.coordination": [
    ["combined", "combined"], ["independent", "independent"],
    ["authorisation_first", "authorisation first"], ["subsidiarity_first", "subsidiarity first"],
  ],
  "governance.technology": [["sum", "sum"], ["weakest_link", "weakest link"], ["best_shot", "best shot"]],
};

/** @type {[string, string][]} */
const SWITCHES = [
  ["governance.regional", "Regional bodies may act"],
  ["governance.global", "The global body may act"],
  ["governance.standing", "Standing ties between them"],
  ["placebo.permute_regions", "Placebo: states in regions at random"],
];

/** Labels and ranges of the keys of an invented world. @type {[string, string, number, number, number][]} */
const STYLISED = [
  ["stylised.states", "States", 4, 200, 1],
  ["stylised.regions", "Regions", 1, 12, 1],
  ["stylised.pole_capability", "Capability of the great powers together", 0.05, 0.95, 0.01],
  ["stylised.antagonism", "Antagonism of the great powers", 0, 1, 0.01],
  ["stylised.neighbours", "Neighbours of a state, at least", 0, 10, 1],
];

/** The controls of a page; `changed` is called with a key and its value, or `null` if it is as at first. */
export class Controls {
  /**
   * @param {any} model
   * @param {(key: string, value: string | null) => void} changed
   */
  constructor(model, changed) {
    this.model = model;
    this.changed = changed;
    /** @type {Map<string, any>} what the scenario says */
    this.base = new Map();
    /** @type {Map<string, {show: (value: string) => void, row: HTMLElement}[]>} */
    this.views = new Map();
    by("find").addEventListener("input", () => this.filter());
    by("reset-all").addEventListener("click", () => this.changed("*", null));
    by("scenario").replaceChildren(...scenarios(model.scenarios));
  }

  /**
   * Makes all controls anew for a scenario.
   * @param {any} said what `/api/scenario` says of it
   */
  build(said) {
    this.base = new Map(Object.entries(said.parameters));
    for (const [key, value] of Object.entries(said.settings)) this.base.set(key, value);
    for (const [name, on] of Object.entries(said.processes)) this.base.set(`processes.${name}`, on);
    for (const [key, value] of Object.entries(said.stylised ?? {})) this.base.set(key, value);
    this.base.set("years", said.years);
    this.views.clear();
    const open = new Set([...document.querySelectorAll("#groups details[open]")].map((d) => d.id));
    by("variant").replaceChildren(new Option("full", "full"), new Option("core", "core"));
    by("purpose").textContent = said.purpose;
    /** @type {Map<string, Parameter[]>} */
    const groups = new Map();
    for (const p of this.model.parameters) {
      const [group] = p.path.split(".");
      groups.set(group, [...(groups.get(group) ?? []), p]);
    }
    const often = this.model.parameters.filter((/** @type {Parameter} */ p) => OFTEN.includes(p.path));
    const parts = [
      this.group("often", "Often varied", often.map((/** @type {Parameter} */ p) => this.slider(p, "often"))),
      this.group("setting", "World and rules", this.settings(said)),
      ...[...groups].map(([name, all]) => this.group(name, titled(name), all.map((p) => this.slider(p, "all")))),
      this.group("processes", "Processes", this.processes()),
    ];
    by("groups").replaceChildren(...parts);
    for (const part of parts) part.open = open.has(part.id) || (open.size === 0 && part.id === "group-often");
    this.filter();
  }

  /**
   * Shows these changes in the controls.
   * @param {Map<string, string>} changes
   */
  show(changes) {
    for (const [key, views] of this.views) {
      const value = changes.get(key) ?? String(this.base.get(key));
      for (const view of views) {
        view.show(value);
        view.row.classList.toggle("changed", changes.has(key));
      }
    }
    by("variant").value = changes.get("variant") ?? this.base.get("variant");
    by("changed").textContent = changes.size ? `${changes.size} changed` : "";
    by("reset-all").disabled = changes.size === 0;
    for (const group of document.querySelectorAll("#groups details")) {
      const count = group.querySelectorAll(".changed").length;
      const place = group.querySelector(".count");
      if (place) place.textContent = count ? String(count) : "";
    }
  }

  /**
   * @param {string} id
   * @param {string} title
   * @param {HTMLElement[]} rows
   */
  group(id, title, rows) {
    return el("details", { id: `group-${id}` }, el("summary", {}, title, " ", el("span", { class: "count" })), ...rows);
  }

  /**
   * @param {string} key
   * @param {HTMLElement} row
   * @param {(value: string) => void} show
   */
  register(key, row, show) {
    this.views.set(key, [...(this.views.get(key) ?? []), { row, show }]);
    return row;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    const base = this.base.get(key);
    const same = typeof base === "number" ? Number(value) === base : value === String(base);
    this.changed(key, same ? null : value);
  }

  /**
   * @param {Parameter} p
   * @param {string} place
   */
  slider(p, place) {
    const [low, high] = p.prior;
    const whole = p.domain === "count";
    const [least, most] = range(p, this.base.get(p.path));
    const about = [
      `${p.help}.`,
      `Symbol ${p.symbol} in ${p.equation}${p.unit === "1" ? "" : `, in ${p.unit}`}.`,
      `Prior range ${short(low)} to ${short(high)}; here ${short(this.base.get(p.path))}.`,
      `Source: ${p.source}.`,
    ].join(" ");
    return this.ranged(p.path, place, {
      title: words(place === "often" ? p.path.replace(".", ": ") : p.path.split(".")[1]), unit: p.unit === "1" ? "" : p.unit, about,
      least, most, step: whole ? 1 : stepOf(most - least), prior: [low, high],
      search: `${p.path} ${p.help} ${p.symbol}`,
    });
  }

  /**
   * A slider with a number beside it.
   * @param {string} key
   * @param {string} place
   * @param {{title: string, unit: string, about: string, least: number, most: number, step: number, prior: number[] | null, search: string}} is
   */
  ranged(key, place, is) {
    const id = `${place}-${key}`;
    const at = (/** @type {number} */ v) => `${(100 * (v - is.least)) / (is.most - is.least)}%`;
    const band = is.prior ? `--from:${at(is.prior[0])};--to:${at(is.prior[1])}` : "--from:0%;--to:0%";
    const slider = el("input", { type: "range", id, min: is.least, max: is.most, step: is.step, style: band });
    const number = el("input", { type: "number", step: "any", "aria-label": `${is.title}, number` });
    const note = el("p", { class: "about", id: `${id}-about`, hidden: true }, is.about);
    const help = el("button", { type: "button", class: "small", "aria-expanded": "false", "aria-controls": note.id,
      "aria-label": `About ${is.title}` }, "?");
    const reset = el("button", { type: "button", class: "small reset", "aria-label": `Reset ${is.title}`, title: "Reset" }, "↺");
    const row = el("div", { class: "parameter", "data-search": is.search.toLowerCase() },
      el("div", { class: "name" }, el("label", { for: id }, is.title, is.unit ? el("span", { class: "unit" }, ` ${is.unit}`) : null), reset, help),
      el("div", { class: "value" }, slider, number), note);
    slider.addEventListener("input", () => {
      number.value = slider.value;
      this.set(key, slider.value);
    });
    number.addEventListener("change", () => {
      if (number.value !== "") this.set(key, number.value);
    });
    reset.addEventListener("click", () => this.changed(key, null));
    help.addEventListener("click", () => {
      note.hidden = !note.hidden;
      help.setAttribute("aria-expanded", String(!note.hidden));
    });
    return this.register(key, row, (value) => {
      slider.value = value;
      if (document.activeElement !== number) number.value = String(Number(Number(value).toPrecision(6)));
    });
  }

  /** @param {any} said */
  settings(said) {
    /** @type {typeof STYLISED} */
    const years = said.calendar ? [] : [["years", "Years", 10, 200, 1]];
    const ranges = [...(said.stylised ? STYLISED : []), ...years].map(([key, title, least, most, step]) =>
      this.ranged(key, "setting", { title, unit: "", about: `${title}. Key of the scenario: ${key}.`, least,
        most: Math.max(most, Number(this.base.get(key))), step, prior: null, search: `${key} ${title}` }));
    const choices = Object.entries(CHOICES).map(([key, options]) => this.choice(key, options));
    return [...choices, ...SWITCHES.map(([key, title]) => this.toggle(key, title, "")), ...ranges];
  }

  /**
   * @param {string} key
   * @param {[string, string][]} options
   */
  choice(key, options) {
    const id = `choice-${key}`;
    const select = el("select", { id }, ...options.map(([value, text]) => new Option(text, value)));
    select.addEventListener("change", () => this.set(key, select.value));
    const title = key === "competition" ? "Antagonism of great powers" : titled(key.split(".").pop() ?? key);
    const row = el("div", { class: "choice", "data-search": key }, el("label", { for: id }, title), select);
    return this.register(key, row, (value) => { select.value = value; });
  }

  /**
   * @param {string} key
   * @param {string} title
   * @param {string} about
   */
  toggle(key, title, about) {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => this.set(key, String(box.checked)));
    const row = el("label", { class: "check", "data-search": `${key} ${about}`.toLowerCase(), title: about || null }, box, ` ${title}`);
    return this.register(key, row, (value) => { box.checked = value === "true"; });
  }

  processes() {
    return this.model.processes.map((/** @type {any} */ p) =>
      this.toggle(`processes.${p.name}`, titled(p.name), `${p.help} (${p.equation})`));
  }

  filter() {
    const text = by("find").value.trim().toLowerCase();
    for (const group of document.querySelectorAll("#groups details")) {
      let found = 0;
      for (const row of group.querySelectorAll("[data-search]")) {
        const hit = !text || (row.getAttribute("data-search") ?? "").includes(text);
        /** @type {HTMLElement} */ (row).hidden = !hit;
        found += Number(hit);
      }
      /** @type {HTMLDetailsElement} */ (group).hidden = found === 0;
      if (text && found) /** @type {HTMLDetailsElement} */ (group).open = true;
    }
  }
}

/**
 * The range of a slider: the prior range and half of it on each side, within what is allowed.
 * @param {Parameter} p
 * @param {number} here
 */
function range(p, here) {
  if (p.domain === "share") return [0, 1];
  const [low, high] = p.prior;
  const side = (high - low) / 2;
  let least = Math.min(low - side, here);
  if (p.domain !== "real") least = Math.max(least, 0);
  const most = Math.max(high + side, here);
  return p.domain === "count" ? [Math.floor(least), Math.ceil(most)] : [tidy(least), tidy(most)];
}

const tidy = (/** @type {number} */ v) => Number(v.toPrecision(3));

/**
 * A step of which there are two to five hundred in a range.
 * @param {number} span
 */
function stepOf(span) {
  const power = 10 ** Math.floor(Math.log10(span / 100));
  return [1, 2, 5].map((k) => k * power).reverse().find((step) => span / step >= 100) ?? power;
}

/** @param {{name: string, title: string, group: string}[]} all */
function scenarios(all) {
  const groups = new Map(all.map((s) => [s.group, el("optgroup", { label: s.group })]));
  for (const s of all) groups.get(s.group).append(new Option(`${s.title} (${s.name})`, s.name));
  return groups.values();
}
