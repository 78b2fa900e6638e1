// @ts-check
// Stands in for a model of ipywidgets': values with names, and who wants to hear when one changes.

/** @typedef {(...args: any[]) => void} Call */

export class Model {
  /**
   * @param {Record<string, any>} state
   * @param {(number: string) => Model | undefined} others finds another model of the same piece
   */
  constructor(state, others) {
    this.state = state;
    /** @type {Map<string, Set<Call>>} */
    this.heard = new Map();
    this.widget_manager = { get_model: async (/** @type {string} */ number) => others(number) };
  }

  /** @param {string} name */
  get(name) { return this.state[name]; }

  /**
   * @param {string} name
   * @param {any} value
   */
  set(name, value) {
    if (Object.is(this.state[name], value)) return;
    this.state[name] = value;
    for (const call of [...(this.heard.get(`change:${name}`) ?? [])]) call();
  }

  /**
   * @param {string} name
   * @param {Call} call
   */
  on(name, call) {
    this.heard.set(name, (this.heard.get(name) ?? new Set()).add(call));
  }

  /**
   * @param {string} name
   * @param {Call} call
   */
  off(name, call) { this.heard.get(name)?.delete(call); }

  /** There is no kernel to tell. */
  save_changes() {}
}
