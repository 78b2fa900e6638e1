// @ts-check
// The interactive figures of a page: each is built from its description (capture.py), with the notebook's own scripts.
/** @import { Offer } from "./offers.js" */

import { element, reach } from "./dom.js";
import { Model } from "./model.js";
import { offered } from "./offers.js";
import { Pictures } from "./pictures.js";
import { python } from "./python.js";
import { bytes, unpacked } from "./unpack.js";

/**
 * One widget: `t` its kind, `n` its number, `c` its classes, `k` what is inside, `m` what its script asks of a model.
 * @typedef {{ t: string, n?: number, c?: string, k?: Node[], m?: Record<string, any>, v?: string, label?: string,
 *   options?: string[], index?: number, value?: boolean, tip?: string, hidden?: boolean, turns?: boolean[],
 *   as?: string }} Node
 * @typedef {{ kind: string, tree: Node, controls?: number[], sizes?: number[], settles?: boolean, picture?: number,
 *   frames?: string, options?: (number[] | null)[], memory?: any, second?: number, unfolded?: Record<string, string[]> }} Described
 * @typedef {{ words: Record<string, string>, about: Record<string, string>, others: string, noise: string }} Common `others`: packed
 * @typedef {{ render: (shown: { model: any, el: HTMLElement }) => unknown }} Face
 */

/** @type {any} */
const shared = globalThis;
const REFERENCE = "IPY_MODEL_";

class Piece {
  /**
   * @param {Described} described
   * @param {Common} common
   */
  constructor(described, common) {
    this.described = described;
    this.common = common;
    /** @type {Offer[]} */
    this.others = [];
    /** @type {Record<string, Face>} */
    this.faces = shared.downhillFaces;
    /** @type {Map<number, Model>} */
    this.models = new Map();
    /** @type {Map<number, HTMLElement>} */
    this.elements = new Map();
    /** @type {(() => void)[]} what is to be drawn once all stands in the page */
    this.later = [];
  }

  /** @param {Record<string, any>} state */
  model(state) { return new Model(state, (number) => this.models.get(Number(number))); }

  /**
   * Build a node and what is inside it.
   * @param {Node} node
   * @param {HTMLElement} parent
   */
  build(node, parent) {
    const el = element("div", node.c ?? "", parent);
    el.hidden = node.hidden ?? false;
    const build = /** @type {Record<string, (node: Node, el: HTMLElement) => void>} */ ({
      row: (each, box) => this.box(each, box, "widget-hbox"),
      column: (each, box) => this.box(each, box, "widget-vbox"),
      html: (each, box) => this.html(each, box),
      list: (each, box) => this.list(each, box),
      check: (each, box) => this.check(each, box),
      button: (each, box) => this.button(each, box),
      press: (each, box) => this.face("press", each, box, { ...each.m, clicks: 0 }),
      slider: (each, box) => this.face("slider", each, box, complete(each.m ?? {}, this.common)),
      canvas: (each, box) => this.canvas(each, box),
    })[node.t];
    build?.(node, el);
    if (node.n !== undefined) this.elements.set(node.n, el);
  }

  /**
   * @param {Node} node
   * @param {HTMLElement} el
   * @param {string} kind
   */
  box(node, el, kind) {
    el.classList.add("widget-box", kind);
    for (const each of node.k ?? []) this.build(each, el);
  }

  /**
   * @param {Node} node
   * @param {HTMLElement} el
   */
  html(node, el) {
    el.classList.add("widget-html");
    const content = element("div", "widget-html-content", el);
    content.innerHTML = node.v ?? "";
    new ResizeObserver(() => reach(content)).observe(content); // its figure may move under the finger on a phone
  }

  /**
   * @param {Node} node
   * @param {HTMLElement} el
   */
  list(node, el) {
    el.classList.add("widget-dropdown");
    const label = element("label", "widget-label", el);
    label.textContent = node.label ?? "";
    const select = /** @type {HTMLSelectElement} */ (element("select", "", label));
    for (const each of node.options ?? []) element("option", "", select).textContent = each;
    select.selectedIndex = node.index ?? 0;
    const model = this.keep(node, { index: node.index });
    select.addEventListener("change", () => model.set("index", select.selectedIndex));
    model.on("change:index", () => { select.selectedIndex = model.get("index"); });
  }

  /**
   * @param {Node} node
   * @param {HTMLElement} el
   */
  check(node, el) {
    el.classList.add("widget-checkbox");
    const label = element("label", "widget-label-basic", el, node.tip ? { title: node.tip } : {});
    const box = /** @type {HTMLInputElement} */ (element("input", "", label, { type: "checkbox" }));
    label.append(node.label ?? "");
    box.checked = node.value ?? false;
    const model = this.keep(node, { value: node.value ?? false });
    box.addEventListener("change", () => model.set("value", box.checked));
    model.on("change:value", () => { box.checked = model.get("value"); });
  }

  /**
   * @param {Node} node
   * @param {HTMLElement} el
   */
  button(node, el) {
    const button = element("button", "", el, { type: "button" });
    button.textContent = node.label ?? "";
    const model = this.keep(node, { clicks: 0, pressed: 0 });
    button.addEventListener("click", () => model.set("pressed", model.get("pressed") + 1));
  }

  /**
   * @param {string} name
   * @param {Node} node
   * @param {HTMLElement} el
   * @param {Record<string, any>} state
   */
  face(name, node, el, state) {
    const model = this.keep(node, state);
    this.later.push(() => this.faces[name].render({ model, el }));
  }

  /**
   * @param {Node} node
   * @param {HTMLElement} el
   */
  canvas(node, el) {
    const { common: { words, about, noise }, others } = this;
    const model = this.model({
      ...node.m, words, about, others, blind: false, walks: [], paths: null,
      noise: new DataView(bytes(noise).buffer),
    });
    this.later.push(() => {
      this.faces.canvas.render({ model, el });
      this.turnable(model);
      this.comparable(model);
    });
  }

