// @ts-check
// A rule of the course walking down a landscape, as walk.py lets it; both are derived.
/** @import { Entry, Values, Walk } from "./values.js" */

import { DIRECTIONS, FAR, LANDSCAPES, LIMIT, NOISE_PERIOD, PLACES, RULES, SHAPES, WARM } from "./derived.js";
import { ArithmeticError } from "./numbers.js";
import { turned } from "./turn.js";

/**
 * A rule as course/rule.py has it, and what makes one of its hyperparameters.
 * @typedef {{ init(param: number[]): any, update(param: number[], grad: number[], state: any): [number[], any] }} Rule
 * @typedef {new (given: Record<string, any>) => Rule} Maker
 *
 * A landscape of landscapes.py.
 * @typedef {{ extent: [number, number, number, number], minima: [number, number][], start: [number, number],
 *   detail: number, noise: number, lr: number, turns: boolean, value(x: number, y: number): number, slope(x: number, y: number): [number, number]
 * }} Landscape
 *
 * What decides a walk; `inner` is the stem of Lookahead's inner rule.
 * @typedef {{ stem: string, inner: string, values: Values, landscape: string, angle?: number, start: [number, number],
 *   steps: number, noise: Float64Array }} Setting
 */

/**
 * Hyperparameters by the names of the rule's fields.
 * @param {Setting} setting
 */
function hyperparameters({ values, inner }) {
  /** @type {Record<string, any>} */
  const found = {};
  /** @type {Record<string, any>} */
  const nested = {};
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith("inner.")) nested[name.slice(6)] = value;
    else if (!["beta1", "beta2", "schedule"].includes(name)) found[name] = value;
  }
  if ("beta1" in values) found.betas = [values.beta1, values.beta2];
  if (inner) found.inner = new RULES[inner](nested);
  return found;
}

/**
 * By what the learning rate is multiplied at a step, as rates.py has it.
 * @param {string} schedule
 * @param {number} step how many were taken before it
 * @param {number} steps how many there are in all
 */
export function factor(schedule, step, steps) {
  if (schedule === "linear") return 1 - step / steps;
  if (schedule === "cosine") return (1 + Math.cos((Math.PI * step) / steps)) / 2;
  if (schedule === "warmup") return Math.min(1, (step + 1) / Math.max(1, roundHalfToEven(WARM * steps)));
  return 1;
}

/** @param {number} value rounded as Python does it */
function roundHalfToEven(value) {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 ? down + 1 : down;
}

/**
 * The entries of a state that have one number a coordinate; an inner rule's state is looked into.
 * @param {Record<string, any>} state
 * @returns {Record<string, number[]>}
 */
function planeEntries(state) {
  /** @type {Record<string, number[]>} */
  const found = {};
  for (const [name, entry] of Object.entries(state)) {
    if (Array.isArray(entry)) found[name] = entry;
    else if (entry && typeof entry === "object") Object.assign(found, planeEntries(entry));
  }
  return found;
}

/**
 * @param {Record<string, number[]>[]} states one a step
 * @returns {(Entry & { values: Float64Array })[]}
 */
function entriesOf(states) {
  const names = [...new Set(states.flatMap((state) => Object.keys(state)))];
  return names.map((name) => {
    const values = Float64Array.from(states.flatMap((state) => state[name] ?? [NaN, NaN]));
    const arrow = DIRECTIONS.includes(name) && values.some((value) => value !== 0);
    return { name, values, kind: PLACES.includes(name) ? "place" : arrow ? "arrow" : "" };
  });
}

/**
 * Let a rule take its steps; they end early where it runs away or where its arithmetic does.
 * @param {Setting} setting
 * @returns {Omit<Walk, "failure"> & { arithmetic: boolean }}
 */
export function walkDown(setting) {
  const ground = turned(LANDSCAPES[setting.landscape], setting.angle ?? 0);
  const schedule = SHAPES[Number(setting.values.schedule ?? 0)];
  /** @type {number[][]} */
  const points = [[...setting.start]];
  /** @type {number[][]} */
  const grads = [];
  /** @type {Record<string, number[]>[]} */
  const states = [];
  let [diverged, arithmetic] = [false, false];
  const within = (/** @type {number[]} */ point, /** @type {number} */ limit) =>
    point.every((value) => Math.abs(value) < limit); // false for NaN too
  try {
    /** @type {any} */
    const rule = new RULES[setting.stem](hyperparameters(setting));
    const holder = rule.lr === undefined ? rule.inner : rule;
    const rate = holder.lr;
    let param = points[0];
    let state = rule.init(param);
    for (let step = 1; step <= setting.steps && !diverged; step++) {
      if (schedule !== "constant") holder.lr = rate * factor(schedule, step - 1, setting.steps);
      const at = 2 * (step % NOISE_PERIOD);
      const slope = ground.slope(param[0], param[1]);
      const grad = slope.map((value, i) => (ground.noise ? value + ground.noise * setting.noise[at + i] : value));
      grads.push(grad);
      [param, state] = rule.update(param, grad, state);
      diverged = !within(param, FAR);
      if (!within(param, LIMIT)) break;
      points.push(param);
      states.push(planeEntries(state));
    }
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    arithmetic = true;
  }
  const steps = points.length - 1;
  return {
    steps, diverged, arithmetic,
    points: Float64Array.from(points.flat()),
    losses: Float64Array.from(points, ([x, y]) => ground.value(x, y)),
    grads: Float64Array.from(grads.slice(0, steps).flat()),
    state: entriesOf(states),
  };
}
