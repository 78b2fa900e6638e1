// @ts-check
// The coloured, contoured ground of the map.
/** @import { Ground } from "./values.js" */
/** @import { Theme } from "./shapes.js" */

import { pen } from "./shapes.js";

const LEVELS = 14;

/**
 * Red, green and blue, from 0 to 255.
 * @param {string} hex
 */
function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/**
 * Paint the ground, once a landscape, size and theme.
 * @param {Ground} ground
 * @param {Float32Array} heights from 0 to 1, row by row from below
 * @param {Theme} theme
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
export function paintGround(ground, heights, theme, width, height, scale) {
  const { columns, rows } = ground;
  const stops = theme.shade.map(rgb);
  const small = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const pixels = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = heights[row * columns + column] * (stops.length - 1);
      const stop = Math.min(Math.floor(at), stops.length - 2);
      const offset = 4 * ((rows - 1 - row) * columns + column);
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
  const [cellX, cellY] = [width / (columns - 1), height / (rows - 1)];
  context.drawImage(small, -cellX / 2, -cellY / 2, columns * cellX, rows * cellY);
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  context.stroke(contours(heights, columns, rows, cellX, cellY, height));
  return painted;
}

/**
 * Lines of equal height by marching squares.
 * @param {Float32Array} heights
 * @param {number} columns
 * @param {number} rows
 * @param {number} cellX
 * @param {number} cellY
 * @param {number} height
 */
function contours(heights, columns, rows, cellX, cellY, height) {
  const lines = new Path2D();
  for (let level = 1; level < LEVELS; level++) {
    const value = level / LEVELS;
    for (let row = 0; row < rows - 1; row++) {
      for (let column = 0; column < columns - 1; column++) {
        const at = row * columns + column;
        const corners = [heights[at], heights[at + 1], heights[at + columns + 1], heights[at + columns]];
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
