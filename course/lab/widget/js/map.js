// @ts-check
// The map: the ground, the paths on it, and what pulls each walk at the step shown.
/** @import { Scene } from "./scene.js" */
/** @import { Floats, Shown } from "./values.js" */

import { paintGround } from "./ground.js";
import { ARROWS, arrow, cased, marker, prepare, star, trace } from "./shapes.js";
import { clamp, number } from "./digits.js";

const ARROW = 64; // pixels of the longer of gradient and buffer

export class MapPicture {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Scene} scene
   */
  constructor(canvas, scene) {
    this.canvas = canvas;
    this.scene = scene;
    /** @type {HTMLCanvasElement | null} the ground, until it has to be painted anew */
    this.painted = null;
    this.look = "";
    /** @type {(x: number) => number} from the landscape to pixels, as last drawn */
    this.toX = (x) => x;
    /** @type {(y: number) => number} */
    this.toY = (y) => y;
  }

  /**
   * The point of the landscape at a share of the map's width and height.
   * @param {number} across
   * @param {number} down
   * @returns {[number, number]}
   */
  place(across, down) {
    const [x0, x1, y0, y1] = this.scene.ground.extent;
    return [x0 + across * (x1 - x0), y1 - down * (y1 - y0)];
  }

  draw() {
    const { scene } = this;
    const { ground, theme } = scene;
    const [x0, x1, y0, y1] = ground.extent;
    const fitted = prepare(this.canvas, (y1 - y0) / (x1 - x0));
    if (!fitted) return;
    const { context, width, height, scale } = fitted;
    const look = `${width} ${scale} ${scene.dark}`;
    if (!this.painted || this.look !== look) {
      this.look = look;
      this.painted = paintGround(scene.model.get("landscape"), scene.angle, theme, width, height, scale);
    }
    const unit = width / (x1 - x0);
    // A path that has run away is drawn towards where it went, within what a canvas can count.
    this.toX = (x) => clamp((x - x0) * unit, -1e5, 1e5);
    this.toY = (y) => clamp((y1 - y) * unit, -1e5, 1e5);

    context.drawImage(this.painted, 0, 0, width, height);
    this.drawTicks(context, height);
    for (const [x, y] of ground.minima) {
      star(context, this.toX(x), this.toY(y), 9);
      context.lineJoin = "round";
      context.strokeStyle = theme.casing;
      context.lineWidth = 3;
      context.stroke();
      context.fillStyle = theme.star;
      context.fill();
    }
    scene.trail.forEach((walk, i) => this.drawTrail(context, walk, (i + 1) / scene.trail.length));
    for (const walk of [...scene.walks].reverse()) this.drawPath(context, walk);
    this.drawStart(context, width);
    for (const walk of [...scene.walks].reverse()) this.drawNow(context, walk);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} height
   */
  drawTicks(context, height) {
    const [x0, x1, y0, y1] = this.scene.ground.extent;
    context.font = this.scene.font(11);
    context.fillStyle = this.scene.theme.quiet;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    for (let x = Math.ceil(x0) + 1; x < x1; x++) context.fillText(number(x), this.toX(x), height - 3);
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (let y = Math.ceil(y0) + 1; y < y1; y++) context.fillText(number(y), 5, this.toY(y));
  }

  /**
   * Where a walk is at each step, in pixels.
   * @param {Shown} walk
   * @returns {[(i: number) => number, (i: number) => number]}
   */
  along({ points }) {
    return [(i) => this.toX(points[2 * i]), (i) => this.toY(points[2 * i + 1])];
  }

  /**
   * An earlier path, the fainter the older it is.
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   * @param {number} age from 0 (old) to 1
   */
  drawTrail(context, walk, age) {
    context.save();
    context.globalAlpha = 0.35 * age;
    context.strokeStyle = this.scene.theme[walk.role];
    context.lineWidth = 1.3;
    context.setLineDash([]);
    trace(context, 0, walk.steps, ...this.along(walk));
    context.restore();
  }

  /**
   * The whole path, thin; what has been walked by now, strong.
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   */
  drawPath(context, walk) {
    const { theme, time } = this.scene;
    const color = theme[walk.role];
    const now = Math.min(time, walk.steps);
    context.save();
    context.lineJoin = "round";
    context.lineCap = "butt";
    const along = this.along(walk);
    if (walk.role === "compare") context.setLineDash([7, 4]);
    cased(context, color, theme.casing, 1.3, () => trace(context, now, walk.steps, ...along));
    cased(context, color, theme.casing, 2.6, () => trace(context, 0, now, ...along));
    context.setLineDash([]);
    context.fillStyle = color;
    let drawn = [-1e9, -1e9];
    for (let i = 1; i <= walk.steps; i++) {
      const [x, y] = [this.toX(walk.points[2 * i]), this.toY(walk.points[2 * i + 1])];
      if (Math.hypot(x - drawn[0], y - drawn[1]) < 10) continue; // where steps are short, dots would blot
      drawn = [x, y];
      marker(context, walk.role, x, y, i <= now ? 3.4 : 2.4);
      context.fill();
    }
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   */
  drawStart(context, width) {
    const { model, theme, words } = this.scene;
    const [px, py] = model.get("start");
    const [x, y] = [this.toX(px), this.toY(py)];
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    context.setLineDash([]);
    cased(context, theme.ink, theme.casing, 2, () => context.stroke());
    this.tag(context, words.start, x, y - 16, width);
  }

  /**
   * Words at a point, legible on every shade and never cut off.
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {number} width of the map
   */
  tag(context, text, x, y, width) {
    const { scene } = this;
    context.font = scene.font(12, 600);
    context.textAlign = "center";
    context.textBaseline = "middle";
    const half = context.measureText(text).width / 2 + 4;
    const [cx, cy] = [clamp(x, half, width - half), y < 10 ? y + 34 : y];
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = scene.theme.casing;
    context.strokeText(text, cx, cy);
    context.fillStyle = scene.theme.ink;
    context.fillText(text, cx, cy);
  }

  /**
   * Where the walk is now, and what pulls it.
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   */
  drawNow(context, walk) {
    const { theme, time } = this.scene;
    const now = Math.min(time, walk.steps);
    const [px, py] = [walk.points[2 * now], walk.points[2 * now + 1]];
    const [x, y] = [this.toX(px), this.toY(py)];
    if (now < walk.steps) this.drawArrows(context, walk, now, x, y);
    for (const entry of walk.state.filter((each) => each.kind === "place" && now > 0)) {
      const [ex, ey] = [this.toX(entry.values[2 * now - 2]), this.toY(entry.values[2 * now - 1])];
      context.strokeStyle = theme[walk.role];
      context.lineWidth = 2.5;
      context.strokeRect(ex - 6, ey - 6, 12, 12);
    }
    marker(context, walk.role, x, y, 6.5);
    context.fillStyle = theme[walk.role];
    context.fill();
    context.strokeStyle = theme.casing;
    context.lineWidth = 2;
    context.stroke();
  }

  /**
   * The gradient, the buffers and the step that the walk takes from (x, y).
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   * @param {number} now
   * @param {number} x
   * @param {number} y
   */
  drawArrows(context, walk, now, x, y) {
    const { theme } = this.scene;
    /** @param {Floats} values */
    const at = (values) => [values[2 * now], values[2 * now + 1]];
    const gradient = at(walk.grads);
    const arrows = walk.state.filter((entry) => entry.kind === "arrow").map((entry) => at(entry.values));
    const longest = Math.max(...[gradient, ...arrows].map(([dx, dy]) => Math.hypot(dx, dy) || 0));
    const size = longest > 0 ? ARROW / longest : 0;
    let [sx, sy] = [this.toX(walk.points[2 * now + 2]) - x, this.toY(walk.points[2 * now + 3]) - y];
    const length = Math.hypot(sx, sy);
    if (length > 0 && length < 18) [sx, sy] = [(sx * 18) / length, (sy * 18) / length];
    // The longest first: where they point the same way, the shorter ones stay visible on top.
    [
      ...arrows.map(([dx, dy]) => ({ dx: -dx * size, dy: dy * size, ...ARROWS.buffer, color: theme.buffer })),
      { dx: -gradient[0] * size, dy: gradient[1] * size, ...ARROWS.gradient, color: theme.gradient },
      { dx: sx, dy: sy, ...ARROWS.move, color: theme.ink },
    ]
      .sort((a, b) => Math.hypot(b.dx, b.dy) - Math.hypot(a.dx, a.dy))
      .forEach(({ dx, dy, ...style }) => arrow(context, x, y, dx, dy, { casing: theme.casing, ...style }));
  }
}
