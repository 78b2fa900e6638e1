// @ts-check
// The loss over the steps, and a line at the step shown.
/** @import { Scene } from "./scene.js" */

import { marker, prepare, trace } from "./shapes.js";
import { clamp, raised } from "./digits.js";

const LOWEST = 1e-12; // losses below are drawn at the foot of the chart

const BELOW = 124; // pixels of height below the map

/**
 * Where the axes lie, in pixels and in powers of ten, and the scales that follow from it.
 * @typedef {{ left: number, right: number, top: number, bottom: number, low: number, high: number, last: number,
 *   toX: (step: number) => number, toY: (loss: number) => number }} Frame
 */

export class Chart {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Scene} scene
   */
  constructor(canvas, scene) {
    this.canvas = canvas;
    this.scene = scene;
    this.left = 0;
    this.right = 1;
    /** @type {{ low: number, high: number, last: number } | null} what the axes show; it stays while a control moves */
    this.range = null;
  }

  /**
   * The step at a distance in pixels from the chart's left edge, not rounded.
   * @param {number} x
   */
  step(x) {
    return ((x - this.left) / (this.right - this.left)) * (this.range?.last ?? 0);
  }

  /** @param {HTMLCanvasElement} map */
  draw(map) {
    // As high as the map beside it; below the map, so high that both can be seen together.
    const beside = this.canvas.offsetTop === map.offsetTop;
    const ratio = (beside ? map.clientHeight : BELOW) / (this.canvas.clientWidth || 1);
    const fitted = prepare(this.canvas, ratio);
    if (!fitted) return;
    const { context, width, height } = fitted;
    const frame = this.frame(width, height);
    context.clearRect(0, 0, width, height);
    this.drawAxes(context, frame);
    this.drawLosses(context, frame);
    this.drawNow(context, frame);
  }

  /**
   * @param {number} width
   * @param {number} height
   * @returns {Frame}
   */
  frame(width, height) {
    const [left, right, top, bottom] = [46, width - 12, 26, height - 26];
    [this.left, this.right] = [left, right];
    if (!this.range || !this.scene.moving) this.range = this.fitted();
    const { low, high, last } = this.range;
    return {
      left, right, top, bottom, low, high, last,
      toX: (step) => left + ((right - left) * step) / Math.max(1, last),
      toY: (loss) => {
        const share = (Math.log10(Math.max(loss, LOWEST)) - low) / (high - low);
        return bottom - (bottom - top) * clamp(Number.isFinite(share) ? share : 2, 0, 1.2);
      },
    };
  }

  /** The range that holds all losses; one that explodes leaves it. */
  fitted() {
    const { walks, last } = this.scene;
    const seen = walks.flatMap((walk) => [...walk.losses]).filter(Number.isFinite);
    const first = Math.max(...walks.map((walk) => walk.losses[0]), LOWEST);
    const high = Math.ceil(Math.log10(Math.min(Math.max(...seen), first * 1e3)) + 0.05);
    const low = Math.min(high - 1, Math.floor(Math.log10(Math.max(Math.min(...seen), LOWEST))));
    return { low, high, last };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   */
  drawAxes(context, { left, right, top, bottom, low, high, last, toX, toY }) {
    const { scene } = this;
    const { theme } = scene;
    context.font = scene.font(11);
    context.lineWidth = 1;
    context.strokeStyle = theme.grid;
    context.fillStyle = theme.quiet;
    const every = Math.ceil((high - low) / Math.max(2, Math.floor((bottom - top) / 32)));
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (let power = low; power <= high; power += every) {
      const y = Math.round(toY(10 ** power)) + 0.5;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.stroke();
      context.fillText(power === 0 ? "1" : power === 1 ? "10" : `10${raised(power)}`, left - 7, y);
    }
    const stride = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000].find((each) => last / each <= 5) ?? 2000;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (let step = 0; step <= last; step += stride) context.fillText(String(step), toX(step), bottom + 7);
    context.fillStyle = theme.ink;
    context.font = scene.font(12, 600);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    const { chart, chartBrief } = scene.words;
    context.fillText(context.measureText(chart).width <= right + 12 - left ? chart : chartBrief, left, 14);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   */
  drawLosses(context, { left, right, top, bottom, toX, toY }) {
    const { theme, walks } = this.scene;
    context.save();
    context.beginPath();
    context.rect(left, top - 8, right - left + 8, bottom - top + 16);
    context.clip();
    for (const walk of [...walks].reverse()) {
      context.strokeStyle = theme[walk.role];
      context.lineWidth = 2.2;
      context.lineJoin = "round";
      context.setLineDash(walk.role === "compare" ? [7, 4] : []);
      trace(context, 0, walk.steps, toX, (step) => toY(walk.losses[step]));
    }
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   */
  drawNow(context, { top, bottom, toX, toY }) {
    const { scene } = this;
    const { theme } = scene;
    const x = Math.round(toX(scene.now)) + 0.5;
    context.setLineDash([]);
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, top - 6);
    context.lineTo(x, bottom);
    context.stroke();
    for (const walk of [...scene.walks].reverse()) {
      const now = Math.min(scene.time, walk.steps);
      marker(context, walk.role, toX(now), clamp(toY(walk.losses[now]), top, bottom), 5);
      context.fillStyle = theme[walk.role];
      context.fill();
    }
  }
}
