// @ts-check
// What derived figures (derive.py) use of Python and numpy: numbers, arrays as numpy has them, formats.

import { op } from "../../../lab/widget/js/numbers.js";

/** @typedef {any} Value a number or an array of numbers, or of such arrays */

/**
 * A function of one number as one of numbers and arrays.
 * @param {(value: number) => number} each
 * @returns {(value: Value) => Value}
 */
const lifted = (each) => (value) => (Array.isArray(value) ? value.map(lifted(each)) : each(value));

/**
 * So many digits after the point; what lies in the middle between two numbers goes to the even one, as in Python.
 * @param {number} value
 * @param {number} digits
 */
function fixed(value, digits) {
  const halves = Math.abs(value) * 2 ** (digits + 1);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (!(Number.isInteger(halves) && halves % 2 === 1)) return sign + Math.abs(value).toFixed(digits);
  const below = Math.floor(Math.abs(value) * 10 ** digits);
  return sign + ((below + (below % 2)) / 10 ** digits).toFixed(digits);
}

/**
 * So many digits that count, without zeros at the end.
 * @param {number} value
 * @param {number} digits
 */
function general(value, digits) {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const [shown, power] = value.toExponential(Math.max(1, digits) - 1).split("e");
  const small = Number(power);
  if (small >= -4 && small < Math.max(1, digits)) return String(Number(fixed(value, Math.max(1, digits) - 1 - small)));
  return `${Number(shown)}e${small < 0 ? "-" : "+"}${String(Math.abs(small)).padStart(2, "0")}`;
}

/**
 * A value in a format of Python's, as far as figures use them: `.2f`, `.1g`, `g`.
 * @param {number} value
 * @param {string} spec
 */
function format(value, spec) {
  const digits = Number(/\.(\d+)/.exec(spec)?.[1] ?? 6);
  return spec.endsWith("f") ? fixed(value, digits) : general(value, digits);
}

/**
 * A sentence with values in place of their names.
 * @param {string} text
 * @param {Record<string, any>} values
 */
const fillIn = (text, values) => text.replace(/\{(\w+)(?::([^}]+))?\}/g, (_, name, spec) => (
  spec ? format(values[name], spec) : String(values[name])
));

/** @param {Value} rows */
const columns = (rows) => rows[0].map((/** @type {any} */ _, /** @type {number} */ i) => rows.map((/** @type {any} */ row) => row[i]));

/** @param {number[]} values */
const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** A rule walking parameters, as course/rule.py has it. */
class Run {
  /**
   * @param {any} rule
   * @param {Value[]} params
   */
  constructor(rule, params) {
    this.rule = rule;
    this.params = [...params];
    this.state = params.map((param) => rule.init(param));
  }

  /** @param {Value[]} grads */
  step(grads) {
    grads.forEach((grad, i) => {
      [this.params[i], this.state[i]] = this.rule.update(this.params[i], grad, this.state[i]);
    });
  }
}

const np = {
  array: (/** @type {Value} */ value) => value,
  asarray: (/** @type {Value} */ value) => value,
  arange: (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => i),
  clip: (/** @type {Value} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    lifted((each) => Math.min(Math.max(each, low), high))(value),
  hypot: (/** @type {Value} */ a, /** @type {Value} */ b) => (
    Array.isArray(a) ? a.map((each, i) => Math.hypot(each, b[i])) : Math.hypot(a, b)
  ),
  linspace: (/** @type {number} */ low, /** @type {number} */ high, /** @type {number} */ count) =>
    Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1)),
  log: lifted(Math.log),
  mean: (/** @type {Value} */ values, /** @type {0 | undefined} */ axis) => (
    axis === 0 ? columns(values).map((/** @type {number[]} */ each) => total(each) / each.length) : total(values) / values.length
  ),
  repeat: (/** @type {any[]} */ values, /** @type {number} */ times) => values.flatMap((each) => Array(times).fill(each)),
  sign: lifted(Math.sign),
  take: (/** @type {any[]} */ rows, /** @type {number[]} */ which) => which.map((each) => rows[each]),
  transpose: columns,
};

/** By the names that derived code calls them. */
export const python = {
  op,
  np,
  Run,
  format,
  fill: fillIn,
  str: String,
  abs: lifted(Math.abs),
  float: Number,
  isFloat: (/** @type {any} */ value) => typeof value === "number" && !Number.isInteger(value),
  len: (/** @type {any} */ value) => value.length,
  max: Math.max,
  min: Math.min,
  round: (/** @type {number} */ value) => Number(fixed(value, 0)),
  sum: total,
  same: (/** @type {any} */ value) => value,
  enumerate: (/** @type {any[]} */ values) => values.map((each, i) => [i, each]),
  range: (/** @type {number[]} */ ...ends) => {
    const [from, to, step] = ends.length === 1 ? [0, ends[0], 1] : [ends[0], ends[1], ends[2] ?? 1];
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
  },
  zip: (/** @type {any[][]} */ ...lists) => columns(lists),
  table: (/** @type {Record<string, any>} */ found) => (/** @type {any[]} */ ...args) => found[args.join(", ")],
};