  /**
   * The slider of the angle is there where a landscape can be turned.
   * @param {Model} model of the canvas
   */
  turnable(model) {
    const [choice, turner] = ["choice", "turner"].map((name) => Number(model.get(name).slice(REFERENCE.length)));
    const turns = find(this.described.tree, turner)?.turns ?? [];
    const [chosen, el] = [this.models.get(choice), this.elements.get(turner)];
    chosen?.on("change:index", () => { if (el) el.hidden = !turns[chosen.get("index")]; });
  }

  /**
   * Whichever second optimizer is chosen has sliders: what the kernel does in a notebook.
   * @param {Model} model of the canvas
   */
  comparable(model) {
    const against = this.models.get(Number(model.get("against").slice(REFERENCE.length)));
    const place = this.elements.get(this.described.second ?? -1);
    against?.on("change:index", () => {
      place?.replaceChildren();
      const rules = model.get("rules").filter((/** @type {any} */ each) => each.role !== "compare");
      const offer = this.others[against.get("index") - 1];
      if (offer && place) {
        const { panel, rule } = offered(offer, model.get("landscape"), this.described.unfolded?.[offer.stem] ?? []);
        this.build(panel, place);
        this.draw();
        rules.push(rule);
      }
      model.set("rules", rules);
    });
  }

  /**
   * @param {Node} node
   * @param {Record<string, any>} state
   */
  keep(node, state) {
    const model = this.model(state);
    if (node.n !== undefined) this.models.set(node.n, model);
    return model;
  }

  /**
   * Put the piece into the page, in place of its picture.
   * @param {HTMLElement} place
   */
  async show(place) {
    const { described } = this;
    if (described.kind === "descent") this.others = await (read.others ??= unpacked(this.common.others));
    const made = element("div", "piece");
    this.build(described.tree, made);
    const pictures = described.frames ? await Pictures.read(described.frames) : null;
    if (pictures) this.follow(pictures);
    const scene = shared.downhillScenes?.[Number(place.dataset.piece)];
    if (scene) this.compute(scene(python));
    place.replaceChildren(made);
    this.draw();
    place.dataset.ready = "true";
  }

  /** Draw what stands in the page by now. */
  draw() { for (const each of this.later.splice(0)) each(); }

  /**
   * Compute the picture anew whenever a control moves; some change what is remembered first.
   * @param {{ scene: (...values: any[]) => string, turns: Record<string, (...values: any[]) => any> }} derived
   */
  compute({ scene, turns }) {
    const { controls = [], options = [], picture = 0, memory } = this.described;
    const shown = this.elements.get(picture)?.firstElementChild;
    if (!shown) return;
    let remembered = memory === undefined ? [] : [memory];
    const values = () => controls.map((number, i) => {
      const model = this.models.get(number);
      return options[i]?.[model?.get("index")] ?? model?.get("pressed") ?? model?.get("value");
    });
    const draw = () => { shown.innerHTML = scene(...remembered, ...values()); };
    for (const number of new Set([...Object.keys(turns).map(Number), ...controls])) {
      for (const name of ["pressed", "index", "value"]) {
        this.models.get(number)?.on(`change:${name}`, () => {
          if (turns[number]) remembered = [turns[number](...remembered, ...values())];
          draw();
        });
      }
    }
    draw();
  }

  /**
   * Show the picture that belongs to what the controls say.
   * @param {Pictures} pictures
   */
  follow(pictures) {
    const { controls = [], sizes = [], settles = false, picture = 0 } = this.described;
    const models = controls.map((number) => this.models.get(number));
    const shown = this.elements.get(picture)?.firstElementChild;
    if (!shown) return;
    const draw = () => {
      const at = models.map((model) => Number(model?.get("clicks") ?? model?.get("index") ?? model?.get("value")));
      shown.innerHTML = pictures.at(at.reduce((before, each, i) => before * sizes[i] + each, 0));
    };
    models.forEach((model, i) => {
      model?.on("change:pressed", () => {
        model.state.clicks = settles ? 1 : (model.get("clicks") + 1) % sizes[i];
        draw();
      });
      for (const name of ["index", "value"]) {
        model?.on(`change:${name}`, () => {
          // What a button has set in motion stands from the next move of a slider on.
          for (const each of models) if (settles && each?.get("clicks")) each.state.clicks = 2;
          draw();
        });
      }
    });
    draw();
  }
}

/**
 * What a slider's script asks for, where its description leaves out what is usual.
 * @param {Record<string, any>} told
 * @param {any} common
 */
function complete(told, common) {
  const usual = {
    value: 0, min: 0, max: 1, step: 1, description: "", spoken: "", tooltip: null, readout_format: "", disabled: false,
    continuous_update: true, interval: 0, words: common.slider,
  };
  return { ...usual, ...told };
}

/**
 * The node of a number.
 * @param {Node} node
 * @param {number} number
 * @returns {Node | undefined}
 */
function find(node, number) {
  if (node.n === number) return node;
  for (const each of node.k ?? []) {
    const found = find(each, number);
    if (found) return found;
  }
  return undefined;
}

/** @type {{ describedBy?: Described[], others?: Promise<Offer[]> }} */
const read = {};

shared.downhillLab = {
  /**
   * Bring a figure to life.
   * @param {HTMLElement} place
   */
  show: (place) => {
    read.describedBy ??= JSON.parse(document.getElementById("pieces")?.textContent ?? "[]");
    const described = read.describedBy?.[Number(place.dataset.piece)];
    return described ? new Piece(described, shared.downhillCommon).show(place) : Promise.resolve();
  },
};
