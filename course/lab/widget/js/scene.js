// @ts-check
// What is shown at the moment, for everything that draws or tells it.
/** @import { AnyModel } from "@anywidget/types" */
/** @import { Traits, Walk } from "./values.js" */

import { THEMES } from "./shapes.js";
import { clamp } from "./values.js";

const FIRST_SHOWN = 8; // a step at which the arrows have something to say

export class Scene {
  /**
   * @param {AnyModel<Traits>} model
   * @param {HTMLElement} root what the reader's theme and font are asked of
   */
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.words = model.get("words");
    /** @type {Walk[]} */
    this.walks = [];
    this.time = FIRST_SHOWN;
  }

  get dark() { return document.body.dataset.jpThemeLight === "false"; }
  get theme() { return this.dark ? THEMES.dark : THEMES.light; }
  get ground() { return this.model.get("ground"); }
  /** The step shown: the one asked for, as far as any walk goes. What was asked for is kept for longer walks. */
  get now() { return Math.min(this.time, this.last); }
  get last() { return Math.max(0, ...this.walks.map((walk) => walk.steps)); }

  /**
   * A font as a canvas takes it: the page's own.
   * @param {number} size
   * @param {number} weight
   */
  font(size, weight = 400) {
    return `${weight} ${size}px ${getComputedStyle(this.root).fontFamily}`;
  }

  /**
   * Put the start elsewhere on the map; the kernel answers with new walks.
   * @param {number} x
   * @param {number} y
   */
  moveStart(x, y) {
    const [x0, x1, y0, y1] = this.ground.extent;
    this.model.set("start", [Number(clamp(x, x0, x1).toFixed(4)), Number(clamp(y, y0, y1).toFixed(4))]);
    this.model.save_changes();
  }
}
