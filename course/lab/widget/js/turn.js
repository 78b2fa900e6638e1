// @ts-check
// A bowl turned about (0, 0), the start with it, as landscapes.py turns it.
/** @import { Landscape } from "./walk.js" */

/**
 * A vector turned counterclockwise.
 * @param {number} x
 * @param {number} y
 * @param {number} degrees
 * @returns {[number, number]}
 */
function turnedBy(x, y, degrees) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos * x - sin * y, sin * x + cos * y];
}

/**
 * A landscape turned by an angle; one that does not turn stays as it is.
 * @param {Landscape} ground
 * @param {number} degrees
 * @returns {Landscape}
 */
export function turned(ground, degrees) {
  if (!degrees || !ground.turns) return ground;
  return {
    ...ground,
    start: turnedBy(...ground.start, degrees),
    value: (x, y) => ground.value(...turnedBy(x, y, -degrees)),
    slope: (x, y) => turnedBy(...ground.slope(...turnedBy(x, y, -degrees)), degrees),
  };
}
