// @ts-check
// What derived figures (derive.py) use of Python and numpy. Where Python gives a result without complaint, this is the
// same one; where it stops or warns, or where this knows no better, an error stops the figure: its picture stays.

import { op } from "../../../lab/widget/js/numbers.js";
import { format, insist, number, str } from "./formats.js";

/** @typedef {any} Value a number or a truth value, or an array of them, or of such arrays */

/** An array of numpy's. Lists and tuples are plain ones, which Python treats otherwise. */
class NdArray extends Array {}

/** @param {any} value */
const isArray = (value) => value instanceof NdArray;

/** @param {any} value */
const isDict = (value) => value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;

/** @param {any[]} several */
const array = (several) => NdArray.from(several);

/**
 * An array with something made of each part of another one; `from` and `map` would take several times as long.
 * @param {any[]} several
 * @param {(part: any, i: number) => any} make
 */
function made(several, make) {
  const parts = new NdArray(several.length);
  for (let i = 0; i < several.length; i += 1) parts[i] = make(several[i], i);
  return parts;
}

/**
 * As numpy's array.
 * @param {any} value
 * @returns {Value}
 */
const asArray = (value) => (Array.isArray(value) ? made(value, asArray) : number(value));

/**
 * As numpy's array, which is the thing itself where it is one: nothing changes an array.
 * @param {any} value
 * @returns {Value}
 */
const given = (value) => (isArray(value) ? value : asArray(value));

/**
 * A function of one number as one of arrays.
 * @param {(value: number) => number | boolean} each
 * @returns {(value: Value) => Value}
 */
const lifted = (each) => {
  const over = (/** @type {Value} */ value) => /** @type {Value} */ (Array.isArray(value) ? made(value, over) : each(number(value)));
  return over;
};

/** @param {Value} value how many axes it has */
const depth = (value) => {
  let found = 0;
  for (let each = value; Array.isArray(each); [each] = each) found += 1;
  return found;
};

/**
 * A function of two numbers as one of arrays: the shape of one is stretched to the other's, as numpy does.
 * @param {(a: number, b: number) => number | boolean} each
 * @param {(a: any, b: any) => any} [alone] of two plain numbers, where Python is stricter
 * @returns {(a: Value, b: Value) => Value}
 */
const broadcast = (each, alone = each) => {
  /** @type {(a: Value, b: Value) => Value} */
  const over = (a, b) => (Array.isArray(a) || Array.isArray(b) ? stretched(a, b) : each(number(a), number(b)));
  /** @type {(a: Value, b: Value) => Value} */
  const stretched = (a, b) => {
    const [deep, other] = [depth(a), depth(b)];
    if (deep > other) return made(a, (part) => over(part, b));
    if (deep < other) return made(b, (part) => over(a, part));
    insist(a.length === b.length || a.length === 1 || b.length === 1, "shapes");
    const [one, another] = [a.length === 1, b.length === 1];
    return made(one ? b : a, (_, i) => over(a[one ? 0 : i], b[another ? 0 : i]));
  };
  return (a, b) => {
    if (!Array.isArray(a) && !Array.isArray(b)) return alone(number(a), number(b));
    insist(isArray(a) || isArray(b)); // two lists are joined or repeated
    return over(a, b);
  };
};

/**
 * What is left, with the sign of the divisor.
 * @param {number} a
 * @param {number} b
 */
function remainder(a, b) {
  const left = a % b;
  if (left === 0) return b < 0 || Object.is(b, -0) ? -0 : 0;
  return left < 0 === b < 0 ? left : left + b;
}

/**
 * @param {number} base
 * @param {number} power
 */
function raised(base, power) {
  if (base === 1 || (base === -1 && Math.abs(power) === Infinity)) return 1;
  if (power === 0.5 && (base === 0 || base === -Infinity)) return Math.abs(base);
  return op.Pow(base, power);
}

/**
 * Whether two things are the same: of two lists only Python knows, since a tuple is no list.
 * @param {any} a
 * @param {any} b
 */
function same(a, b) {
  if (isArray(a) || isArray(b)) return broadcast((x, y) => x === y)(a, b);
  insist(![a, b].some((each) => each !== null && ["object", "function"].includes(typeof each)));
  const alike = [a, b].every((each) => ["number", "boolean"].includes(typeof each)); // True is 1
  return alike ? Number(a) === Number(b) : a === b;
}

