// Small helpers for building the page.

/**
 * The element of this id, which the page has.
 * @param {string} id
 * @returns {any}
 */
export const by = (id) => document.getElementById(id);

/**
 * An element with attributes and children; `on…` attributes are listeners, `null` is left out.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function el(name, attributes = {}, ...children) {
  return dress(document.createElement(name), attributes, children);
}

/**
 * The same for SVG.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function svg(name, attributes = {}, ...children) {
  return dress(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

/**
 * @param {Element} element
 * @param {Record<string, any>} attributes
 * @param {(Node | string | null)[]} children
 */
function dress(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * A number in few digits, as in a table.
 * @param {number | null | undefined} value
 */
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const text = Number.isInteger(value) ? value.toLocaleString("en") : Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/**
 * The same with its sign.
 * @param {number | null | undefined} value
 */
export const signed = (value) => `${Number(value) > 0 ? "+" : ""}${short(value)}`;

/**
 * Words of a name: `share_in_partnerships` is "share in partnerships".
 * @param {string} name
 */
export const words = (name) => name.replaceAll("_", " ");

/**
 * The same with a capital.
 * @param {string} name
 */
export const titled = (name) => words(name).replace(/^./, (c) => c.toUpperCase());

/**
 * The name of a region for readers: `eu_neighbourhood` is "EU Neighbourhood", `r1` stays.
 * @param {string} name
 */
export const region = (name) => /^r\d+$/.test(name) ? name
  : name.split("_").map((word) => word === "eu" ? "EU" : titled(word)).join(" ");

/**
 * Calls `work` once in the next frame, however often it is asked for.
 * @param {() => void} work
 */
export function perFrame(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}

/**
 * The value of a colour of the style sheet.
 * @param {string} name
 */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
