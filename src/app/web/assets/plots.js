// Plots: lines with bands, points with intervals, bars and histograms, as SVG.
//
// A plot is a list of traces and a layout. Along `x` (and `y`) every trace has one entry for
// each of its points; a `null` is a gap.

import { by, colour, svg } from "./dom.js";

const FONT = "system-ui, 'DejaVu Sans', sans-serif";
const DASHES = /** @type {Record<string, string>} */ ({ dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "11 5", observed: "5 3" });

/**
 * @typedef {object} Trace
 * @property {(number | null)[]} x
 * @property {(number | null)[] | string[]} y
 * @property {"line" | "band" | "points" | "bars" | "histogram"} kind
 * @property {string} [name]
 * @property {string | string[]} colour one, or one for each point
 * @property {number} [width] of a line
 * @property {string} [dash] a key of `DASHES`
 * @property {(number | null)[]} [low] lower edge of a band or of the interval of a point
 * @property {(number | null)[]} [high] upper edge
 * @property {"circle" | "circle-open" | "diamond"} [symbol]
 * @property {number} [size] of a point
 * @property {((k: number) => string)} [tell] what is said of a point under the pointer
 */

/**
 * @typedef {object} Axis
 * @property {[number, number]} [range]
 * @property {boolean} [zero] whether the axis reaches 0, where no range is given
 * @property {string} [title]
 * @property {[number, string][]} [ticks]
 * @property {boolean} [years] whether its numbers are years
 * @property {number} [line] where a line crosses the plot
 */

/**
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {{l: number, r: number, t: number, b: number}} margin
 * @property {Axis} [x]
 * @property {Axis} [y]
 * @property {{x: [number, number], y: [number, number]}} [box] a region of the plot that is marked
 * @property {string} [title]
 * @property {boolean} [legend]
 * @property {string} [background]
 */

/**
 * Numbers at even steps of 1, 2 or 5 times a power of ten.
 * @param {[number, number]} range
 * @param {number} most
 */