/** By the names that Python's `ast` gives them. */
const operators = {
  Add: (/** @type {any} */ a, /** @type {any} */ b) => {
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (Array.isArray(a) && Array.isArray(b) && !isArray(a) && !isArray(b)) return [...a, ...b];
    return added(a, b);
  },
  Sub: broadcast((a, b) => a - b),
  Mult: broadcast((a, b) => a * b),
  Div: broadcast((a, b) => a / b, op.Div),
  Mod: broadcast(remainder, (a, b) => {
    insist(b !== 0, "division by zero");
    return remainder(a, b);
  }),
  Pow: broadcast((a, b) => op.Pow([a], b)[0], raised),
  Gt: broadcast((a, b) => a > b),
  GtE: broadcast((a, b) => a >= b),
  Lt: broadcast((a, b) => a < b),
  LtE: broadcast((a, b) => a <= b),
  Eq: same,
  NotEq: (/** @type {any} */ a, /** @type {any} */ b) => lifted((each) => !each)(same(a, b)),
  Is: (/** @type {any} */ a, /** @type {any} */ b) => a === b,
  IsNot: (/** @type {any} */ a, /** @type {any} */ b) => a !== b,
  USub: (/** @type {Value} */ a) => { insist(!Array.isArray(a) || isArray(a)); return lifted((each) => -each)(a); },
  Not: (/** @type {any} */ a) => !truth(a),
};
const added = broadcast((a, b) => a + b);
const hypot = broadcast(Math.hypot);

/**
 * Whether Python takes a thing for true.
 * @param {any} value
 * @returns {boolean}
 */
function truth(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string" || (Array.isArray(value) && !isArray(value))) return value.length > 0;
  if (isArray(value)) { insist(value.length === 1, "the truth of an array"); return truth(value[0]); }
  if (value === null) return false;
  insist(isDict(value));
  return Object.keys(value).length > 0;
}

/** @param {Value} rows */
const columns = (rows) => rows[0].map((/** @type {any} */ _, /** @type {number} */ i) => array(rows.map((/** @type {any} */ row) => row[i])));

/**
 * A sum as numpy has it: in eight lanes, and of many numbers by halves.
 * @param {number[]} values
 * @param {number} from
 * @param {number} count
 * @returns {number}
 */
function total(values, from, count) {
  let sum = 0;
  if (count < 8) {
    for (let i = 0; i < count; i += 1) sum += values[from + i];
    return sum;
  }
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8);
    return total(values, from, half) + total(values, from + half, count - half);
  }
  const lanes = values.slice(from, from + 8);
  const whole = count - (count % 8);
  for (let i = 8; i < whole; i += 1) lanes[i % 8] += values[from + i];
  const [a, b, c, d, e, f, g, h] = lanes;
  sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
  for (let i = whole; i < count; i += 1) sum += values[from + i];
  return sum;
}

/**
 * @param {Value} several
 * @param {0} [axis]
 */
function mean(several, axis) {
  const values = given(several);
  if (!isArray(values)) return values;
  insist(values.length > 0);
  if (axis === 0 && depth(values) > 1) return operators.Div(values.reduce((/** @type {Value} */ sum, /** @type {Value} */ each) => operators.Add(sum, each), 0), values.length);
  const flat = [...values.flat(Infinity)];
  return (0 + total(flat, 0, flat.length)) / flat.length;
}

/**
 * @param {any} least
 * @param {any} high
 * @param {number} count
 */
function linspace(least, high, count) {
  const [low, end] = [number(least), number(high)];
  const step = (end - low) / (count - 1);
  return NdArray.from({ length: count }, (_, i) => {
    if (i === count - 1 && i) return end;
    return (count === 1 || step === 0 ? (count === 1 ? 0 : i / (count - 1)) * (end - low) : i * step) + low;
  });
}

/**
 * @param {any} several
 * @param {any} index
 */
function item(several, index) {
  if (typeof index === "string") {
    insist(isDict(several) && Object.hasOwn(several, index), index);
    return several[index];
  }
  insist(Array.isArray(several) && Number.isInteger(index) && -several.length <= index && index < several.length, "index");
  return several.at(index);
}

/**
 * @param {any} rows
 * @param {any} which
 * @returns {Value}
 */
function take(rows, which) {
  const all = given(rows);
  return Array.isArray(which) ? made(which, (each) => take(all, each)) : item(all, which);
}

/**
 * The first one that no other one exceeds.
 * @param {any[]} several
 * @param {(each: number, best: number) => boolean} exceeds
 */
function extreme(several, exceeds) {
  const all = several.length === 1 ? [...several[0]] : several;
  insist(all.length > 0);
  return all.map(number).reduce((best, each) => (exceeds(each, best) ? each : best));
}

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
  array: asArray,
  asarray: given,
  arange: (/** @type {number} */ count) => NdArray.from({ length: Math.max(0, count) }, (_, i) => i),
  clip: (/** @type {Value} */ value, /** @type {any} */ least, /** @type {any} */ most) => {
    const [low, high] = [number(least), number(most)];
    return lifted((each) => (each < low ? low : each > high ? high : each))(value);
  },
  hypot: (/** @type {Value} */ a, /** @type {Value} */ b) => hypot(given(a), given(b)),
  linspace,
  log: lifted((value) => {
    insist(!(value <= 0), "the logarithm of what is not above 0");
    return Math.log(value);
  }),
  mean,
  repeat: (/** @type {any} */ values, /** @type {number} */ times) => {
    insist(times >= 0);
    const all = given(values);
    return array(isArray(all) ? all.flat(Infinity) : [all]).flatMap((each) => Array(times).fill(each));
  },
  sign: lifted((value) => Math.sign(value) + 0),
  take,
  transpose: (/** @type {any} */ rows) => {
    const values = given(rows);
    insist(depth(values) < 3);
    return depth(values) < 2 ? values : columns(values);
  },
};

