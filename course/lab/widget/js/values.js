// @ts-check
// What the kernel sends, and how its numbers are read and written.

/** @import { AnyModel } from "@anywidget/types" */

/**
 * An entry of a rule's state: two numbers a step, and whether they are drawn.
 * @typedef {{ name: string, kind: "arrow" | "place" | "" }} Entry
 *
 * What a rule's controls say, by their names.
 * @typedef {Record<string, number | boolean>} Values
 *
 * What decides a walk of one rule; `version` is another one when the learner has saved another file.
 * @typedef {{ landscape: string, angle?: number, start: [number, number], values: Values, version: string }} At
 *
 * What the kernel says of a walk beside its numbers.
 * @typedef {{ at: At, steps: number, diverged: boolean, failure: string, state: Entry[] }} Described
 *
 * A rule to draw: `role` decides its colour and its mark, `stem` is the solution that runs in the page (none: the
 * kernel runs it), `controls` are references to models, `options` the values that a selection slider numbers.
 * @typedef {{ role: "rule" | "compare", name: string, stem: string, inner: string, controls: Record<string, string>,
 *   options: Record<string, number[]>, values: Values, first: Values, rate: string, rates: Record<string, number>
 * }} Followed `values`: as last told by the kernel; `first`: as they began; `rates`: of its control `rate`, by landscape
 *
 * A rule of the course that the page can draw without controls; its learning rate is the number under `lr`, or so many
 * times the landscape's own.
 * @typedef {{ stem: string, name: string, inner: string, values: Values, rate: string,
 *   pace: { lr?: number, landscape?: number } }} Offered
 *
 * A walk of n steps: n + 1 points and losses, n gradients, and n vectors of each entry of the state.
 * @typedef {Omit<Described, "state" | "at"> & { points: Floats, losses: Floats, grads: Floats,
 *   state: (Entry & { values: Floats })[] }} Walk
 * @typedef {Float32Array | Float64Array} Floats what the kernel computes comes in single precision
 *
 * One that is shown.
 * @typedef {Walk & { role: "rule" | "compare", name: string }} Shown
 *
 * The traits of `Canvas` in canvas.py.
 * @typedef {{ words: Record<string, string>, about: Record<string, string>, landscape: string, choice: string, angle: number, turner: string,
 *   against: string, reset: string, others: Offered[], blind: boolean, start: [number, number], steps: number, noise: DataView, rules: Followed[], walks: Described[], paths: DataView
 * }} Traits
 *
 * A control of ipywidgets.
 * @typedef {AnyModel<{ value: number | boolean, index: number, clicks: number }>} Control
 */

/**
 * The bytes of a view, which need not be aligned, from their beginning.
 * @param {DataView} view
 */
export const bytes = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);

/**
 * The walks that the kernel sent as little-endian float32, each with its numbers as arrays over the steps.
 * @param {Described[]} described
 * @param {DataView} view
 * @returns {(Walk & { at: At })[]}
 */
export function unpack(described, view) {
  const all = new Float32Array(bytes(view));
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