export function steps([low, high], most) {
  const least = (high - low) / most;
  if (!(least > 0)) return [low];
  const ten = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((m) => m * ten).find((s) => s >= least * (1 - 1e-9)) ?? 10 * ten;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/** @param {number} value */
const tick = (value) => String(Number(value.toPrecision(6))).replace("-", "−");

/** @param {number | null | undefined} v @returns {v is number} */
const known = (v) => typeof v === "number" && Number.isFinite(v);

/**
 * Both ends of the numbers, a little apart.
 * @param {number[]} values
 * @param {Axis} axis
 * @returns {[number, number]}
 */
function ends(values, axis) {
  if (axis.range) return axis.range;
  let [low, high] = [Infinity, -Infinity];
  for (const v of values) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  if (low > high) return [0, 1];
  if (axis.zero) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
  const room = 0.05 * (high - low || Math.abs(high) || 1);
  return [axis.zero && low === 0 ? 0 : low - room, axis.zero && high === 0 ? 0 : high + room];
}

/**
 * A histogram as bars of equal width.
 * @param {Trace} trace
 */
function counted(trace) {
  const values = /** @type {number[]} */ (trace.x.filter(known));
  const at = steps([Math.min(...values), Math.max(...values)], 24);
  const step = at.length > 1 ? at[1] - at[0] : 1;
  const first = Math.floor(Math.min(...values) / step);
  const counts = Array(Math.floor(Math.max(...values) / step) - first + 1).fill(0);
  for (const v of values) counts[Math.floor(v / step) - first] += 1;
  return { counts, step, from: first * step };
}

/** @param {Trace[]} traces */
function extents(traces) {
  const [x, y] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (const trace of traces) {
    if (trace.kind === "histogram") {
      if (!trace.x.some(known)) continue;
      const { counts, step, from } = counted(trace);
      x.push(from, from + step * counts.length);
      y.push(0, ...counts);
      continue;
    }
    for (const v of trace.x) if (known(v)) x.push(v);
    for (const list of [trace.kind === "bars" ? [] : trace.y, trace.low ?? [], trace.high ?? []]) {
      for (const v of list) if (typeof v === "number" && Number.isFinite(v)) y.push(v);
    }
  }
  return { x, y };
}

/**
 * The path through the points that are there.
 * @param {(number | null)[]} xs
 * @param {(number | null)[]} ys
 * @param {(v: number) => number} x
 * @param {(v: number) => number} y
 */
function path(xs, ys, x, y) {
  let text = "";
  let pen = "M";
  for (let k = 0; k < xs.length; k++) {
    const [a, b] = [xs[k], ys[k]];
    if (!known(a) || !known(b)) {
      pen = "M";
      continue;
    }
    text += `${pen}${x(a).toFixed(1)},${y(b).toFixed(1)}`;
    pen = "L";
  }
  return text;
}

/**
 * The marks of a trace.
 * @param {Trace} trace
 * @param {(v: number) => number} x
 * @param {(v: number) => number} y
 * @param {number} row height of a bar
 * @returns {SVGElement[]}
 */
function marks(trace, x, y, row) {
  const ink = (/** @type {number} */ k) => (Array.isArray(trace.colour) ? trace.colour[k] : trace.colour);
  const [xs, ys] = [trace.x, /** @type {(number | null)[]} */ (trace.y)];
  if (trace.kind === "line") {
    return [svg("path", { d: path(xs, ys, x, y), fill: "none", stroke: ink(0), "stroke-width": trace.width ?? 1.5, "stroke-dasharray": DASHES[trace.dash ?? ""], "stroke-linejoin": "round" })];
  }
  if (trace.kind === "band") {
    const there = xs.flatMap((v, k) => (known(v) && known(trace.low?.[k]) && known(trace.high?.[k]) ? [k] : []));
    const side = (/** @type {(number | null)[] | undefined} */ list, /** @type {number[]} */ order) => path(order.map((k) => xs[k]), order.map((k) => list?.[k] ?? null), x, y);
    const round = `${side(trace.low, there)}${side(trace.high, [...there].reverse()).replace("M", "L")}Z`;
    return there.length ? [svg("path", { d: round, fill: ink(0), "fill-opacity": 0.2 })] : [];
  }
  if (trace.kind === "histogram") {
    if (!xs.some(known)) return [];
    const { counts, step, from } = counted(trace);
    return counts.map((count, k) => svg("rect", { x: x(from + k * step) + 0.5, y: y(count), width: Math.max(x(from + (k + 1) * step) - x(from + k * step) - 1, 0.5), height: y(0) - y(count), fill: ink(k) }));
  }
  if (trace.kind === "bars") {
    return xs.flatMap((v, k) => (known(v) ? [svg("rect", { x: Math.min(x(0), x(v)), y: y(k) - 0.4 * row, width: Math.abs(x(v) - x(0)), height: 0.8 * row, fill: ink(k) })] : []));
  }
  return xs.flatMap((v, k) => {
    const at = ys[k];
    if (!known(v) || !known(at)) return [];
    const [cx, cy, r] = [x(v), y(at), (trace.size ?? 6) / 2];
    const [low, high] = [trace.low?.[k], trace.high?.[k]];
    const bar = known(low) && known(high) ? [svg("path", { d: `M${cx},${y(low)}V${y(high)}`, stroke: ink(k), "stroke-width": 3 })] : [];
    const mark = trace.symbol === "diamond" ? svg("path", { d: `M${cx},${cy - r}l${r},${r}l${-r},${r}l${-r},${-r}Z`, fill: ink(k) })
      : svg("circle", { cx, cy, r, ...(trace.symbol === "circle-open" ? { fill: "none", stroke: ink(k), "stroke-width": 1 } : { fill: ink(k) }) });
    return [...bar, mark];
  });
}

/**
 * A plot as an SVG element that stands by itself.
 * @param {Trace[]} traces
 * @param {Layout} layout
 */
export function drawn(traces, layout) {
  const { width, height, margin, background } = layout;
  const [xAxis, yAxis] = [layout.x ?? {}, layout.y ?? {}];
  const [ink, soft, line] = [colour("--ink"), colour("--soft"), colour("--line")];
  const values = extents(traces);
  const names = traces.find((t) => t.kind === "bars")?.y;
  const [left, right, top, bottom] = [margin.l, Math.max(width - margin.r, margin.l + 1), margin.t, Math.max(height - margin.b, margin.t + 1)];
  const xRange = ends(values.x, xAxis);
  const yRange = names ? /** @type {[number, number]} */ ([-0.5, names.length - 0.5]) : ends(values.y, yAxis);
  const x = (/** @type {number} */ v) => left + ((right - left) * (v - xRange[0])) / (xRange[1] - xRange[0] || 1);
  const y = (/** @type {number} */ v) => bottom - ((bottom - top) * (v - yRange[0])) / (yRange[1] - yRange[0] || 1);
  const text = (/** @type {Record<string, any>} */ at, /** @type {string} */ words) => svg("text", { fill: soft, ...at }, words);
  const within = (/** @type {number} */ v, /** @type {[number, number]} */ [low, high]) => v >= low && v <= high;
  const parts = [];
  if (background) parts.push(svg("rect", { width, height, fill: background }));
  const across = xAxis.ticks ?? steps(xRange, Math.max(Math.floor((right - left) / (xAxis.years ? 42 : 60)), 2)).filter((v) => !xAxis.years || Number.isInteger(v)).map((v) => /** @type {[number, string]} */ ([v, tick(v)]));
  const up = names ? [] : yAxis.ticks ?? steps(yRange, Math.max(Math.floor((bottom - top) / 32), 2)).map((v) => /** @type {[number, string]} */ ([v, tick(v)]));
  for (const [v, words] of up) {
    parts.push(svg("path", { d: `M${left},${y(v)}H${right}`, stroke: line }), text({ x: left - 6, y: y(v) + 4, "text-anchor": "end" }, words));
  }
  for (const [v, words] of across.filter(([v]) => within(v, xRange))) {
    parts.push(svg("path", { d: `M${x(v)},${bottom}v3`, stroke: line }), text({ x: x(v), y: bottom + 15, "text-anchor": "middle" }, words));
  }
  names?.forEach((name, k) => parts.push(text({ x: left - 6, y: y(k) + 4, "text-anchor": "end" }, String(name))));
  parts.push(svg("path", { d: `M${left},${bottom}H${right}`, stroke: line }));
  if (yAxis.line !== undefined) parts.push(svg("path", { d: `M${left},${y(yAxis.line)}H${right}`, stroke: soft, "stroke-dasharray": DASHES.dot }));
  if (xAxis.line !== undefined) parts.push(svg("path", { d: `M${x(xAxis.line)},${top}V${bottom}`, stroke: soft }));
  const clip = `clip-${(count += 1)}`;
  parts.push(svg("clipPath", { id: clip }, svg("rect", { x: left, y: top - 4, width: right - left, height: bottom - top + 8 })));
  const plot = svg("g", { "clip-path": `url(#${clip})` }, ...traces.flatMap((trace) => marks(trace, x, y, (bottom - top) / (names?.length ?? 1))));
  if (layout.box) {
    const { x: [x0, x1], y: [y0, y1] } = layout.box;
    plot.append(svg("rect", { x: x(x0), y: y(y1), width: x(x1) - x(x0), height: y(y0) - y(y1), fill: colour("--arm0"), "fill-opacity": 0.12, stroke: colour("--arm0"), "stroke-width": 1.5, "stroke-dasharray": DASHES.dash }));
  }
  parts.push(plot);
  if (xAxis.title) parts.push(text({ x: (left + right) / 2, y: height - 4, "text-anchor": "middle" }, xAxis.title));
  if (yAxis.title) parts.push(text({ x: 12, y: (top + bottom) / 2, "text-anchor": "middle", transform: `rotate(-90 12 ${(top + bottom) / 2})` }, yAxis.title));
  if (layout.title) parts.push(text({ x: 12, y: 20, fill: ink, "font-size": 13, "font-weight": 600 }, layout.title));
  if (layout.legend) {
    let at = left;
    for (const trace of traces.filter((t) => t.kind === "line" && t.name)) {
      parts.push(svg("path", { d: `M${at},${height - 10}h18`, stroke: trace.colour, "stroke-width": 2, "stroke-dasharray": DASHES[trace.dash ?? ""] }), text({ x: at + 23, y: height - 6 }, trace.name ?? ""));
      at += 40 + 6.2 * (trace.name?.length ?? 0);
    }
  }
  const drawing = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONT, "font-size": 11, role: "img" }, ...parts);
  return { drawing, x, y, left, right, top, bottom, xRange };
}