/** By the names that derived code calls them. */
export const python = {
  op: operators,
  np,
  Run,
  truth,
  format,
  str,
  item,
  and: (/** @type {any} */ first, /** @type {(() => any)[]} */ ...others) => others.reduce((before, each) => (truth(before) ? each() : before), first),
  or: (/** @type {any} */ first, /** @type {(() => any)[]} */ ...others) => others.reduce((before, each) => (truth(before) ? before : each()), first),
  /** What is whole stays so, without a sign at 0; JavaScript leaves out whole numbers beyond its own. */
  int: (/** @type {any} */ value) => { insist(Number.isSafeInteger(value)); return value + 0; },
  append: (/** @type {any} */ several, /** @type {any} */ value) => {
    insist(Array.isArray(several) && !(several instanceof NdArray));
    /** @type {any[]} */ (several).push(value);
  },
  step: (/** @type {any} */ run, /** @type {any} */ grads) => { insist(run instanceof Run); run.step(grads); },
  isString: (/** @type {any} */ value) => typeof value === "string",
  slice: (/** @type {any} */ value, /** @type {number[]} */ ...ends) => { insist(Array.isArray(value)); return value.slice(...ends); },
  field: (/** @type {any} */ owner, /** @type {string} */ name) => {
    insist(owner !== null && typeof owner === "object" && !Array.isArray(owner) && !isDict(owner) && name in owner, name);
    return owner[name];
  },
  items: (/** @type {any} */ dict) => { insist(isDict(dict)); return Object.entries(dict); },
  join: (/** @type {string} */ between, /** @type {any} */ several) => {
    const all = [...several];
    insist(all.every((each) => typeof each === "string"));
    return all.join(between);
  },
  replace: (/** @type {string} */ text, /** @type {string} */ old, /** @type {string} */ by) => { insist(old !== ""); return text.replaceAll(old, () => by); },
  removesuffix: (/** @type {string} */ text, /** @type {string} */ end) => (end && text.endsWith(end) ? text.slice(0, -end.length) : text),
  /** No blank between Chinese characters where a value was filled in, as in course/text.py. */
  closed: (/** @type {string} */ text) => text.replace(/([\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g, "$1"),
  /**
   * Colours of the palette as variables, as course/grading/palette.py has it: the page has their dark shades.
   * @param {string} markup
   * @param {string} colours the palette's, with | between them
   */
  themed: (markup, colours) => {
    const colour = new RegExp(`(^|[^,\\w])(${colours})\\b`, "gi");
    return markup.replace(/<[a-z](?:[^<>"]|"[^"]*")*>/gi, (tag) => tag.replace(colour, (_, before, found) =>
      `${before}var(--dh-${found.slice(1).toLowerCase()},${found.toUpperCase()})`));
  },
  abs: (/** @type {any} */ value) => { insist(!Array.isArray(value) || isArray(value)); return lifted(Math.abs)(value); },
  float: (/** @type {any} */ value) => number(value),
  len: (/** @type {any} */ value) => { insist(Array.isArray(value) || isDict(value)); return (isDict(value) ? Object.keys(value) : value).length; },
  max: (/** @type {any[]} */ ...several) => extreme(several, (each, best) => each > best),
  min: (/** @type {any[]} */ ...several) => extreme(several, (each, best) => each < best),
  enumerate: (/** @type {any} */ values) => [...values].map((each, i) => [i, each]),
  range: (/** @type {number[]} */ ...ends) => {
    const [from, to, step] = ends.length === 1 ? [0, ends[0], 1] : [ends[0], ends[1], ends[2] ?? 1];
    insist(step !== 0);
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
  },
  zip: (/** @type {boolean} */ strict, /** @type {any[]} */ ...several) => {
    const lists = several.map((each) => [...each]);
    const length = Math.min(...lists.map((each) => each.length));
    insist(!strict || lists.every((each) => each.length === length), "lengths");
    return Array.from({ length }, (_, i) => lists.map((each) => each[i]));
  },
  /** What a function has been asked beforehand, by what it was asked; lists of numpy's come back as such. */
  table: (/** @type {Record<string, any>} */ found, /** @type {boolean} */ arrays) => {
    const answers = Object.fromEntries(Object.entries(found).map(([key, each]) => [key, arrays ? asArray(each) : each]));
    return (/** @type {number[]} */ ...args) => {
      const key = args.join(", ");
      insist(Object.hasOwn(answers, key), key);
      return answers[key];
    };
  },
};
