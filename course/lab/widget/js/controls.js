// @ts-check
// What the reader's controls say in the page, where it is known before any kernel hears of it.
/** @import { AnyModel } from "@anywidget/types" */
/** @import { Control, Followed, Traits, Values } from "./values.js" */

const REFERENCE = "IPY_MODEL_"; // how ipywidgets begins the name of another widget's model

export class Controls {
  /**
   * @param {AnyModel<Traits>} model
   * @param {{ found: () => void, moved: () => void, chosen: () => void }} calls once the controls are known, when one
   *   of them has been moved, and when another landscape has been chosen
   */
  constructor(model, { found, moved, chosen }) {
    this.model = model;
    this.found = found;
    this.moved = moved;
    this.chosen = chosen;
    /** @type {Map<string, Control>} by its reference */
    this.models = new Map();
    this.round = 0;
  }

  /** Find the models of the controls that there are now. */
  async follow() {
    const round = ++this.round;
    const rules = this.model.get("rules");
    const references = [this.model.get("choice"), ...rules.flatMap(({ controls }) => Object.values(controls))];
    const manager = this.model.widget_manager;
    const found = await Promise.all(references.map((each) => manager.get_model(each.slice(REFERENCE.length))));
    if (round !== this.round) return; // there are others by now
    this.leave();
    references.forEach((each, i) => this.models.set(each, /** @type {Control} */ (found[i])));
    for (const each of this.models.values()) {
      each.on("change:value", this.moved);
      each.on("change:index", each === this.choice ? this.chosen : this.moved);
    }
    this.found();
  }

  /** The dropdown of landscapes. */
  get choice() { return this.models.get(this.model.get("choice")); }

  /**
   * What the controls of a rule say; nothing while they are being looked for.
   * @param {Followed} rule
   * @returns {Values | null}
   */
  values({ controls, options }) {
    /** @type {Values} */
    const found = {};
    for (const [name, reference] of Object.entries(controls)) {
      const model = this.models.get(reference);
      if (!model) return null;
      found[name] = name in options ? options[name][model.get("index")] : model.get("value");
    }
    return found;
  }

  leave() {
    for (const each of this.models.values()) {
      each.off("change:value", this.moved);
      each.off("change:index", each === this.choice ? this.chosen : this.moved);
    }
    this.models.clear();
  }
}
