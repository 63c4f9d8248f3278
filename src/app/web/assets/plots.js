// Small plots that are drawn anew as numbers come in.

import { colour } from "./dom.js";

/** @type {any} */
const Plotly = /** @type {any} */ (globalThis).Plotly;

/**
 * Draws a plot in the colours of the page.
 * @param {any} place
 * @param {any[]} traces
 * @param {(axis: any) => any} more what its layout has besides, from what all axes have
 */
export function plot(place, traces, more) {
  const [soft, line] = [colour("--soft"), colour("--line")];
  const axis = { gridcolor: line, zeroline: false, tickformat: "~g", linecolor: line };
  const layout = { height: 230, margin: { l: 54, r: 12, t: 8, b: 36 }, showlegend: false, xaxis: { ...axis, showgrid: false }, yaxis: axis,
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: "system-ui, 'DejaVu Sans', sans-serif", size: 11, color: soft },
    hovermode: "closest", dragmode: false, bargap: 0.08, ...more(axis) };
  Plotly.react(place, traces, layout, { displayModeBar: false, responsive: true, showTips: false });
}

/** @param {any} place */
export const purge = (place) => Plotly.purge(place);
