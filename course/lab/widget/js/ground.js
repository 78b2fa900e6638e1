// @ts-check
// The coloured, contoured ground of the map.
/** @import { Theme } from "./shapes.js" */

import { LANDSCAPES } from "./derived.js";
import { pen } from "./shapes.js";
import { turned } from "./turn.js";

const LEVELS = 14;
const COLUMNS = 121; // points of the grid on which a landscape is coloured
const ROWS = 81;

/**
 * Red, green and blue, from 0 to 255.
 * @param {string} hex
 */
function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/**
 * How high a landscape is drawn at the points of the grid: row by row from below, from 0 (lowest) to 1.
 * @param {string} key
 * @param {number} [angle] by how many degrees it is turned
 */
export function heightsOf(key, angle = 0) {
  const { extent: [x0, x1, y0, y1], detail, value } = turned(LANDSCAPES[key], angle);
  const losses = Float64Array.from({ length: COLUMNS * ROWS }, (_, at) => value(
    x0 + ((x1 - x0) * (at % COLUMNS)) / (COLUMNS - 1), y0 + ((y1 - y0) * Math.floor(at / COLUMNS)) / (ROWS - 1),
  ));
  const median = Float64Array.from(losses).sort()[(COLUMNS * ROWS - 1) / 2];
  const heights = losses.map((loss) => Math.log1p(loss / (detail * median)));
  const highest = Math.max(...heights);
  return heights.map((height) => height / highest);
}

/**
 * Paint the ground, once a landscape, size and theme.
 * @param {string} key
 * @param {number} angle
 * @param {Theme} theme
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
export function paintGround(key, angle, theme, width, height, scale) {
  const heights = heightsOf(key, angle);
  const stops = theme.shade.map(rgb);
  const small = Object.assign(document.createElement("canvas"), { width: COLUMNS, height: ROWS });
  const pixels = new ImageData(COLUMNS, ROWS);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const at = heights[row * COLUMNS + column] * (stops.length - 1);
      const stop = Math.min(Math.floor(at), stops.length - 2);
      const offset = 4 * ((ROWS - 1 - row) * COLUMNS + column);
      for (let channel = 0; channel < 3; channel++) {
        const [low, high] = [stops[stop][channel], stops[stop + 1][channel]];
        pixels.data[offset + channel] = low + (high - low) * (at - stop);
      }
      pixels.data[offset + 3] = 255;
    }
  }
  pen(small).putImageData(pixels, 0, 0);

  const painted = document.createElement("canvas");
  painted.width = Math.round(width * scale);
  painted.height = Math.round(height * scale);
  const context = pen(painted);
  context.scale(scale, scale);
  context.imageSmoothingQuality = "high";
  // The outermost points of the grid lie on the edge: half a cell of the picture hangs over on every side.
  const [cellX, cellY] = [width / (COLUMNS - 1), height / (ROWS - 1)];
  context.drawImage(small, -cellX / 2, -cellY / 2, COLUMNS * cellX, ROWS * cellY);
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  context.stroke(contours(heights, cellX, cellY, height));
  return painted;
}

/**
 * Lines of equal height by marching squares.
 * @param {Float64Array} heights
 * @param {number} cellX
 * @param {number} cellY
 * @param {number} height
 */
function contours(heights, cellX, cellY, height) {
  const lines = new Path2D();
  for (let level = 1; level < LEVELS; level++) {
    const value = level / LEVELS;
    for (let row = 0; row < ROWS - 1; row++) {
      for (let column = 0; column < COLUMNS - 1; column++) {
        const at = row * COLUMNS + column;
        const corners = [heights[at], heights[at + 1], heights[at + COLUMNS + 1], heights[at + COLUMNS]];
        /** @type {[number, number][]} */
        const ends = [];
        for (let side = 0; side < 4; side++) {
          const [a, b] = [corners[side], corners[(side + 1) % 4]];
          if (a < value === b < value) continue;
          const share = (value - a) / (b - a);
          const x = [share, 1, 1 - share, 0][side];
          const y = [0, share, 1, 1 - share][side];
          ends.push([(column + x) * cellX, height - (row + y) * cellY]);
        }
        for (let i = 0; i + 1 < ends.length; i += 2) {
          lines.moveTo(...ends[i]);
          lines.lineTo(...ends[i + 1]);
        }
      }
    }
  }
  return lines;
}
