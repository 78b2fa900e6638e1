// @ts-check
// Colours, and the shapes that map, chart and legend have in common.

export const THEMES = {
  light: {
    shade: ["#8fb8cf", "#c5dbdd", "#ece9dc", "#faf6ec"], contour: "rgba(40,66,84,.26)", casing: "rgba(255,255,255,.9)",
    ink: "#1f2328", quiet: "#5b6570", grid: "rgba(31,35,40,.10)", rule: "#0072b2", compare: "#d55e00",
    gradient: "#00795a", buffer: "#a3407f", star: "#1f2328",
  },
  dark: {
    shade: ["#0c2c3b", "#1f3a44", "#38423f", "#4a4a43"], contour: "rgba(225,235,240,.17)", casing: "rgba(0,0,0,.65)",
    ink: "#eef1f4", quiet: "#aab2ba", grid: "rgba(238,241,244,.13)", rule: "#56b4e9", compare: "#e69f00",
    gradient: "#3fd0a4", buffer: "#e69ac4", star: "#ffffff",
  },
};

const NEAR = 0.7; // pixels

/**
 * @typedef {typeof THEMES.light} Theme
 * @typedef {{ color: string, casing: string, width: number, head: number }} ArrowStyle
 */

export const ARROWS = {
  gradient: { width: 2.4, head: 9 },
  buffer: { width: 5, head: 14 },
  move: { width: 2.2, head: 9 },
};

/**
 * What to draw on a canvas with; every browser that runs JupyterLab has it.
 * @param {HTMLCanvasElement} canvas
 */
export const pen = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Fit a canvas to its box and the screen's pixels; null while it has no size.
 * @param {HTMLCanvasElement} canvas
 * @param {number} ratio of height to width
 */
export function prepare(canvas, ratio) {
  const width = canvas.clientWidth;
  const height = Math.round(width * ratio);
  if (!width) return null;
  const scale = window.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = pen(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, width, height, scale };
}

/**
 * A line over another, wider one in the ground's colour, so that it stands out on every shade.
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {string} casing
 * @param {number} width
 * @param {() => void} draw
 */
export function cased(context, color, casing, width, draw) {
  for (const { style, extra } of [{ style: casing, extra: 3 }, { style: color, extra: 0 }]) {
    context.strokeStyle = style;
    context.lineWidth = width + extra;
    draw();
  }
}

/**
 * A line through points; those that would fall on the pixel of the one before are left out, which on the way into a
 * minimum are most.
 * @param {CanvasRenderingContext2D} context
 * @param {number} from
 * @param {number} to
 * @param {(i: number) => number} x
 * @param {(i: number) => number} y
 */
export function trace(context, from, to, x, y) {
  context.beginPath();
  let [lastX, lastY] = [Infinity, Infinity];
  for (let i = from; i <= to; i++) {
    const [px, py] = [x(i), y(i)];
    if (i < to && Math.abs(px - lastX) < NEAR && Math.abs(py - lastY) < NEAR) continue;
    context.lineTo(px, py);
    [lastX, lastY] = [px, py];
  }
  context.stroke();
}

/**
 * The outline of a walk's mark: a disc for the rule, a diamond for the one it is compared with.
 * @param {CanvasRenderingContext2D} context
 * @param {string} role
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function marker(context, role, x, y, size) {
  context.beginPath();
  if (role === "rule") context.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const half = size * 1.3;
    context.moveTo(x, y - half);
    context.lineTo(x + half, y);
    context.lineTo(x, y + half);
    context.lineTo(x - half, y);
    context.closePath();
  }
}

/**
 * The outline of a star with five points.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function star(context, x, y, size) {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const radius = i % 2 ? size * 0.42 : size;
    const angle = (i * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}

/**
 * An arrow from (x, y); none where it would be shorter than a pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 * @param {ArrowStyle} style
 */
export function arrow(context, x, y, dx, dy, { color, casing, width, head }) {
  const length = Math.hypot(dx, dy);
  if (!(length > 1)) return;
  const [ux, uy] = [dx / length, dy / length];
  const tip = [x + dx, y + dy];
  const side = Math.min(head, length * 0.7);
  context.save();
  context.lineCap = "round";
  context.setLineDash([]);
  cased(context, color, casing, width, () => {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(tip[0] - ux * side * 0.8, tip[1] - uy * side * 0.8);
    context.stroke();
  });
  context.beginPath();
  context.moveTo(tip[0], tip[1]);
  context.lineTo(tip[0] - ux * side - uy * side * 0.55, tip[1] - uy * side + ux * side * 0.55);
  context.lineTo(tip[0] - ux * side + uy * side * 0.55, tip[1] - uy * side - ux * side * 0.55);
  context.closePath();
  context.strokeStyle = casing;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = color;
  context.fill();
  context.restore();
}
