// @ts-check
// What the kernel sends, and how its numbers are read and written.

/**
 * An entry of a rule's state: two numbers a step, and whether they are drawn.
 * @typedef {{ name: string, kind: "arrow" | "place" | "" }} Entry
 *
 * What the kernel says of a walk beside its numbers; `role` decides its colour and its mark.
 * @typedef {{ role: "rule" | "compare", name: string, steps: number, diverged: boolean, failure: string,
 *   state: Entry[] }} Described
 *
 * A walk of n steps: n + 1 points and losses, n gradients, and n vectors of each entry of the state.
 * @typedef {Omit<Described, "state"> & { points: Float32Array, losses: Float32Array, grads: Float32Array,
 *   state: (Entry & { values: Float32Array })[] }} Walk
 *
 * A landscape: the part that is shown (x from, x to, y from, y to), its minima, and the grid on which it is coloured.
 * @typedef {{ extent: [number, number, number, number], minima: [number, number][], columns: number, rows: number,
 *   about: string, title: string }} Ground
 *
 * The traits of `Canvas` in descent.py.
 * @typedef {{ words: Record<string, string>, ground: Ground, shade: DataView, start: [number, number],
 *   walks: Described[], paths: DataView }} Traits
 */

/**
 * Keep a value between two others.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * Put values where a sentence has their names in braces.
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * Read little-endian float32, which need not be aligned.
 * @param {DataView} view
 */
export const floats = (view) =>
  new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * An exponent.
 * @param {number} power
 */
export const raised = (power) => [...String(power)].map((digit) => RAISED[digit]).join("");

/**
 * Three significant digits, as a person writes them.
 * @param {number} value
 */
export function number(value) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(3))).replace("-", "−");
  const power = Math.floor(Math.log10(size));
  return `${(value / 10 ** power).toFixed(1)} × 10${raised(power)}`.replace("-", "−");
}

/**
 * The walks that the kernel sent, each with its numbers as arrays over the steps.
 * @param {Described[]} described
 * @param {DataView} view
 * @returns {Walk[]}
 */
export function unpack(described, view) {
  const all = floats(view);
  let from = 0;
  /** @param {number} count */
  const take = (count) => all.subarray(from, (from += count));
  return described.map((walk) => ({
    ...walk,
    points: take(2 * (walk.steps + 1)),
    losses: take(walk.steps + 1),
    grads: take(2 * walk.steps),
    state: walk.state.map((entry) => ({ ...entry, values: take(2 * walk.steps) })),
  }));
}
