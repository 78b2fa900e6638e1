// @ts-check
// The walks of a rule that only the kernel can run: those that it was asked for, and those that it computed ahead.
/** @import { At, Described, Walk } from "./values.js" */

import { unpack } from "./values.js";

const MOST = 500; // walks kept; one of 200 steps takes some 8 kB

/**
 * The name of a setting. The page and the kernel need not agree on a slider's stop to the last digit.
 * @param {At} at
 */
function nameOf({ landscape, angle, start, values }) {
  const names = Object.keys(values).sort(); // a saved notebook has them in another order
  const told = names.map((name) => `${name} ${Number(values[name]).toPrecision(9)}`);
  return [landscape, angle ?? 0, ...start, ...told].join("|");
}

export class Answers {
  constructor() {
    /** @type {Map<string, Walk>} */
    this.known = new Map();
    /** @type {Walk | null} the one that is shown while the kernel has not answered */
    this.last = null;
    this.version = "";
  }

  /**
   * Keep what the kernel sent; what an earlier version of the learner's file did is forgotten.
   * @param {Described[]} described
   * @param {DataView} view
   * @param {boolean} ahead whether the kernel computed it unasked
   */
  learn(described, view, ahead) {
    for (const walk of unpack(described, view)) {
      if (walk.at.version !== this.version) this.known.clear();
      this.version = walk.at.version;
      this.known.set(nameOf(walk.at), walk);
      if (!ahead) this.last = walk;
      if (this.known.size > MOST) this.known.delete(/** @type {string} */ (this.known.keys().next().value));
    }
  }

  /**
   * The walk at a setting; until it arrives, the last one found or answered.
   * @param {Omit<At, "version">} at
   */
  find(at) {
    this.last = this.known.get(nameOf({ ...at, version: "" })) ?? this.last;
    return this.last;
  }
}
