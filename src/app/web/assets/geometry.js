// Places and lines of the picture.

/** @typedef {[number, number]} Point */

export const WIDE = 960;
export const HIGH = 462;

/** Equal Earth (Šavrič, Patterson & Jenny 2018), longitude and latitude in degrees. @returns {Point} */
export function equalEarth(/** @type {number} */ longitude, /** @type {number} */ latitude) {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
  const t2 = theta * theta;
  const t6 = t2 * t2 * t2;
  const x = (2 * Math.sqrt(3) * ((longitude * Math.PI) / 180) * Math.cos(theta)) /
    (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1));
  const y = theta * (a1 + a2 * t2 + t6 * (a3 + a4 * t2));
  return [WIDE / 2 + (x * WIDE) / 5.46, 0.53 * HIGH - (y * WIDE) / 5.46];
}

export const f = (/** @type {number} */ v) => v.toFixed(1);

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {[Point, Point, Point]}
 */
export const straight = (a, b) => [a, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], b];

/** @param {[Point, Point, Point]} arc */
export const drawnArc = ([p, c, q]) => `M${f(p[0])} ${f(p[1])}Q${f(c[0])} ${f(c[1])} ${f(q[0])} ${f(q[1])}`;

/**
 * From a point to an arc; not reckoned out if it is farther than `most`.
 * @param {[Point, Point, Point]} arc
 * @param {Point} at
 * @param {number} most
 */
export function distance([p, c, q], [x, y], most) {
  const outside = (/** @type {0 | 1} */ k, /** @type {number} */ v) => v < Math.min(p[k], c[k], q[k]) - most || v > Math.max(p[k], c[k], q[k]) + most;
  if (outside(0, x) || outside(1, y)) return Infinity;
  const steps = 16;
  let least = Infinity;
  let [ux, uy] = p;
  for (let k = 1; k <= steps; k++) {
    const t = k / steps;
    const on = (/** @type {0 | 1} */ i) => (1 - t) ** 2 * p[i] + 2 * t * (1 - t) * c[i] + t * t * q[i];
    const [vx, vy] = [on(0), on(1)];
    const [dx, dy] = [vx - ux, vy - uy];
    const along = Math.min(Math.max(((x - ux) * dx + (y - uy) * dy) / (dx * dx + dy * dy || 1), 0), 1);
    least = Math.min(least, Math.hypot(x - ux - along * dx, y - uy - along * dy));
    [ux, uy] = [vx, vy];
  }
  return least;
}

/** @param {number[]} ring longitude and latitude in turn, tenths of a degree */
export function outline(ring) {
  let path = "";
  for (let k = 0; k < ring.length; k += 2) {
    const [x, y] = equalEarth(ring[k] / 10, ring[k + 1] / 10);
    path += `${k ? "L" : "M"}${f(x)} ${f(y)}`;
  }
  return `${path}Z`;
}

/** The edge of the map, without Antarctica. */
export function sphere() {
  const side = (/** @type {number} */ longitude) =>
    Array.from({ length: 30 }, (_, k) => equalEarth(longitude, -58 + (148 * k) / 29));
  const edge = [...side(-180), ...side(180).reverse()];
  return `M${edge.map(([x, y]) => `${f(x)} ${f(y)}`).join("L")}Z`;
}
