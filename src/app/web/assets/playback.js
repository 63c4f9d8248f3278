// Time: a finished history, played in the browser.

import { by } from "./dom.js";

/** The buttons and keys of time. */
export class Playback {
  /** @param {(year: number) => void} moved */
  constructor(moved) {
    this.moved = moved;
    this.playing = false;
    this.year = 0;
    this.first = 0;
    this.last = 0;
    /** Before the number of a year that is none of the calendar. */
    this.prefix = "";
    by("play").addEventListener("click", () => this.toggle());
    by("back").addEventListener("click", () => this.step(-1));
    by("forward").addEventListener("click", () => this.step(1));
    by("year").addEventListener("input", () => {
      this.stop();
      this.go(Number(by("year").value));
    });
    document.addEventListener("keydown", (event) => this.key(event));
  }

  /**
   * @param {number} first
   * @param {number} last
   * @param {number} year
   */
  span(first, last, year) {
    [this.first, this.last] = [first, last];
    by("year").min = String(first);
    by("year").max = String(last);
    this.year = Math.min(Math.max(year, first), last);
    this.show();
  }

  /** @param {number} year */
  go(year) {
    const next = Math.min(Math.max(year, this.first), this.last);
    if (next === this.year) return;
    this.year = next;
    this.show();
    this.moved(next);
  }

  show() {
    by("year").value = String(this.year);
    by("year").setAttribute("aria-valuetext", `${this.prefix}${this.year}`);
    by("year-shown").textContent = `${this.prefix}${this.year}`;
  }

  /** @param {number} by how many years */
  step(by) {
    this.stop();
    this.go(this.year + by);
  }

  toggle() {
    if (this.playing) this.stop();
    else this.start();
  }

  start() {
    if (this.year === this.last) this.go(this.first);
    this.playing = true;
    this.button();
    let due = performance.now();
    const tick = (/** @type {number} */ now) => {
      if (!this.playing) return;
      if (now >= due) {
        const pace = 1000 / Number(by("speed").value);
        due = Math.max(due + pace, now);
        this.go(this.year + 1);
        if (this.year === this.last) return this.stop();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
    this.button();
  }

  button() {
    by("play").classList.toggle("playing", this.playing);
    by("play").setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const on = /** @type {HTMLElement} */ (event.target);
    const busy = on.closest("input, select, textarea, button, summary, dialog, a") !== null;
    if (busy || event.ctrlKey || event.metaKey || event.altKey || by("laboratory").hidden) return;
    const does = /** @type {Record<string, () => void>} */ ({
      " ": () => this.toggle(), ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1),
      Home: () => this.step(-1e6), End: () => this.step(1e6),
      r: () => by("dice").click(), p: () => by("pin").click(),
    })[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }
}
