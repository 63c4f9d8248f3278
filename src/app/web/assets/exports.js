// What can be taken along: figures, tables, the scenario, the command.

import { by, el, titled } from "./dom.js";
import { query } from "./address.js";
import { drawn } from "./plots.js";

/** Properties of the style sheet that a drawing needs to look the same elsewhere. */
const STYLED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "display", "font-size", "font-family"];

/** The dialogue of exports. */
export class Exports {
  /**
   * @param {import("./address.js").State} state
   * @param {import("./charts.js").Charts} charts
   * @param {any} model
   */
  constructor(state, charts, model) {
    this.state = state;
    this.charts = charts;
    this.model = model;
    this.command = "";
    this.year = 0;
    by("open-exports").addEventListener("click", () => this.open());
  }

  open() {
    const dialog = by("exports");
    const name = `${this.state.scenario.replace(/.*\//, "").replace(/[^\w-]/g, "_")}-seed${this.state.seed}`;
    const figures = [["picture", "The picture"], ...this.state.columns.map((c) => [c, this.charts.about(c).title])];
    const which = el("select", { id: "export-figure" }, ...figures.map(([value, text]) => new Option(text, value)));
    const table = el("select", { id: "export-table" }, ...this.model.tables.map((/** @type {string} */ t) => new Option(titled(t), t)));
    const csv = el("a", { class: "button", id: "export-csv", download: "" }, "CSV");
    const aim = () => { csv.href = `api/table?${query(this.state, this.state.seed, { table: table.value })}`; };
    table.addEventListener("change", aim);
    aim();
    const said = el("p", { class: "soft", role: "status" });
    const guarded = (/** @type {() => Promise<void>} */ work) => () => work().catch((error) => { said.textContent = String(error.message ?? error); });
    const save = (/** @type {"svg" | "png"} */ format) => guarded(() => this.figure(which.value, format, name));
    const code = el("code", { id: "export-command", tabindex: "0" }, this.command);
    const copy = el("button", { type: "button", onclick: guarded(async () => {
      await navigator.clipboard.writeText(this.command);
      said.textContent = "Copied.";
    }) }, "Copy");
    dialog.replaceChildren(
      el("h2", { id: "exports-heading" }, "Export"),
      el("h3", {}, "Figure"),
      el("p", { class: "row" }, el("label", { for: "export-figure", class: "hidden" }, "Figure"), which,
        el("button", { type: "button", id: "export-svg", onclick: save("svg") }, "SVG"), el("button", { type: "button", id: "export-png", onclick: save("png") }, "PNG")),
      el("h3", {}, "Table of this run"),
      el("p", { class: "row" }, el("label", { for: "export-table", class: "hidden" }, "Table"), table, csv),
      el("h3", {}, "Scenario file"),
      el("p", { class: "row" }, el("a", { class: "button", id: "export-toml", download: "", href: `api/scenario.toml?${query(this.state, this.state.seed)}` }, "TOML")),
      el("h3", {}, "The same run in a terminal"),
      el("p", { class: "command" }, code), el("p", { class: "row" }, copy), said,
      el("p", { class: "row end" }, el("button", { type: "button", onclick: () => dialog.close() }, "Close")),
    );
    dialog.showModal();
  }

  /**
   * @param {string} which
   * @param {"svg" | "png"} format
   * @param {string} name
   */
  async figure(which, format, name) {
    const address = which === "picture" ? await picture(format) : await this.chart(which, format);
    const link = el("a", { href: address, download: `${name}-${which}${which === "picture" ? `-${this.year}` : ""}.${format}` });
    link.click();
    if (address.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /**
   * @param {string} column
   * @param {"svg" | "png"} format
   */
  async chart(column, format) {
    const { plot } = /** @type {any} */ (this.charts.cards.get(column));
    const { title, unit } = this.charts.about(column);
    const legend = this.charts.arms.length > 1;
    const layout = { ...plot.layout, width: 640, height: 360, title: unit ? `${title} (${unit})` : title, legend,
      margin: { l: 56, r: 16, t: 36, b: legend ? 50 : 30 }, background: getComputedStyle(document.body).backgroundColor };
    return address(drawn(plot.data, layout).drawing, 640, 360, format);
  }
}

/**
 * A drawing as something that can be downloaded.
 * @param {SVGElement} drawing
 * @param {number} wide
 * @param {number} high
 * @param {"svg" | "png"} format
 */
async function address(drawing, wide, high, format) {
  const text = new XMLSerializer().serializeToString(drawing);
  if (format === "svg") return URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = el("canvas", { width: 2 * wide, height: 2 * high });
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * wide, 2 * high);
  return canvas.toDataURL("image/png");
}

/**
 * The picture as it is on the screen.
 * @param {"svg" | "png"} format
 */
async function picture(format) {
  const shown = /** @type {SVGElement} */ (document.querySelector("#canvas svg"));
  const copy = /** @type {SVGElement} */ (shown.cloneNode(true));
  const [from, to] = [shown.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, k) => {
    const look = getComputedStyle(element);
    to[k].removeAttribute("class");
    to[k].setAttribute("style", STYLED.map((p) => `${p}:${look.getPropertyValue(p)}`).join(";"));
  });
  const box = /** @type {SVGSVGElement} */ (shown).viewBox.baseVal;
  const [wide, high] = [box.width * 1.5, box.height * 1.5];
  copy.setAttribute("width", String(wide));
  copy.setAttribute("height", String(high));
  copy.setAttribute("style", `background:${getComputedStyle(document.body).backgroundColor}`);
  return address(copy, wide, high, format);
}