let count = 0;

/**
 * What is said beside the pointer.
 * @param {string[]} said
 * @param {PointerEvent} event
 */
function tip(said, event) {
  const box = by("tip");
  box.hidden = said.length === 0;
  box.replaceChildren(...said.map((words) => Object.assign(document.createElement("span"), { textContent: words })));
  const x = Math.min(event.clientX + 14, innerWidth - box.offsetWidth - 8);
  box.style.transform = `translate(${Math.max(x, 4)}px, ${Math.max(event.clientY - box.offsetHeight - 10, 4)}px)`;
}

/**
 * Draws a plot into a place, where it can be looked at with the pointer and, where `zoomed` is
 * given, a range of x be chosen by dragging; a double click takes that back.
 * @param {any} place
 * @param {Trace[]} traces
 * @param {Layout} layout
 * @param {((range: [number, number] | null) => void)} [zoomed]
 */
export function draw(place, traces, layout, zoomed) {
  const { drawing, x, y, left, right, top, bottom, xRange } = drawn(traces, layout);
  Object.assign(place, { data: traces, layout });
  drawing.setAttribute("aria-label", layout.title ?? place.closest("figure")?.querySelector(".title")?.textContent ?? "Plot");
  const title = drawing.querySelector("text[font-weight]");
  title?.remove();
  place.replaceChildren(drawing);
  const value = (/** @type {PointerEvent} */ event) => {
    const at = event.clientX - drawing.getBoundingClientRect().left;
    return xRange[0] + ((Math.min(Math.max(at, left), right) - left) / (right - left)) * (xRange[1] - xRange[0]);
  };
  const chosen = svg("rect", { y: top, height: bottom - top, fill: colour("--soft"), "fill-opacity": 0.2 });
  /** @type {number | null} */
  let from = null;
  drawing.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (from !== null) {
      const [a, b] = [x(from), x(value(event))];
      chosen.setAttribute("x", String(Math.min(a, b)));
      chosen.setAttribute("width", String(Math.abs(b - a)));
    }
    tip(under(traces, layout, value(event), event, drawing, x, y), event);
  });
  drawing.addEventListener("pointerleave", (/** @type {PointerEvent} */ event) => tip([], event));
  if (!zoomed) return;
  drawing.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    if (event.pointerType === "touch") return;
    from = value(event);
    chosen.setAttribute("width", "0");
    drawing.append(chosen);
    drawing.setPointerCapture(event.pointerId);
  });
  drawing.addEventListener("pointerup", (/** @type {PointerEvent} */ event) => {
    if (from === null) return;
    const [low, high] = [from, value(event)].sort((a, b) => a - b);
    from = null;
    chosen.remove();
    if (high - low > 0.02 * (xRange[1] - xRange[0])) zoomed([low, high]);
  });
  drawing.addEventListener("dblclick", () => zoomed(null));
}

