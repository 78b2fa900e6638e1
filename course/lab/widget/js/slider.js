// @ts-check
// A slider of ipywidgets as the browser's own: it has a name, says its true value, and follows a finger.
/** @import { AnyModel, AnyWidget } from "@anywidget/types" */

import { make } from "./elements.js";
import { clamp, number } from "./digits.js";

const RESTING = 900; // milliseconds after which a slider counts as let go

/**
 * The traits of ipywidgets' sliders: a selection has labels and an index, a logarithmic one a base.
 * @typedef {{ value: number, index: number, _options_labels?: string[], base?: number, min: number, max: number,
 *   step: number, description: string, spoken: string, tooltip: string | null, readout: boolean,
 *   readout_format: string, disabled: boolean, continuous_update: boolean }} SliderTraits
 */

/**
 * A number in a format of Python's, as far as sliders use them: `.2f`, `.1e`, `d`, else significant digits.
 * @param {number} value
 * @param {string} format
 */
function formatted(value, format) {
  const digits = Number(/\.(\d+)/.exec(format)?.[1] ?? 6);
  if (format.endsWith("f")) return value.toFixed(digits);
  if (format.endsWith("e")) return value.toExponential(digits);
  if (format.endsWith("d")) return String(Math.round(value));
  return String(Number(value.toPrecision(Math.max(1, digits))));
}

/**
 * What the picture beside a slider shows, as it is told to those who cannot see it: the nearest one around the slider.
 * Nothing where the piece tells it by itself.
 * @param {HTMLElement} el
 */
function pictureBeside(el) {
  for (let box = el.parentElement; box && !box.matches(".jp-Cell, body"); box = box.parentElement) {
    if (box.querySelector("[aria-live]:not(.course-slider-heard)")) return "";
    const picture = box.querySelector('svg[role="img"]');
    if (picture) return picture.getAttribute("aria-label") ?? "";
  }
  return "";
}

/** Where a slider's stops are, whatever kind it is of. */
class Scale {
  /** @param {AnyModel<SliderTraits>} model */
  constructor(model) {
    this.model = model;
    this.labels = model.get("_options_labels");
    this.base = model.get("base");
  }

  /** The number of the last stop; the first is 0. */
  get last() {
    if (this.labels) return this.labels.length - 1;
    const { model } = this;
    return Math.ceil((model.get("max") - model.get("min")) / model.get("step") - 1e-6);
  }

  /** The stop nearest to where the slider is. */
  get stop() {
    const { model, base } = this;
    if (this.labels) return model.get("index");
    const value = model.get("value");
    const place = base ? Math.log(value) / Math.log(base) : value;
    return clamp(Math.round((place - model.get("min")) / model.get("step")), 0, this.last);
  }

  /**
   * The value of a stop.
   * @param {number} stop
   */
  at(stop) {
    const { model, base } = this;
    const place = Math.min(model.get("min") + stop * model.get("step"), model.get("max"));
    return base ? base ** place : Number(place.toPrecision(12));
  }

  /** What the slider shows. */
  get text() {
    const { model, labels } = this;
    return labels ? labels[model.get("index")] : formatted(model.get("value"), model.get("readout_format") || "d");
  }

  /** The same as it is said: nobody hears what "1.0e-8" means. */
  get spoken() {
    const { text } = this;
    return /^-?[\d.]+e[-+]?\d+$/.test(text) ? number(Number(text)) : text;
  }

  /**
   * Take a number that was typed; null if it is none.
   * @param {string} typed
   */
  read(typed) {
    const value = Number(typed.trim().replace("−", "-").replace(",", "."));
    if (!typed.trim() || !Number.isFinite(value)) return null;
    const { model, base } = this;
    const ends = [model.get("min"), model.get("max")].map((end) => (base ? base ** end : end));
    return clamp(value, ends[0], ends[1]);
  }
}

class SliderView {
  /**
   * @param {AnyModel<SliderTraits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.scale = new Scale(model);
    el.classList.add("course-slider");
    this.label = make("label", "", el);
    this.input = make("input", "", el, { type: "range", min: 0, step: 1 });
    this.label.htmlFor = this.input.id = `slider-${crypto.randomUUID?.() ?? Math.random()}`;
    this.value = this.scale.labels
      ? make("span", "course-slider-value", el, { "aria-hidden": "true" })
      : make("input", "course-slider-value", el, { type: "text", inputmode: "decimal", autocomplete: "off" });
    this.heard = make("span", "course-slider-heard", el, { role: "status", "aria-live": "polite" });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.telling = undefined;
    this.changed = () => this.show();
    for (const trait of NAMES) model.on(`change:${trait}`, this.changed);
    this.input.addEventListener(model.get("continuous_update") ? "input" : "change", () => this.take());
    this.value.addEventListener("change", () => this.typed());
    this.value.addEventListener("keydown", (event) => { if (event.key === "Enter") this.typed(); });
    this.show();
  }

  show() {
    const { model, scale, input, label, value } = this;
    scale.labels = model.get("_options_labels");
    label.textContent = model.get("description");
    label.title = model.get("tooltip") ?? "";
    input.max = String(scale.last);
    input.value = String(scale.stop);
    input.disabled = model.get("disabled");
    input.setAttribute("aria-label", model.get("spoken"));
    input.setAttribute("aria-valuetext", scale.spoken);
    value.hidden = !model.get("readout");
    if (value instanceof HTMLInputElement) {
      value.value = scale.text;
      value.disabled = model.get("disabled");
      value.setAttribute("aria-label", model.get("spoken"));
    } else value.textContent = scale.text;
  }

  /** The handle has been moved to another stop. */
  take() {
    const stop = Number(this.input.value);
    if (this.scale.labels) this.model.set("index", stop);
    else this.model.set("value", this.scale.at(stop));
    this.model.save_changes();
    this.tell();
  }

  typed() {
    const value = this.value instanceof HTMLInputElement ? this.scale.read(this.value.value) : null;
    if (value !== null) {
      this.model.set("value", this.model.get("readout_format") === "d" ? Math.round(value) : value);
      this.model.save_changes();
    }
    this.show();
    this.tell();
  }

  /** Once the slider rests and the picture has followed, say what it shows now. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => { this.heard.textContent = pictureBeside(this.el); }, RESTING);
  }

  destroy() {
    clearTimeout(this.telling);
    for (const trait of NAMES) this.model.off(`change:${trait}`, this.changed);
  }
}

/** @type {(keyof SliderTraits)[]} */
const NAMES = [
  "value", "index", "_options_labels", "min", "max", "step", "description", "spoken", "tooltip", "readout", "disabled",
];

/** @type {AnyWidget<SliderTraits>} */
export default {
  render({ model, el }) {
    const view = new SliderView(model, el);
    return () => view.destroy();
  },
};
