// @ts-check
// What is shown at the moment, for everything that draws or tells it.
/** @import { AnyModel } from "@anywidget/types" */
/** @import { Controls } from "./controls.js" */
/** @import { Followed, Shown, Traits } from "./values.js" */

import { Answers } from "./answers.js";
import { LANDSCAPES } from "./derived.js";
import { THEMES } from "./shapes.js";
import { clamp } from "./digits.js";
import { turned } from "./turn.js";
import { bytes } from "./values.js";
import { walkDown } from "./walk.js";

const FIRST_SHOWN = 8; // a step at which the arrows have something to say
const TRAIL = 8; // earlier paths that stay in sight while a control moves …
const APART = 60; // … and milliseconds between two of them

export class Scene {
  /**
   * @param {AnyModel<Traits>} model
   * @param {Controls} controls
   * @param {HTMLElement} root what the reader's theme and font are asked of
   */
  constructor(model, controls, root) {
    this.model = model;
    this.controls = controls;
    this.root = root;
    this.answers = new Answers();
    /** @type {Map<string, { name: string, walk: Omit<Shown, "role" | "name"> }>} by role, what was computed last */
    this.computed = new Map();
    /** @type {Followed | null | undefined} the rule to compare with, if the page has chosen it and not the kernel */
    this.guest = undefined;
    /** Whether the reader is moving a control: axes stay as they are until it rests. */
    this.moving = false;
    /** @type {Shown[]} */
    this.trail = [];
    this.trailed = 0;
    this.words = model.get("words");
    this.family = "";
    /** @type {Float64Array | null} */
    this.noise = null;
    /** @type {Shown[]} */
    this.walks = [];
    this.time = FIRST_SHOWN;
  }

  get dark() { return document.body.dataset.jpThemeLight === "false"; }
  get theme() { return this.dark ? THEMES.dark : THEMES.light; }
  /** By how many degrees the landscape is turned; one that does not turn is not. */
  get angle() { return LANDSCAPES[this.model.get("landscape")].turns ? this.model.get("angle") || 0 : 0; }
  get ground() { return turned(LANDSCAPES[this.model.get("landscape")], this.angle); }
  /** The step shown: the one asked for, as far as any walk goes. What was asked for is kept for longer walks. */
  get now() { return Math.min(this.time, this.last); }
  get last() { return Math.max(0, ...this.walks.map((walk) => walk.steps)); }

  /**
   * A font as a canvas takes it: the page's own.
   * @param {number} size
   * @param {number} weight
   */
  font(size, weight = 400) {
    this.family ||= getComputedStyle(this.root).fontFamily; // asked for once: asking takes as long as drawing
    return `${weight} ${size}px ${this.family}`;
  }

  /** The rules shown. */
  get rules() {
    const told = this.model.get("rules");
    if (this.guest === undefined) return told;
    return [...told.filter((rule) => rule.role === "rule"), ...(this.guest ? [this.guest] : [])];
  }

  /**
   * Another landscape: paths begin where it has them begin, with a rate that suits it unless the reader chose one.
   * @param {string} key
   */
  lay(key) {
    const { model, controls } = this;
    const before = model.get("landscape");
    for (const rule of this.rules) {
      const { rate, rates } = rule;
      const suited = key in rates && Math.abs(Number(controls.values(rule)[rate]) / rates[before] - 1) < 1e-6;
      if (suited) controls.put(rule, rate, rates[key]);
    }
    model.set("landscape", key);
    model.set("start", this.ground.start);
  }

  /**
   * The landscape turned, the start with it.
   * @param {number} angle
   */
  turn(angle) {
    this.model.set("angle", angle);
    this.model.set("start", this.ground.start);
  }

  /** Everything as it began, on the landscape that is shown. */
  reset() {
    const { model, controls } = this;
    const key = model.get("landscape");
    for (const rule of this.rules) {
      for (const [name, value] of Object.entries(rule.first)) {
        controls.put(rule, name, name === rule.rate ? rule.rates[key] ?? value : value);
      }
    }
    model.set("start", this.ground.start);
  }

  /**
   * Compare with one of the course's rules, if the kernel has not done so.
   * @param {number} index in the list of those to choose from: 0 is none
   */
  compare(index) {
    const { model } = this;
    const told = model.get("rules").find((rule) => rule.role === "compare");
    const wanted = model.get("others")[index - 1];
    if (this.guest === undefined && told?.stem === wanted?.stem) return;
    if (!wanted) this.guest = null;
    else {
      const { pace, ...rest } = wanted;
      const rates = Object.fromEntries(Object.entries(LANDSCAPES).map(([key, { lr }]) => (
        [key, pace.lr ?? (pace.landscape ?? 1) * lr]
      )));
      const first = { ...wanted.values, [wanted.rate]: rates[model.get("landscape")] };
      this.guest = { ...rest, role: "compare", controls: {}, options: {}, values: { ...first }, first, rates };
    }
  }

  /** Find out what every rule does as the controls stand now. */
  refresh() {
    const [before] = this.walks;
    this.walks = this.rules.flatMap((rule) => {
      const walk = this.walk(rule);
      return walk ? [{ ...walk, role: rule.role, name: rule.name }] : [];
    });
    if (!this.moving || !before || performance.now() - this.trailed < APART) return;
    this.trailed = performance.now();
    this.trail = [...this.trail, before].slice(-TRAIL);
  }

  /** Let go of what stays only while a control moves. */
  rest() {
    this.moving = false;
    this.trail = [];
  }

  /**
   * What a rule does: computed here if it is one of the course's, else what the kernel has sent.
   * @param {Followed} rule
   * @returns {Omit<Shown, "role" | "name"> | null}
   */
  walk(rule) {
    const { model } = this;
    const { role, stem, inner } = rule;
    const values = this.controls.values(rule);
    const at = { landscape: model.get("landscape"), angle: this.angle, start: model.get("start") };
    if (!stem) return this.answers.find({ ...at, values });
    const name = JSON.stringify([stem, at, values]);
    const known = this.computed.get(role);
    if (known?.name === name) return known.walk;
    const noise = (this.noise ??= new Float64Array(bytes(model.get("noise"))));
    const { arithmetic, ...walk } = walkDown({ ...at, stem, inner, values, steps: model.get("steps"), noise });
    const computed = { ...walk, failure: arithmetic ? this.words.arithmetic : "" };
    this.computed.set(role, { name, walk: computed });
    return computed;
  }

  /**
   * Put the start elsewhere on the map.
   * @param {number} x
   * @param {number} y
   */
  moveStart(x, y) {
    const [x0, x1, y0, y1] = this.ground.extent;
    this.model.set("start", [Number(clamp(x, x0, x1).toFixed(4)), Number(clamp(y, y0, y1).toFixed(4))]);
    this.model.save_changes();
  }
}
