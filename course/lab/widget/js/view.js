// @ts-check
// One shown widget: its elements, what the reader does to them, and when it is drawn.
/** @import { AnyModel } from "@anywidget/types" */
/** @import { Described, Traits } from "./values.js" */

import { Chart } from "./chart.js";
import { Controls } from "./controls.js";
import { LANDSCAPES } from "./derived.js";
import { make } from "./elements.js";
import { MapPicture } from "./map.js";
import { Scene } from "./scene.js";
import { clamp } from "./digits.js";
import { fill } from "./fill.js";
import { Legend, sentence } from "./words.js";

const PLAY_STEPS_PER_SECOND = 24;
const TELL_AFTER = 40; // milliseconds from the picture to its words …
const TELL_MOVING = 150; // … and while a control moves, when words would only flicker
const KERNEL = 300; // milliseconds that the kernel has to answer
const FINGER = 32; // pixels around the start that a finger may hit
const TAP = 10; // pixels that a finger may move and still have tapped
const RESTING = 700; // milliseconds after which a control counts as let go

const ICONS = {
  back: "M2 2h2v10H2zM12 2v10L5 7z",
  previous: "M10 2v10L3 7z",
  play: "M3 1.5v11L12 7z",
  pause: "M3 2h3v10H3zM8 2h3v10H8z",
  next: "M4 2v10l7-5z",
};

/**
 * A paragraph for every text that is not empty; what stands between backticks is code.
 * @param {string[]} texts
 */
const paragraphs = (texts) => texts.filter(Boolean).map((text) => {
  const paragraph = make("p");
  text.split("`").forEach((part, i) => paragraph.append(i % 2 ? Object.assign(make("code"), { textContent: part }) : part));
  return paragraph;
});

export class View {
  /**
   * @param {AnyModel<Traits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.playing = false;
    this.hidden = 0;
    /** @type {number | null} a frame that has been asked for */
    this.frame = null;
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.telling = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.quiet = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.choosing = undefined;
    this.laid = -Infinity;
    this.stale = true;

    const root = (this.root = make("div", "downhill-view", el));
    this.controls = new Controls(model, {
      found: () => this.change(), moved: () => this.move(), chosen: () => this.choose(), turned: () => this.turn(),
      compared: () => this.compare(), reset: () => this.put(() => this.scene.reset()),
    });
    const scene = (this.scene = new Scene(model, this.controls, root));
    const { words } = scene;
    make("p", "downhill-alone", root).textContent = words.alone;
    this.notes = make("div", "downhill-notes", root);
    const pictures = make("div", "downhill-pictures", root);
    this.map = new MapPicture(make("canvas", "downhill-map", pictures, {
      tabindex: "0", role: "application", "aria-label": words.map, "aria-roledescription": words.mapRole,
    }), scene);
    this.chart = new Chart(
      make("canvas", "downhill-chart", pictures, { role: "img", "aria-label": words.chart }), scene,
    );
    const time = make("div", "downhill-time", root, { role: "group", "aria-label": words.scrub });
    this.buttons = {
      back: this.button("back", time),
      previous: this.button("previous", time),
      play: this.button("play", time),
      next: this.button("next", time),
    };
    this.scrub = make("input", "downhill-scrub", time, { type: "range", min: 0, step: 1, "aria-label": words.scrub });
    this.count = make("span", "downhill-count", time);
    this.legend = new Legend(make("ul", "downhill-legend", root), scene);
    this.said = make("div", "downhill-said", root);
    this.about = make("p", "downhill-about", root);
    this.heard = make("div", "downhill-heard", root, { role: "status", "aria-live": "polite" });