/**
 * What is to be said of what is under the pointer: of years all lines, else the nearest point.
 * @param {Trace[]} traces
 * @param {Layout} layout
 * @param {number} value
 * @param {PointerEvent} event
 * @param {SVGElement} drawing
 * @param {(v: number) => number} x
 * @param {(v: number) => number} y
 */
function under(traces, layout, value, event, drawing, x, y) {
  const telling = traces.filter((t) => t.tell);
  if (layout.x?.years) {
    const year = Math.round(value);
    const said = telling.flatMap((t) => {
      const k = t.x.indexOf(year);
      return k >= 0 && known(/** @type {any} */ (t.y[k])) ? [`${t.name}: ${t.tell?.(k)}`] : [];
    });
    return said.length ? [String(year), ...said.reverse()] : [];
  }
  const box = drawing.getBoundingClientRect();
  const [px, py] = [event.clientX - box.left, event.clientY - box.top];
  let [near, words] = [12, ""];
  for (const t of telling) {
    if (t.kind === "histogram") continue;
    for (let k = 0; k < t.x.length; k++) {
      const [a, b] = [t.x[k], t.kind === "bars" ? k : t.y[k]];
      if (!known(a) || typeof b !== "number") continue;
      const away = t.kind === "points" ? Math.hypot(x(a) - px, y(b) - py) : t.kind === "bars" ? Math.abs(y(b) - py) : Math.abs(x(a) - px);
      if (away < near) [near, words] = [away, t.tell?.(k) ?? ""];
    }
  }
  return words ? [words] : [];
}

/**
 * A plot of the page's usual size, as wide as its place.
 * @param {any} place
 * @param {Trace[]} traces
 * @param {Partial<Layout>} layout
 */
export function plot(place, traces, layout) {
  draw(place, traces, { width: place.clientWidth || 400, height: 230, margin: { l: 54, r: 12, t: 8, b: 36 }, ...layout });
}

/** @param {any} place */
export function purge(place) {
  place.replaceChildren();
  delete place.data;
}
