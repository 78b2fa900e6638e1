// @ts-check
// The pictures of a figure, one for each setting of its controls: packed by capture.py, which writes each element once.

import { unpacked } from "./unpack.js";

export class Pictures {
  /**
   * @param {string[]} parts
   * @param {number[][]} steps of each picture: the numbers of its parts, each less the one before
   */
  constructor(parts, steps) {
    this.parts = parts;
    this.steps = steps;
  }

  /** @param {string} packed */
  static async read(packed) {
    const [parts, steps] = await unpacked(packed);
    return new Pictures(parts, steps);
  }

  /**
   * A picture as text.
   * @param {number} number
   */
  at(number) {
    let part = 0;
    return (this.steps[number] ?? []).map((step) => this.parts[(part += step)]).join("");
  }
}