    this.listen();
    this.receive();
    void this.controls.follow();
  }

  /**
   * @param {keyof typeof ICONS} name
   * @param {HTMLElement} parent
   */
  button(name, parent) {
    const button = make("button", `downhill-${name}`, parent, { type: "button" });
    this.label(button, name);
    return button;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {keyof typeof ICONS} name
   */
  label(button, name) {
    button.innerHTML = `<svg viewBox="0 0 14 14" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    button.title = this.scene.words[name];
    button.setAttribute("aria-label", this.scene.words[name]);
  }

  listen() {
    const { model, scene, buttons, map, chart } = this;
    this.onPaths = () => this.receive();
    model.on("change:paths", this.onPaths);
    model.on("change:walks", this.onPaths);
    /** @type {(message: { ahead?: Described[] }, buffers: DataView[]) => void} */
    this.onMessage = ({ ahead }, [numbers]) => {
      if (!ahead) return;
      scene.answers.learn(ahead, numbers, true);
      this.change();
    };
    model.on("msg:custom", this.onMessage);
    this.onRules = () => { scene.guest = undefined; void this.controls.follow(); };
    model.on("change:rules", this.onRules);
    this.onGround = () => { map.painted = null; this.laid = performance.now(); scene.rest(); this.change(); };
    model.on("change:landscape", this.onGround);
    model.on("change:angle", this.onGround);
    this.onStart = () => this.change();
    model.on("change:start", this.onStart);

    buttons.back.addEventListener("click", () => { this.pause(); this.show(0); });
    buttons.previous.addEventListener("click", () => { this.pause(); this.show(scene.now - 1); });
    buttons.next.addEventListener("click", () => { this.pause(); this.show(scene.now + 1); });
    buttons.play.addEventListener("click", () => this.toggle());
    this.scrub.addEventListener("input", () => { this.pause(); this.show(Number(this.scrub.value)); });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.pointer(map.canvas, (x, y, rect) => scene.moveStart(...map.place(x / rect.width, y / rect.height)), true);
    this.pointer(chart.canvas, (x) => { this.pause(); this.show(Math.round(chart.step(x))); }, false);
    // The page scrolls under a finger, unless the finger takes hold of the start.
    map.canvas.addEventListener("touchstart", (event) => {
      const [touch] = event.touches;
      if (event.touches.length === 1 && this.onStartMark(touch)) event.preventDefault();
    }, { passive: false });

    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
    this.themed = new MutationObserver(() => { map.painted = null; scene.family = ""; this.draw(); });
    this.themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  }

  /**
   * Whether a finger is on the mark of the start.
   * @param {{ clientX: number, clientY: number }} at
   */
  onStartMark({ clientX, clientY }) {
    const { map } = this;
    const rect = map.canvas.getBoundingClientRect();
    const [x, y] = this.model.get("start");
    return Math.hypot(clientX - rect.left - map.toX(x), clientY - rect.top - map.toY(y)) < FINGER;
  }

  /**
   * Call `move` with the position in the canvas while a mouse button or a finger is down.
   * @param {HTMLCanvasElement} canvas
   * @param {(x: number, y: number, rect: DOMRect) => void} move
   * @param {boolean} held whether a finger must be on the start to drag it: one that scrolls past is not meant
   */
  pointer(canvas, move, held) {
    /** @type {PointerEvent | null} where a finger came down that may be about to scroll */
    let tapped = null;
    /** @param {PointerEvent} event */
    const at = (event) => {
      const rect = canvas.getBoundingClientRect();
      move(event.clientX - rect.left, event.clientY - rect.top, rect);
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.focus({ preventScroll: true });
      tapped = held && event.pointerType === "touch" && !this.onStartMark(event) ? event : null;
      if (tapped) return;
      canvas.setPointerCapture(event.pointerId);
      at(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!tapped && canvas.hasPointerCapture(event.pointerId)) at(event);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (tapped && Math.hypot(event.clientX - tapped.clientX, event.clientY - tapped.clientY) < TAP) at(event);
      tapped = null;
    });
    canvas.addEventListener("pointercancel", () => { tapped = null; });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, [number, number]>} */
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    /** @type {Record<string, number>} */
    const times = { ",": -1, ".": 1 };
    const { scene } = this;
    if (event.target === this.map.canvas && moves[event.key]) {
      const [x, y] = this.model.get("start");
      const by = event.shiftKey ? 0.01 : 0.1;
      scene.moveStart(x + by * moves[event.key][0], y + by * moves[event.key][1]);
    } else if (event.key === " " && !(event.target instanceof HTMLButtonElement)) this.toggle();
    else if (times[event.key]) { this.pause(); this.show(scene.now + times[event.key]); }
    else return;
    event.preventDefault();
  }

  toggle() {
    const { scene } = this;
    if (this.playing) {
      this.pause();
      return;
    }
    if (scene.time >= scene.last) scene.time = 0;
    this.playing = true;
    this.label(this.buttons.play, "pause");
    const began = performance.now() - (1000 * scene.time) / PLAY_STEPS_PER_SECOND;
    /** @param {number} now */
    const tick = (now) => {
      if (!this.playing) return;
      this.show(Math.floor(((now - began) * PLAY_STEPS_PER_SECOND) / 1000));
      if (scene.time >= scene.last) this.pause();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.label(this.buttons.play, "play");
    this.tell();
  }

  /** @param {number} time */
  show(time) {
    this.scene.time = clamp(time, 0, this.scene.last);
    this.draw();
  }

  /** Take what the kernel says of a rule that only it can run. */
  receive() {
    const numbers = this.model.get("paths");
    if (numbers?.byteLength) this.scene.answers.learn(this.model.get("walks"), numbers, false);
    this.change();
  }

  /** A control has moved: while it goes on moving, the axes stay, and earlier paths remain in sight. */
  move() {
    // A rate that comes with another landscape was moved by nobody's hand.
    this.scene.moving = performance.now() - this.laid > KERNEL;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => { this.scene.rest(); this.draw(); }, RESTING);
    this.change();
  }

  /** Another landscape has been chosen. The kernel, if there is one, will say the same. */
  choose() {
    const key = Object.keys(LANDSCAPES)[this.controls.chosen("choice")];
    if (key !== this.model.get("landscape")) this.put(() => this.scene.lay(key));
  }

  /** The landscape is to be turned. The kernel, if there is one, will say the same. */
  turn() {
    const angle = Number(this.controls.angle ?? 0);
    if (angle !== this.model.get("angle")) this.put(() => this.scene.turn(angle));
  }

  /**
   * Put several controls at once, by nobody's hand.
   * @param {() => void} all
   */
  put(all) {
    this.laid = performance.now();
    this.scene.rest();
    all();
    this.change();
  }

  /** Another rule to compare with has been chosen: the kernel makes sliders for it; if none answers, there are none. */
  compare() {
    clearTimeout(this.choosing);
    this.choosing = setTimeout(() => {
      this.scene.compare(this.controls.chosen("against"));
      this.change();
    }, KERNEL);
  }

  /** Something that decides a walk has changed. */
  change() {
    this.stale = true;
    this.draw();
  }

  /** Everything that has changed since the last frame is drawn in the next one, once. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      const { scene } = this;
      if (this.stale) scene.refresh();
      this.stale = false;
      if (!scene.walks.length) return;
      // While JupyterLab changes its theme it hides everything for less than a frame, which no observer sees.
      if (!this.map.canvas.clientWidth) {
        if (this.hidden++ < 5) setTimeout(() => this.draw(), 100);
        return;
      }
      this.hidden = 0;
      this.map.draw();
      this.chart.draw(this.map.canvas);
      this.scrub.max = String(scene.last);
      this.scrub.value = String(scene.now);
      this.telling ??= setTimeout(() => this.tell(), scene.moving ? TELL_MOVING : TELL_AFTER); // the picture first
    });
  }

  tell() {
    const { scene } = this;
    this.telling = null;
    const count = fill(scene.words.count, { t: scene.now, n: scene.last });
    this.count.textContent = count;
    this.scrub.setAttribute("aria-valuetext", count);
    this.about.textContent = scene.model.get("about")[scene.model.get("landscape")];
    const failures = scene.walks.map((walk) => walk.failure);
    const sentences = scene.walks.map((walk) => sentence(scene, walk));
    this.notes.replaceChildren(...paragraphs(failures));
    this.said.replaceChildren(...paragraphs(sentences));
    this.legend.draw();
    clearTimeout(this.quiet);
    // Heard once things stand still: a screen reader could not keep up with every frame.
    if (!this.playing && !scene.moving) {
      this.quiet = setTimeout(() => { this.heard.textContent = [...failures, ...sentences].filter(Boolean).join(" ").replaceAll("`", ""); }, 500);
    }
  }

  destroy() {
    this.playing = false;
    clearTimeout(this.telling ?? undefined);
    clearTimeout(this.quiet);
    clearTimeout(this.resting);
    clearTimeout(this.choosing);
    this.controls.leave();
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.resized?.disconnect();
    this.themed?.disconnect();
    this.model.off("change:paths", this.onPaths);
    this.model.off("change:walks", this.onPaths);
    this.model.off("msg:custom", this.onMessage);
    this.model.off("change:rules", this.onRules);
    this.model.off("change:landscape", this.onGround);
    this.model.off("change:angle", this.onGround);
    this.model.off("change:start", this.onStart);
  }
}
