// @ts-check
// The same in words: the sentences below the pictures, and the legend.
/** @import { Scene } from "./scene.js" */
/** @import { Shown } from "./values.js" */

import { make } from "./elements.js";
import { ARROWS, arrow, marker, pen, star } from "./shapes.js";
import { number } from "./digits.js";
import { fill } from "./fill.js";

/** @typedef {"rule" | "compare" | "minimum" | "gradient" | "buffer" | "move" | "place"} Kind */

/**
 * Where a walk is at the step shown, and how it ends.
 * @param {Scene} scene
 * @param {Shown} walk
 */
export function sentence(scene, walk) {
  const { words } = scene;
  if (walk.failure && walk.steps === 0) return "";
  const now = Math.min(scene.time, walk.steps);
  const [x, y] = [walk.points[2 * now], walk.points[2 * now + 1]];
  const loss = walk.losses[now];
  const parts = [fill(words.at, {
    rule: walk.name, t: now, n: walk.steps, x: number(x), y: number(y), loss: number(loss),
  })];
  const [x0, x1, y0, y1] = scene.ground.extent;
  if (x < x0 || x > x1 || y < y0 || y > y1) parts.push(words.outside);
  else if (loss < 1e-6) parts.push(words.arrived);
  if (now < walk.steps && !walk.diverged && !walk.failure) {
    parts.push(fill(words.end, { loss: number(walk.losses[walk.steps]) }));
  }
  if (walk.diverged) parts.push(fill(words.diverged, { n: walk.steps }));
  return parts.reduce((said, part) => said + (said.endsWith("。") ? "" : " ") + part);
}

/**
 * What the legend explains: words, and what is drawn beside them.
 * @param {Scene} scene
 * @returns {[string, Kind][]}
 */
function entries({ walks, words }) {
  /** @param {string} kind */
  const named = (kind) => {
    const found = walks.flatMap((walk) => walk.state).filter((entry) => entry.kind === kind);
    return [...new Set(found.map((entry) => entry.name))];
  };
  const [buffers, places] = [named("arrow"), named("place")];
  /** @type {[string, Kind][]} */
  const found = [
    ...walks.map((walk) => /** @type {[string, Kind]} */ ([walk.name, walk.role])),
    [words.minimum, "minimum"],
    [words.gradient, "gradient"],
  ];
  if (buffers.length) found.push([buffers.map((name) => fill(words.buffer, { name })).join(" / "), "buffer"]);
  found.push([words.move, "move"]);
  if (places.length) found.push([places.join(" / "), "place"]);
  return found;
}

export class Legend {
  /**
   * @param {HTMLElement} list
   * @param {Scene} scene
   */
  constructor(list, scene) {
    this.list = list;
    this.scene = scene;
    this.look = "";
  }

  draw() {
    const shown = entries(this.scene);
    const look = JSON.stringify([shown, this.scene.dark, window.devicePixelRatio]);
    if (look === this.look) return;
    this.look = look;
    this.list.replaceChildren(...shown.map(([text, kind]) => {
      const item = make("li");
      this.drawKey(make("canvas", "", item, { "aria-hidden": "true" }), kind);
      item.append(text);
      return item;
    }));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Kind} kind
   */
  drawKey(canvas, kind) {
    const { theme, walks } = this.scene;
    const scale = window.devicePixelRatio || 1;
    canvas.width = 30 * scale;
    canvas.height = 14 * scale;
    const context = pen(canvas);
    context.scale(scale, scale);
    if (kind === "minimum") {
      star(context, 15, 7.5, 7);
      context.fillStyle = theme.star;
      context.fill();
    } else if (kind === "gradient" || kind === "buffer" || kind === "move") {
      const color = kind === "move" ? theme.ink : theme[kind];
      arrow(context, 2, 7, 26, 0, { casing: "transparent", color, ...ARROWS[kind] });
    } else if (kind === "place") {
      context.strokeStyle = theme[walks[0].role];
      context.lineWidth = 2.5;
      context.strokeRect(9.5, 1.5, 11, 11);
    } else {
      context.strokeStyle = context.fillStyle = theme[kind];
      context.lineWidth = 2.6;
      context.setLineDash(kind === "compare" ? [7, 4] : []);
      context.beginPath();
      context.moveTo(0, 7);
      context.lineTo(30, 7);
      context.stroke();
      marker(context, kind, 15, 7, 4);
      context.fill();
    }
  }
}
