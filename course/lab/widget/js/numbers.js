// @ts-check
// Python's operators, on numbers and on arrays of numbers as numpy has them: what derived.js is made of.

/** @typedef {any} Value a number, a truth value or an array of numbers; derived code mixes them as Python does */

/** Python stops with an exception where JavaScript goes on with NaN or Infinity: then this is thrown. */
export class ArithmeticError extends Error {}

/**
 * An operator of two numbers as one of numbers and arrays: an array takes it element by element, without complaint.
 * @param {(a: number, b: number) => number | boolean} each
 * @param {(a: number, b: number) => number | boolean} [alone] of two plain numbers, where Python is stricter
 * @returns {(a: Value, b: Value) => Value}
 */
const binary = (each, alone = each) => (a, b) => {
  if (Array.isArray(a)) return a.map((value, i) => each(value, Array.isArray(b) ? b[i] : b));
  return Array.isArray(b) ? b.map((value) => each(a, value)) : alone(a, b);
};

/**
 * A power, with the roots and squares that numpy computes exactly.
 * @param {number} base
 * @param {number} power
 */
const raise = (base, power) => (power === 2 ? base * base : power === 0.5 ? Math.sqrt(base) : base ** power);

/**
 * A power or remainder of plain numbers, if Python has it too: no division by zero, no complex root, no overflow.
 * @param {number} result
 * @param {number} a
 * @param {number} b
 */
function exact(result, a, b) {
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) throw new ArithmeticError();
  return result;
}

/** By the names that Python's `ast` gives them. */
export const op = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mult: binary((a, b) => a * b),
  Div: binary((a, b) => a / b, (a, b) => (b === 0 ? exact(NaN, 1, 1) : a / b)),
  Mod: binary((a, b) => a - b * Math.floor(a / b), (a, b) => exact(a - b * Math.floor(a / b), a, b)),
  Pow: binary(raise, (a, b) => exact(raise(a, b), a, b)),
  Gt: binary((a, b) => a > b),
  GtE: binary((a, b) => a >= b),
  Lt: binary((a, b) => a < b),
  LtE: binary((a, b) => a <= b),
  Eq: binary((a, b) => a === b),
  NotEq: binary((a, b) => a !== b),
  Is: (/** @type {Value} */ a, /** @type {Value} */ b) => a === b,
  IsNot: (/** @type {Value} */ a, /** @type {Value} */ b) => a !== b,
  USub: (/** @type {Value} */ a) => (Array.isArray(a) ? a.map((value) => -value) : -a),
  Not: (/** @type {Value} */ a) => !a,
};
