// @ts-check
// What the reader's controls say in the page, where it is known before any kernel hears of it, and also without one.
/** @import { AnyModel } from "@anywidget/types" */
/** @import { Control, Followed, Traits, Values } from "./values.js" */

const REFERENCE = "IPY_MODEL_"; // how ipywidgets begins the name of another widget's model

/**
 * The models of controls, by their references; those that the front end cannot find are left out.
 * @param {AnyModel<Traits>} model
 * @param {string[]} references
 * @returns {Promise<Map<string, Control>>}
 */
const modelsOf = async (model, references) => {
  const found = await Promise.allSettled(references.map(async (each) => (
    /** @type {Promise<Control>} */ (model.widget_manager.get_model(each.slice(REFERENCE.length)))
  )));
  return new Map(found.flatMap((each, i) => (
    each.status === "fulfilled" && each.value ? [[references[i], each.value]] : []
  )));
};

export class Controls {
  /**
   * @param {AnyModel<Traits>} model
   * @param {{ found: () => void, moved: () => void, chosen: () => void, turned: () => void,
   *   compared: () => void, reset: () => void }} calls
   *   once the controls are known, when one of them has been moved, when another landscape, another angle or another
   *   rule to compare with has been chosen, and when all is to be put back
   */
  constructor(model, { found, moved, chosen, turned, compared, reset }) {
    this.model = model;
    this.found = found;
    this.moved = moved;
    /** @type {["choice" | "turner" | "against" | "reset", () => void][]} the controls of no rule, and what each does */
    this.bar = [["choice", chosen], ["turner", turned], ["against", compared], ["reset", reset]];
    /** @type {Map<string, Control>} by its reference */
    this.models = new Map();
    this.round = 0;
  }

  /** Find the models of the controls that there are now. */
  async follow() {
    const { model } = this;
    const round = ++this.round;
    const sliders = model.get("rules").flatMap(({ controls }) => Object.values(controls));
    const references = [...sliders, ...this.bar.map(([name]) => model.get(name))].filter(Boolean);
    const found = await modelsOf(model, references);
    if (round !== this.round) return; // there are others by now
    this.leave();
    this.models = found;
    this.listen("on");
    if (!sliders.every((each) => found.has(each)) && !model.get("blind")) {
      model.set("blind", true); // the kernel is to tell what they say
      model.save_changes();
    }
    this.found();
  }

  /** @param {"on" | "off"} how */
  listen(how) {
    const own = new Map(this.bar.map(([name, call]) => [this.model.get(name), call]));
    for (const [reference, each] of this.models) {
      const call = own.get(reference) ?? this.moved;
      for (const trait of ["value", "index", "clicks"]) each[how](`change:${trait}`, call);
    }
  }

  /**
   * Which entry of one of the bar's lists is chosen.
   * @param {"choice" | "against"} name
   */
  chosen(name) { return this.models.get(this.model.get(name))?.get("index") ?? 0; }

  /** By how many degrees the landscape is to be turned; undefined as long as that control has not been found. */
  get angle() { return this.models.get(this.model.get("turner"))?.get("value"); }

  /**
   * What the controls of a rule say; what they said when it was last told, as long as they have not been found.
   * @param {Followed} rule
   * @returns {Values}
   */
  values({ controls, options, values }) {
    /** @type {Values} */
    const found = {};
    for (const [name, told] of Object.entries(values)) {
      const model = this.models.get(controls[name]);
      found[name] = !model ? told : name in options ? options[name][model.get("index")] : model.get("value");
    }
    return found;
  }

  /**
   * Put the control of a rule to a value.
   * @param {Followed} rule
   * @param {string} name
   * @param {number | boolean} value
   */
  put({ controls, options, values }, name, value) {
    const model = this.models.get(controls[name]);
    if (!model) values[name] = value;
    else if (name in options) model.set("index", options[name].indexOf(Number(value)));
    else model.set("value", value);
  }

  leave() {
    this.listen("off");
    this.models = new Map();
  }
}
