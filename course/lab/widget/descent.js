// Derived from js/*.js by `course build`: edit those.

// ---- shapes.js
// Colours, and the shapes that map, chart and legend have in common.

const THEMES = {
  light: {
    shade: ["#8fb8cf", "#c5dbdd", "#ece9dc", "#faf6ec"], contour: "rgba(40,66,84,.26)", casing: "rgba(255,255,255,.9)",
    ink: "#1f2328", quiet: "#5b6570", grid: "rgba(31,35,40,.10)", rule: "#0072b2", compare: "#d55e00",
    gradient: "#00795a", buffer: "#a3407f", star: "#1f2328",
  },
  dark: {
    shade: ["#0c2c3b", "#1f3a44", "#38423f", "#4a4a43"], contour: "rgba(225,235,240,.17)", casing: "rgba(0,0,0,.65)",
    ink: "#eef1f4", quiet: "#aab2ba", grid: "rgba(238,241,244,.13)", rule: "#56b4e9", compare: "#e69f00",
    gradient: "#3fd0a4", buffer: "#e69ac4", star: "#ffffff",
  },
};

const NEAR = 0.7; // pixels

/**
 * @typedef {typeof THEMES.light} Theme
 * @typedef {{ color: string, casing: string, width: number, head: number }} ArrowStyle
 */

const ARROWS = {
  gradient: { width: 2.4, head: 9 },
  buffer: { width: 5, head: 14 },
  move: { width: 2.2, head: 9 },
};

/**
 * What to draw on a canvas with; every browser that runs JupyterLab has it.
 * @param {HTMLCanvasElement} canvas
 */
const pen = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * Fit a canvas to its box and the screen's pixels; null while it has no size.
 * @param {HTMLCanvasElement} canvas
 * @param {number} ratio of height to width
 */
function prepare(canvas, ratio) {
  const width = canvas.clientWidth;
  const height = Math.round(width * ratio);
  if (!width) return null;
  const scale = window.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = pen(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, width, height, scale };
}

/**
 * A line over another, wider one in the ground's colour, so that it stands out on every shade.
 * @param {CanvasRenderingContext2D} context
 * @param {string} color
 * @param {string} casing
 * @param {number} width
 * @param {() => void} draw
 */
function cased(context, color, casing, width, draw) {
  for (const { style, extra } of [{ style: casing, extra: 3 }, { style: color, extra: 0 }]) {
    context.strokeStyle = style;
    context.lineWidth = width + extra;
    draw();
  }
}

/**
 * A line through points; those that would fall on the pixel of the one before are left out, which on the way into a
 * minimum are most.
 * @param {CanvasRenderingContext2D} context
 * @param {number} from
 * @param {number} to
 * @param {(i: number) => number} x
 * @param {(i: number) => number} y
 */
function trace(context, from, to, x, y) {
  context.beginPath();
  let [lastX, lastY] = [Infinity, Infinity];
  for (let i = from; i <= to; i++) {
    const [px, py] = [x(i), y(i)];
    if (i < to && Math.abs(px - lastX) < NEAR && Math.abs(py - lastY) < NEAR) continue;
    context.lineTo(px, py);
    [lastX, lastY] = [px, py];
  }
  context.stroke();
}

/**
 * The outline of a walk's mark: a disc for the rule, a diamond for the one it is compared with.
 * @param {CanvasRenderingContext2D} context
 * @param {string} role
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function marker(context, role, x, y, size) {
  context.beginPath();
  if (role === "rule") context.arc(x, y, size, 0, 2 * Math.PI);
  else {
    const half = size * 1.3;
    context.moveTo(x, y - half);
    context.lineTo(x + half, y);
    context.lineTo(x, y + half);
    context.lineTo(x - half, y);
    context.closePath();
  }
}

/**
 * The outline of a star with five points.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function star(context, x, y, size) {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const radius = i % 2 ? size * 0.42 : size;
    const angle = (i * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}

/**
 * An arrow from (x, y); none where it would be shorter than a pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} dx
 * @param {number} dy
 * @param {ArrowStyle} style
 */
function arrow(context, x, y, dx, dy, { color, casing, width, head }) {
  const length = Math.hypot(dx, dy);
  if (!(length > 1)) return;
  const [ux, uy] = [dx / length, dy / length];
  const tip = [x + dx, y + dy];
  const side = Math.min(head, length * 0.7);
  context.save();
  context.lineCap = "round";
  context.setLineDash([]);
  cased(context, color, casing, width, () => {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(tip[0] - ux * side * 0.8, tip[1] - uy * side * 0.8);
    context.stroke();
  });
  context.beginPath();
  context.moveTo(tip[0], tip[1]);
  context.lineTo(tip[0] - ux * side - uy * side * 0.55, tip[1] - uy * side + ux * side * 0.55);
  context.lineTo(tip[0] - ux * side + uy * side * 0.55, tip[1] - uy * side - ux * side * 0.55);
  context.closePath();
  context.strokeStyle = casing;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = color;
  context.fill();
  context.restore();
}


// ---- digits.js
// Numbers as a person writes them.

/**
 * Keep a value between two others.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * An exponent.
 * @param {number} power
 */
const raised = (power) => [...String(power)].map((digit) => RAISED[digit]).join("");

/**
 * Three significant digits, as a person writes them.
 * @param {number} value
 */
function number(value) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(3))).replace("-", "−");
  const power = Math.floor(Math.log10(size));
  return `${(value / 10 ** power).toFixed(1)} × 10${raised(power)}`.replace("-", "−");
}


// ---- chart.js
// The loss over the steps, and a line at the step shown.




const LOWEST = 1e-12; // losses below are drawn at the foot of the chart

const BELOW = 124; // pixels of height below the map

/**
 * Where the axes lie, in pixels and in powers of ten, and the scales that follow from it.
 * @typedef {{ left: number, right: number, top: number, bottom: number, low: number, high: number, last: number,
 *   toX: (step: number) => number, toY: (loss: number) => number }} Frame
 */

class Chart {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Scene} scene
   */
  constructor(canvas, scene) {
    this.canvas = canvas;
    this.scene = scene;
    this.left = 0;
    this.right = 1;
    /** @type {{ low: number, high: number, last: number } | null} what the axes show; it stays while a control moves */
    this.range = null;
  }

  /**
   * The step at a distance in pixels from the chart's left edge, not rounded.
   * @param {number} x
   */
  step(x) {
    return ((x - this.left) / (this.right - this.left)) * (this.range?.last ?? 0);
  }

  /** @param {HTMLCanvasElement} map */
  draw(map) {
    // As high as the map beside it; below the map, so high that both can be seen together.
    const beside = this.canvas.offsetTop === map.offsetTop;
    const ratio = (beside ? map.clientHeight : BELOW) / (this.canvas.clientWidth || 1);
    const fitted = prepare(this.canvas, ratio);
    if (!fitted) return;
    const { context, width, height } = fitted;
    const frame = this.frame(width, height);
    context.clearRect(0, 0, width, height);
    this.drawAxes(context, frame);
    this.drawLosses(context, frame);
    this.drawNow(context, frame);
  }

  /**
   * @param {number} width
   * @param {number} height
   * @returns {Frame}
   */
  frame(width, height) {
    const [left, right, top, bottom] = [46, width - 12, 26, height - 26];
    [this.left, this.right] = [left, right];
    if (!this.range || !this.scene.moving) this.range = this.fitted();
    const { low, high, last } = this.range;
    return {
      left, right, top, bottom, low, high, last,
      toX: (step) => left + ((right - left) * step) / Math.max(1, last),
      toY: (loss) => {
        const share = (Math.log10(Math.max(loss, LOWEST)) - low) / (high - low);
        return bottom - (bottom - top) * clamp(Number.isFinite(share) ? share : 2, 0, 1.2);
      },
    };
  }

  /** The range that holds all losses; one that explodes leaves it. */
  fitted() {
    const { walks, last } = this.scene;
    const seen = walks.flatMap((walk) => [...walk.losses]).filter(Number.isFinite);
    const first = Math.max(...walks.map((walk) => walk.losses[0]), LOWEST);
    const high = Math.ceil(Math.log10(Math.min(Math.max(...seen), first * 1e3)) + 0.05);
    const low = Math.min(high - 1, Math.floor(Math.log10(Math.max(Math.min(...seen), LOWEST))));
    return { low, high, last };
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   */
  drawAxes(context, { left, right, top, bottom, low, high, last, toX, toY }) {
    const { scene } = this;
    const { theme } = scene;
    context.font = scene.font(11);
    context.lineWidth = 1;
    context.strokeStyle = theme.grid;
    context.fillStyle = theme.quiet;
    const every = Math.ceil((high - low) / Math.max(2, Math.floor((bottom - top) / 32)));
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (let power = low; power <= high; power += every) {
      const y = Math.round(toY(10 ** power)) + 0.5;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.stroke();
      context.fillText(power === 0 ? "1" : power === 1 ? "10" : `10${raised(power)}`, left - 7, y);
    }
    const stride = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000].find((each) => last / each <= 5) ?? 2000;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (let step = 0; step <= last; step += stride) context.fillText(String(step), toX(step), bottom + 7);
    context.fillStyle = theme.ink;
    context.font = scene.font(12, 600);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    const { chart, chartBrief } = scene.words;
    context.fillText(context.measureText(chart).width <= right + 12 - left ? chart : chartBrief, left, 14);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   */
  drawLosses(context, { left, right, top, bottom, toX, toY }) {
    const { theme, walks } = this.scene;
    context.save();
    context.beginPath();
    context.rect(left, top - 8, right - left + 8, bottom - top + 16);
    context.clip();
    for (const walk of [...walks].reverse()) {
      context.strokeStyle = theme[walk.role];
      context.lineWidth = 2.2;
      context.lineJoin = "round";
      context.setLineDash(walk.role === "compare" ? [7, 4] : []);
      trace(context, 0, walk.steps, toX, (step) => toY(walk.losses[step]));
    }
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Frame} frame
   */
  drawNow(context, { top, bottom, toX, toY }) {
    const { scene } = this;
    const { theme } = scene;
    const x = Math.round(toX(scene.now)) + 0.5;
    context.setLineDash([]);
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, top - 6);
    context.lineTo(x, bottom);
    context.stroke();
    for (const walk of [...scene.walks].reverse()) {
      const now = Math.min(scene.time, walk.steps);
      marker(context, walk.role, toX(now), clamp(toY(walk.losses[now]), top, bottom), 5);
      context.fillStyle = theme[walk.role];
      context.fill();
    }
  }
}


// ---- controls.js
// What the reader's controls say in the page, where it is known before any kernel hears of it, and also without one.

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

class Controls {
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


// ---- numbers.js
// Python's operators, on numbers and on arrays of numbers as numpy has them: what derived.js is made of.

/** @typedef {any} Value a number, a truth value or an array of numbers; derived code mixes them as Python does */

/** Python stops with an exception where JavaScript goes on with NaN or Infinity: then this is thrown. */
class ArithmeticError extends Error {}

/**
 * An operator of two numbers as one of numbers and arrays: an array takes it element by element, without complaint.
 * @param {(a: number, b: number) => number | boolean} each
 * @param {(a: number, b: number) => number | boolean} [alone] of two plain numbers, where Python is stricter
 * @returns {(a: Value, b: Value) => Value}
 */
const binary = (each, alone = each) => (a, b) => {
  if (Array.isArray(a)) return a.map((value, i) => each(value, Array.isArray(b) ? b[i] : b));
  return Array.isArray(b) ? b.map((value) => each(a, value)) : alone(a, b);
};

/**
 * A power, with the roots and squares that numpy computes exactly.
 * @param {number} base
 * @param {number} power
 */
const raise = (base, power) => (power === 2 ? base * base : power === 0.5 ? Math.sqrt(base) : base ** power);

/**
 * A power or remainder of plain numbers, if Python has it too: no division by zero, no complex root, no overflow.
 * @param {number} result
 * @param {number} a
 * @param {number} b
 */
function exact(result, a, b) {
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) throw new ArithmeticError();
  return result;
}

/** By the names that Python's `ast` gives them. */
const op = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mult: binary((a, b) => a * b),
  Div: binary((a, b) => a / b, (a, b) => (b === 0 ? exact(NaN, 1, 1) : a / b)),
  Mod: binary((a, b) => a - b * Math.floor(a / b), (a, b) => exact(a - b * Math.floor(a / b), a, b)),
  Pow: binary(raise, (a, b) => exact(raise(a, b), a, b)),
  Gt: binary((a, b) => a > b),
  GtE: binary((a, b) => a >= b),
  Lt: binary((a, b) => a < b),
  LtE: binary((a, b) => a <= b),
  Eq: binary((a, b) => a === b),
  NotEq: binary((a, b) => a !== b),
  Is: (/** @type {Value} */ a, /** @type {Value} */ b) => a === b,
  IsNot: (/** @type {Value} */ a, /** @type {Value} */ b) => a !== b,
  USub: (/** @type {Value} */ a) => (Array.isArray(a) ? a.map((value) => -value) : -a),
  Not: (/** @type {Value} */ a) => !a,
};


// ---- derived.js
// Derived from solutions/*.py and course/lab/widget/landscapes.py by `course build`: edit those.



const FAR = 100.0;
const LIMIT = 100000000.0;
const DIRECTIONS = ["momentum_buffer", "exp_avg"];
const PLACES = ["slow_param"];
const NOISE_PERIOD = 4096;
const SHAPES = ["constant", "linear", "cosine", "warmup"];
const WARM = 0.1;

/** @type {Record<string, import("./walk.js").Maker>} */
const RULES = {
  sgd: class SGD {
    constructor(given) { Object.assign(this, { lr: 0.001, weight_decay: 0.0, maximize: false }, given); }
    init() {
      return {};
    }
    update(param, grad, state) {
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      return [op.Sub(param, op.Mult(this.lr, grad)), state];
    }
  },
  momentum: class Momentum {
    constructor(given) { Object.assign(this, { lr: 0.001, momentum: 0.9, weight_decay: 0.0, dampening: 0.0, maximize: false }, given); }
    init() {
      return { momentum_buffer: null };
    }
    update(param, grad, state) {
      let mu, buf;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      if (op.Not(this.momentum)) {
        return [op.Sub(param, op.Mult(this.lr, grad)), state];
      }
      mu = this.momentum;
      buf = state.momentum_buffer;
      buf = (op.Is(buf, null) ? grad : op.Add(op.Mult(mu, buf), op.Mult(op.Sub(1, this.dampening), grad)));
      return [op.Sub(param, op.Mult(this.lr, buf)), { momentum_buffer: buf }];
    }
  },
  nesterov: class Nesterov {
    constructor(given) { Object.assign(this, { lr: 0.001, momentum: 0.9, weight_decay: 0.0, maximize: false }, given); }
    init() {
      return { momentum_buffer: null };
    }
    update(param, grad, state) {
      let mu, buf, ahead;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      mu = this.momentum;
      buf = state.momentum_buffer;
      buf = (op.Is(buf, null) ? grad : op.Add(op.Mult(mu, buf), grad));
      ahead = op.Add(grad, op.Mult(mu, buf));
      return [op.Sub(param, op.Mult(this.lr, ahead)), { momentum_buffer: buf }];
    }
  },
  adagrad: class AdaGrad {
    constructor(given) { Object.assign(this, { lr: 0.01, eps: 1e-10, weight_decay: 0.0, lr_decay: 0.0, initial_accumulator_value: 0.0, maximize: false }, given); }
    init(param) {
      return { step: 0, sum: op.Add(op.Mult(0, param), this.initial_accumulator_value) };
    }
    update(param, grad, state) {
      let step, total, lr;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      step = op.Add(state.step, 1);
      total = op.Add(state.sum, op.Pow(grad, 2));
      lr = op.Div(this.lr, op.Add(1, op.Mult(op.Sub(step, 1), this.lr_decay)));
      return [op.Sub(param, op.Div(op.Mult(lr, grad), op.Add(op.Pow(total, 0.5), this.eps))), { step: step, sum: total }];
    }
  },
  rmsprop: class RMSprop {
    constructor(given) { Object.assign(this, { lr: 0.01, alpha: 0.99, eps: 1e-08, weight_decay: 0.0, momentum: 0.0, centered: false, maximize: false }, given); }
    init(param) {
      return { step: 0, square_avg: op.Mult(0, param), momentum_buffer: op.Mult(0, param), grad_avg: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let square_avg, variance, grad_avg, move, buf, new_state;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      square_avg = op.Add(op.Mult(this.alpha, state.square_avg), op.Mult(op.Sub(1, this.alpha), op.Pow(grad, 2)));
      [variance, grad_avg] = [square_avg, state.grad_avg];
      if (this.centered) {
        grad_avg = op.Add(op.Mult(this.alpha, grad_avg), op.Mult(op.Sub(1, this.alpha), grad));
        variance = op.Sub(square_avg, op.Pow(grad_avg, 2));
      }
      [move, buf] = [op.Div(grad, op.Add(op.Pow(variance, 0.5), this.eps)), state.momentum_buffer];
      if (this.momentum) {
        move = buf = op.Add(op.Mult(this.momentum, buf), move);
      }
      new_state = { step: op.Add(state.step, 1), square_avg: square_avg, momentum_buffer: buf, grad_avg: grad_avg };
      return [op.Sub(param, op.Mult(this.lr, move)), new_state];
    }
  },
  adam: class Adam {
    constructor(given) { Object.assign(this, { lr: 0.001, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, amsgrad: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param), max_exp_avg_sq: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let beta1, beta2, step, exp_avg, exp_avg_sq, second, largest, bias_correction1, bias_correction2, move, denom, new_param;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      step = op.Add(state.step, 1);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      [second, largest] = [exp_avg_sq, state.max_exp_avg_sq];
      if (this.amsgrad) {
        largest = op.Add(op.Mult(largest, op.GtE(largest, second)), op.Mult(second, op.Lt(largest, second)));
        second = largest;
      }
      bias_correction1 = op.Sub(1, op.Pow(beta1, step));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Div(exp_avg, bias_correction1);
      denom = op.Add(op.Pow(op.Div(second, bias_correction2), 0.5), this.eps);
      new_param = op.Sub(param, op.Div(op.Mult(this.lr, move), denom));
      return [new_param, { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq, max_exp_avg_sq: largest }];
    }
  },
  adamw: class AdamW {
    constructor(given) { Object.assign(this, { lr: 0.001, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.01, amsgrad: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param), max_exp_avg_sq: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let beta1, beta2, step, exp_avg, exp_avg_sq, second, largest, bias_correction1, bias_correction2, move, denom, new_param;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      param = op.Mult(param, op.Sub(1, op.Mult(this.lr, this.weight_decay)));
      step = op.Add(state.step, 1);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      [second, largest] = [exp_avg_sq, state.max_exp_avg_sq];
      if (this.amsgrad) {
        largest = op.Add(op.Mult(largest, op.GtE(largest, second)), op.Mult(second, op.Lt(largest, second)));
        second = largest;
      }
      bias_correction1 = op.Sub(1, op.Pow(beta1, step));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Div(exp_avg, bias_correction1);
      denom = op.Add(op.Pow(op.Div(second, bias_correction2), 0.5), this.eps);
      new_param = op.Sub(param, op.Div(op.Mult(this.lr, move), denom));
      return [new_param, { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq, max_exp_avg_sq: largest }];
    }
  },
  radam: class RAdam {
    constructor(given) { Object.assign(this, { lr: 0.001, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, decoupled_weight_decay: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let beta1, beta2, step, exp_avg, exp_avg_sq, bias_correction1, bias_correction2, move, rho_inf, rho, rect;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      if (this.decoupled_weight_decay) {
        param = op.Mult(param, op.Sub(1, op.Mult(this.lr, this.weight_decay)));
      } else {
        grad = op.Add(grad, op.Mult(this.weight_decay, param));
      }
      step = op.Add(state.step, 1);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      bias_correction1 = op.Sub(1, op.Pow(beta1, step));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Div(exp_avg, bias_correction1);
      rho_inf = op.Sub(op.Div(2, op.Sub(1, beta2)), 1);
      rho = op.Sub(rho_inf, op.Div(op.Mult(op.Mult(2, step), op.Pow(beta2, step)), op.Sub(1, op.Pow(beta2, step))));
      if (op.Gt(rho, 5)) {
        rect = op.Pow(op.Div(op.Mult(op.Mult(op.Sub(rho, 4), op.Sub(rho, 2)), rho_inf), op.Mult(op.Mult(op.Sub(rho_inf, 4), op.Sub(rho_inf, 2)), rho)), 0.5);
        move = op.Div(op.Mult(op.Mult(rect, move), op.Pow(bias_correction2, 0.5)), op.Add(op.Pow(exp_avg_sq, 0.5), this.eps));
      }
      return [op.Sub(param, op.Mult(this.lr, move)), { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq }];
    }
  },
  lookahead: class Lookahead {
    constructor(given) { Object.assign(this, { k: 5, alpha: 0.5 }, given); }
    init(param) {
      return { step: 0, slow_param: op.Mult(1, param), inner: this.inner.init(param) };
    }
    update(param, grad, state) {
      let step, slow, fast, inner_state;
      step = op.Add(state.step, 1);
      slow = state.slow_param;
      [fast, inner_state] = this.inner.update(param, grad, state.inner);
      if (op.Eq(op.Mod(step, this.k), 0)) {
        slow = op.Add(slow, op.Mult(this.alpha, op.Sub(fast, slow)));
        fast = op.Mult(1, slow);
      }
      return [fast, { step: step, slow_param: slow, inner: inner_state }];
    }
  },
  adadelta: class Adadelta {
    constructor(given) { Object.assign(this, { lr: 1.0, rho: 0.9, eps: 1e-06, weight_decay: 0.0, maximize: false }, given); }
    init(param) {
      return { step: 0, square_avg: op.Mult(0, param), acc_delta: op.Mult(0, param) };
    }
    update(param, grad, state) {
      let square_avg, delta, acc_delta;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      grad = op.Add(grad, op.Mult(this.weight_decay, param));
      square_avg = op.Add(op.Mult(this.rho, state.square_avg), op.Mult(op.Sub(1, this.rho), op.Pow(grad, 2)));
      delta = op.Mult(op.Div(op.Pow(op.Add(state.acc_delta, this.eps), 0.5), op.Pow(op.Add(square_avg, this.eps), 0.5)), grad);
      acc_delta = op.Add(op.Mult(this.rho, state.acc_delta), op.Mult(op.Sub(1, this.rho), op.Pow(delta, 2)));
      return [op.Sub(param, op.Mult(this.lr, delta)), { step: op.Add(state.step, 1), square_avg: square_avg, acc_delta: acc_delta }];
    }
  },
  nadam: class NAdam {
    constructor(given) { Object.assign(this, { lr: 0.002, betas: [0.9, 0.999], eps: 1e-08, weight_decay: 0.0, momentum_decay: 0.004, decoupled_weight_decay: false, maximize: false }, given); }
    init(param) {
      return { step: 0, exp_avg: op.Mult(0, param), exp_avg_sq: op.Mult(0, param), mu_product: 1.0 };
    }
    update(param, grad, state) {
      let beta1, beta2, step, mu, mu_next, mu_product, exp_avg, exp_avg_sq, bias_correction2, move, denom, new_param;
      [beta1, beta2] = this.betas;
      if (this.maximize) {
        grad = op.USub(grad);
      }
      if (this.decoupled_weight_decay) {
        param = op.Mult(param, op.Sub(1, op.Mult(this.lr, this.weight_decay)));
      } else {
        grad = op.Add(grad, op.Mult(this.weight_decay, param));
      }
      step = op.Add(state.step, 1);
      mu = op.Mult(beta1, op.Sub(1, op.Mult(0.5, op.Pow(0.96, op.Mult(step, this.momentum_decay)))));
      mu_next = op.Mult(beta1, op.Sub(1, op.Mult(0.5, op.Pow(0.96, op.Mult(op.Add(step, 1), this.momentum_decay)))));
      mu_product = op.Mult(state.mu_product, mu);
      exp_avg = op.Add(op.Mult(beta1, state.exp_avg), op.Mult(op.Sub(1, beta1), grad));
      exp_avg_sq = op.Add(op.Mult(beta2, state.exp_avg_sq), op.Mult(op.Sub(1, beta2), op.Pow(grad, 2)));
      bias_correction2 = op.Sub(1, op.Pow(beta2, step));
      move = op.Add(op.Div(op.Mult(op.Sub(1, mu), grad), op.Sub(1, mu_product)), op.Div(op.Mult(mu_next, exp_avg), op.Sub(1, op.Mult(mu_product, mu_next))));
      denom = op.Add(op.Pow(op.Div(exp_avg_sq, bias_correction2), 0.5), this.eps);
      new_param = op.Sub(param, op.Div(op.Mult(this.lr, move), denom));
      return [new_param, { step: step, exp_avg: exp_avg, exp_avg_sq: exp_avg_sq, mu_product: mu_product }];
    }
  },
  schedules: class Schedule {
    constructor(given) { Object.assign(this, { lr: 0.1, start_factor: op.Div(1, 3), total_iters: 5, T_max: 100, eta_min: 0.0 }, given); }
    init(param) {
      return { step: 0, lr: 0.0, inner: this.inner.init(param) };
    }
    update(param, grad, state) {
      let t, peak, rate, done, share, new_param, inner_state;
      t = state.step;
      peak = this.lr;
      if (op.Lt(t, this.total_iters)) {
        rate = op.Mult(peak, op.Add(this.start_factor, op.Div(op.Mult(op.Sub(1, this.start_factor), t), this.total_iters)));
      } else {
        done = op.Div(op.Sub(t, this.total_iters), this.T_max);
        done = Math.min(done, 1);
        share = op.Div(op.Add(1, Math.cos(op.Mult(Math.PI, done))), 2);
        rate = op.Add(this.eta_min, op.Mult(op.Sub(peak, this.eta_min), share));
      }
      this.inner.lr = rate;
      [new_param, inner_state] = this.inner.update(param, grad, state.inner);
      return [new_param, { step: op.Add(t, 1), lr: rate, inner: inner_state }];
    }
  },
};

/** @type {Record<string, import("./walk.js").Landscape>} */
const LANDSCAPES = {
  bowl: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 0.0]],
    start: [-2.6, 1.4],
    detail: 0.02,
    noise: 0.0,
    lr: 0.06,
    turns: true,
    value(x, y) {
      return op.Mult(0.5, op.Add(op.Mult(x, x), op.Mult(op.Mult(25.0, y), y)));
    },
    slope(x, y) {
      return [x, op.Mult(25.0, y)];
    },
  },
  ravine: {
    extent: [-3.0, 3.0, -1.0, 3.0],
    minima: [[1.0, 1.0]],
    start: [-1.6, 0.4],
    detail: 0.02,
    noise: 0.0,
    lr: 0.06,
    turns: false,
    value(x, y) {
      let bed;
      bed = op.Sub(y, op.Mult(x, x));
      return op.Add(op.Mult(0.1, op.Pow(op.Sub(1, x), 2)), op.Mult(bed, bed));
    },
    slope(x, y) {
      let bed;
      bed = op.Sub(y, op.Mult(x, x));
      return [op.Sub(op.Mult(op.USub(0.2), op.Sub(1, x)), op.Mult(op.Mult(4, x), bed)), op.Mult(2, bed)];
    },
  },
  saddle: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 1.0], [0.0, -1.0]],
    start: [-2.5, 0.004],
    detail: 0.02,
    noise: 0.0,
    lr: 0.05,
    turns: false,
    value(x, y) {
      return op.Add(op.Mult(op.Mult(0.5, x), x), op.Mult(0.25, op.Pow(op.Sub(op.Mult(y, y), 1), 2)));
    },
    slope(x, y) {
      return [x, op.Mult(y, op.Sub(op.Mult(y, y), 1))];
    },
  },
  several: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[1.5, 1.0], [-1.4025590434763724, 1.5656562591252865], [-1.8896551266888735, -1.6415929956430848], [1.7922141701652459, -0.9240632634822018]],
    start: [0.1, 0.4],
    detail: 0.1,
    noise: 0.0,
    lr: 0.05,
    turns: false,
    value(x, y) {
      [x, y] = [op.Mult(2, x), op.Mult(2, y)];
      return op.Div(op.Add(op.Pow(op.Sub(op.Add(op.Mult(x, x), y), 11), 2), op.Pow(op.Sub(op.Add(x, op.Mult(y, y)), 7), 2)), 200);
    },
    slope(x, y) {
      let a, b;
      [x, y] = [op.Mult(2, x), op.Mult(2, y)];
      [a, b] = [op.Sub(op.Add(op.Mult(x, x), y), 11), op.Sub(op.Add(x, op.Mult(y, y)), 7)];
      return [op.Div(op.Add(op.Mult(op.Mult(2, x), a), b), 50), op.Div(op.Add(a, op.Mult(op.Mult(2, y), b)), 50)];
    },
  },
  wavy: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 0.0]],
    start: [-2.5, 1.7],
    detail: 0.4,
    noise: 0.0,
    lr: 0.07,
    turns: false,
    value(x, y) {
      return op.Add(op.Mult(0.25, op.Add(op.Mult(x, x), op.Mult(y, y))), op.Mult(0.24, op.Sub(op.Sub(2, Math.cos(op.Mult(5.235987755982989, x))), Math.cos(op.Mult(5.235987755982989, y)))));
    },
    slope(x, y) {
      return [op.Add(op.Mult(0.5, x), op.Mult(op.Mult(0.24, 5.235987755982989), Math.sin(op.Mult(5.235987755982989, x)))), op.Add(op.Mult(0.5, y), op.Mult(op.Mult(0.24, 5.235987755982989), Math.sin(op.Mult(5.235987755982989, y))))];
    },
  },
  noisy: {
    extent: [-3.0, 3.0, -2.0, 2.0],
    minima: [[0.0, 0.0]],
    start: [-2.6, 1.5],
    detail: 0.02,
    noise: 2.0,
    lr: 0.05,
    turns: true,
    value(x, y) {
      return op.Mult(0.5, op.Add(op.Mult(x, x), op.Mult(op.Mult(4, y), y)));
    },
    slope(x, y) {
      return [x, op.Mult(4, y)];
    },
  },
};


// ---- elements.js
// How the widget makes the elements of the page.

/**
 * Make an element, as the last one of its parent if it has one.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {HTMLElement} [parent]
 * @param {Record<string, string | number>} [attributes]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, className, parent, attributes = {}) {
  const node = document.createElement(tag);
  // JupyterLab's shortcuts (arrows move between cells, space scrolls) stay out; it asks the focused element itself.
  node.dataset.lmSuppressShortcuts = "true";
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  parent?.append(node);
  return node;
}


// ---- turn.js
// A bowl turned about (0, 0), the start with it, as landscapes.py turns it.

/**
 * A vector turned counterclockwise.
 * @param {number} x
 * @param {number} y
 * @param {number} degrees
 * @returns {[number, number]}
 */
function turnedBy(x, y, degrees) {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [cos * x - sin * y, sin * x + cos * y];
}

/**
 * A landscape turned by an angle; one that does not turn stays as it is.
 * @param {Landscape} ground
 * @param {number} degrees
 * @returns {Landscape}
 */
function turned(ground, degrees) {
  if (!degrees || !ground.turns) return ground;
  return {
    ...ground,
    start: turnedBy(...ground.start, degrees),
    value: (x, y) => ground.value(...turnedBy(x, y, -degrees)),
    slope: (x, y) => turnedBy(...ground.slope(...turnedBy(x, y, -degrees)), degrees),
  };
}


// ---- ground.js
// The coloured, contoured ground of the map.





const LEVELS = 14;
const COLUMNS = 121; // points of the grid on which a landscape is coloured
const ROWS = 81;

/**
 * Red, green and blue, from 0 to 255.
 * @param {string} hex
 */
function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/**
 * How high a landscape is drawn at the points of the grid: row by row from below, from 0 (lowest) to 1.
 * @param {string} key
 * @param {number} [angle] by how many degrees it is turned
 */
function heightsOf(key, angle = 0) {
  const { extent: [x0, x1, y0, y1], detail, value } = turned(LANDSCAPES[key], angle);
  const losses = Float64Array.from({ length: COLUMNS * ROWS }, (_, at) => value(
    x0 + ((x1 - x0) * (at % COLUMNS)) / (COLUMNS - 1), y0 + ((y1 - y0) * Math.floor(at / COLUMNS)) / (ROWS - 1),
  ));
  const median = Float64Array.from(losses).sort()[(COLUMNS * ROWS - 1) / 2];
  const heights = losses.map((loss) => Math.log1p(loss / (detail * median)));
  const highest = Math.max(...heights);
  return heights.map((height) => height / highest);
}

/**
 * Paint the ground, once a landscape, size and theme.
 * @param {string} key
 * @param {number} angle
 * @param {Theme} theme
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
function paintGround(key, angle, theme, width, height, scale) {
  const heights = heightsOf(key, angle);
  const stops = theme.shade.map(rgb);
  const small = Object.assign(document.createElement("canvas"), { width: COLUMNS, height: ROWS });
  const pixels = new ImageData(COLUMNS, ROWS);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const at = heights[row * COLUMNS + column] * (stops.length - 1);
      const stop = Math.min(Math.floor(at), stops.length - 2);
      const offset = 4 * ((ROWS - 1 - row) * COLUMNS + column);
      for (let channel = 0; channel < 3; channel++) {
        const [low, high] = [stops[stop][channel], stops[stop + 1][channel]];
        pixels.data[offset + channel] = low + (high - low) * (at - stop);
      }
      pixels.data[offset + 3] = 255;
    }
  }
  pen(small).putImageData(pixels, 0, 0);

  const painted = document.createElement("canvas");
  painted.width = Math.round(width * scale);
  painted.height = Math.round(height * scale);
  const context = pen(painted);
  context.scale(scale, scale);
  context.imageSmoothingQuality = "high";
  // The outermost points of the grid lie on the edge: half a cell of the picture hangs over on every side.
  const [cellX, cellY] = [width / (COLUMNS - 1), height / (ROWS - 1)];
  context.drawImage(small, -cellX / 2, -cellY / 2, COLUMNS * cellX, ROWS * cellY);
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  context.stroke(contours(heights, cellX, cellY, height));
  return painted;
}

/**
 * Lines of equal height by marching squares.
 * @param {Float64Array} heights
 * @param {number} cellX
 * @param {number} cellY
 * @param {number} height
 */
function contours(heights, cellX, cellY, height) {
  const lines = new Path2D();
  for (let level = 1; level < LEVELS; level++) {
    const value = level / LEVELS;
    for (let row = 0; row < ROWS - 1; row++) {
      for (let column = 0; column < COLUMNS - 1; column++) {
        const at = row * COLUMNS + column;
        const corners = [heights[at], heights[at + 1], heights[at + COLUMNS + 1], heights[at + COLUMNS]];
        /** @type {[number, number][]} */
        const ends = [];
        for (let side = 0; side < 4; side++) {
          const [a, b] = [corners[side], corners[(side + 1) % 4]];
          if (a < value === b < value) continue;
          const share = (value - a) / (b - a);
          const x = [share, 1, 1 - share, 0][side];
          const y = [0, share, 1, 1 - share][side];
          ends.push([(column + x) * cellX, height - (row + y) * cellY]);
        }
        for (let i = 0; i + 1 < ends.length; i += 2) {
          lines.moveTo(...ends[i]);
          lines.lineTo(...ends[i + 1]);
        }
      }
    }
  }
  return lines;
}


// ---- map.js
// The map: the ground, the paths on it, and what pulls each walk at the step shown.





const ARROW = 64; // pixels of the longer of gradient and buffer

class MapPicture {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Scene} scene
   */
  constructor(canvas, scene) {
    this.canvas = canvas;
    this.scene = scene;
    /** @type {HTMLCanvasElement | null} the ground, until it has to be painted anew */
    this.painted = null;
    this.look = "";
    /** @type {(x: number) => number} from the landscape to pixels, as last drawn */
    this.toX = (x) => x;
    /** @type {(y: number) => number} */
    this.toY = (y) => y;
  }

  /**
   * The point of the landscape at a share of the map's width and height.
   * @param {number} across
   * @param {number} down
   * @returns {[number, number]}
   */
  place(across, down) {
    const [x0, x1, y0, y1] = this.scene.ground.extent;
    return [x0 + across * (x1 - x0), y1 - down * (y1 - y0)];
  }

  draw() {
    const { scene } = this;
    const { ground, theme } = scene;
    const [x0, x1, y0, y1] = ground.extent;
    const fitted = prepare(this.canvas, (y1 - y0) / (x1 - x0));
    if (!fitted) return;
    const { context, width, height, scale } = fitted;
    const look = `${width} ${scale} ${scene.dark}`;
    if (!this.painted || this.look !== look) {
      this.look = look;
      this.painted = paintGround(scene.model.get("landscape"), scene.angle, theme, width, height, scale);
    }
    const unit = width / (x1 - x0);
    // A path that has run away is drawn towards where it went, within what a canvas can count.
    this.toX = (x) => clamp((x - x0) * unit, -1e5, 1e5);
    this.toY = (y) => clamp((y1 - y) * unit, -1e5, 1e5);

    context.drawImage(this.painted, 0, 0, width, height);
    this.drawTicks(context, height);
    for (const [x, y] of ground.minima) {
      star(context, this.toX(x), this.toY(y), 9);
      context.lineJoin = "round";
      context.strokeStyle = theme.casing;
      context.lineWidth = 3;
      context.stroke();
      context.fillStyle = theme.star;
      context.fill();
    }
    scene.trail.forEach((walk, i) => this.drawTrail(context, walk, (i + 1) / scene.trail.length));
    for (const walk of [...scene.walks].reverse()) this.drawPath(context, walk);
    this.drawStart(context, width);
    for (const walk of [...scene.walks].reverse()) this.drawNow(context, walk);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} height
   */
  drawTicks(context, height) {
    const [x0, x1, y0, y1] = this.scene.ground.extent;
    context.font = this.scene.font(11);
    context.fillStyle = this.scene.theme.quiet;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    for (let x = Math.ceil(x0) + 1; x < x1; x++) context.fillText(number(x), this.toX(x), height - 3);
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (let y = Math.ceil(y0) + 1; y < y1; y++) context.fillText(number(y), 5, this.toY(y));
  }

  /**
   * Where a walk is at each step, in pixels.
   * @param {Shown} walk
   * @returns {[(i: number) => number, (i: number) => number]}
   */
  along({ points }) {
    return [(i) => this.toX(points[2 * i]), (i) => this.toY(points[2 * i + 1])];
  }

  /**
   * An earlier path, the fainter the older it is.
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   * @param {number} age from 0 (old) to 1
   */
  drawTrail(context, walk, age) {
    context.save();
    context.globalAlpha = 0.35 * age;
    context.strokeStyle = this.scene.theme[walk.role];
    context.lineWidth = 1.3;
    context.setLineDash([]);
    trace(context, 0, walk.steps, ...this.along(walk));
    context.restore();
  }

  /**
   * The whole path, thin; what has been walked by now, strong.
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   */
  drawPath(context, walk) {
    const { theme, time } = this.scene;
    const color = theme[walk.role];
    const now = Math.min(time, walk.steps);
    context.save();
    context.lineJoin = "round";
    context.lineCap = "butt";
    const along = this.along(walk);
    if (walk.role === "compare") context.setLineDash([7, 4]);
    cased(context, color, theme.casing, 1.3, () => trace(context, now, walk.steps, ...along));
    cased(context, color, theme.casing, 2.6, () => trace(context, 0, now, ...along));
    context.setLineDash([]);
    context.fillStyle = color;
    let drawn = [-1e9, -1e9];
    for (let i = 1; i <= walk.steps; i++) {
      const [x, y] = [this.toX(walk.points[2 * i]), this.toY(walk.points[2 * i + 1])];
      if (Math.hypot(x - drawn[0], y - drawn[1]) < 10) continue; // where steps are short, dots would blot
      drawn = [x, y];
      marker(context, walk.role, x, y, i <= now ? 3.4 : 2.4);
      context.fill();
    }
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   */
  drawStart(context, width) {
    const { model, theme, words } = this.scene;
    const [px, py] = model.get("start");
    const [x, y] = [this.toX(px), this.toY(py)];
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    context.setLineDash([]);
    cased(context, theme.ink, theme.casing, 2, () => context.stroke());
    this.tag(context, words.start, x, y - 16, width);
  }

  /**
   * Words at a point, legible on every shade and never cut off.
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {number} width of the map
   */
  tag(context, text, x, y, width) {
    const { scene } = this;
    context.font = scene.font(12, 600);
    context.textAlign = "center";
    context.textBaseline = "middle";
    const half = context.measureText(text).width / 2 + 4;
    const [cx, cy] = [clamp(x, half, width - half), y < 10 ? y + 34 : y];
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = scene.theme.casing;
    context.strokeText(text, cx, cy);
    context.fillStyle = scene.theme.ink;
    context.fillText(text, cx, cy);
  }

  /**
   * Where the walk is now, and what pulls it.
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   */
  drawNow(context, walk) {
    const { theme, time } = this.scene;
    const now = Math.min(time, walk.steps);
    const [px, py] = [walk.points[2 * now], walk.points[2 * now + 1]];
    const [x, y] = [this.toX(px), this.toY(py)];
    if (now < walk.steps) this.drawArrows(context, walk, now, x, y);
    for (const entry of walk.state.filter((each) => each.kind === "place" && now > 0)) {
      const [ex, ey] = [this.toX(entry.values[2 * now - 2]), this.toY(entry.values[2 * now - 1])];
      context.strokeStyle = theme[walk.role];
      context.lineWidth = 2.5;
      context.strokeRect(ex - 6, ey - 6, 12, 12);
    }
    marker(context, walk.role, x, y, 6.5);
    context.fillStyle = theme[walk.role];
    context.fill();
    context.strokeStyle = theme.casing;
    context.lineWidth = 2;
    context.stroke();
  }

  /**
   * The gradient, the buffers and the step that the walk takes from (x, y).
   * @param {CanvasRenderingContext2D} context
   * @param {Shown} walk
   * @param {number} now
   * @param {number} x
   * @param {number} y
   */
  drawArrows(context, walk, now, x, y) {
    const { theme } = this.scene;
    /** @param {Floats} values */
    const at = (values) => [values[2 * now], values[2 * now + 1]];
    const gradient = at(walk.grads);
    const arrows = walk.state.filter((entry) => entry.kind === "arrow").map((entry) => at(entry.values));
    const longest = Math.max(...[gradient, ...arrows].map(([dx, dy]) => Math.hypot(dx, dy) || 0));
    const size = longest > 0 ? ARROW / longest : 0;
    let [sx, sy] = [this.toX(walk.points[2 * now + 2]) - x, this.toY(walk.points[2 * now + 3]) - y];
    const length = Math.hypot(sx, sy);
    if (length > 0 && length < 18) [sx, sy] = [(sx * 18) / length, (sy * 18) / length];
    // The longest first: where they point the same way, the shorter ones stay visible on top.
    [
      ...arrows.map(([dx, dy]) => ({ dx: -dx * size, dy: dy * size, ...ARROWS.buffer, color: theme.buffer })),
      { dx: -gradient[0] * size, dy: gradient[1] * size, ...ARROWS.gradient, color: theme.gradient },
      { dx: sx, dy: sy, ...ARROWS.move, color: theme.ink },
    ]
      .sort((a, b) => Math.hypot(b.dx, b.dy) - Math.hypot(a.dx, a.dy))
      .forEach(({ dx, dy, ...style }) => arrow(context, x, y, dx, dy, { casing: theme.casing, ...style }));
  }
}


// ---- values.js
// What the kernel sends, and how its numbers are read and written.


/**
 * An entry of a rule's state: two numbers a step, and whether they are drawn.
 * @typedef {{ name: string, kind: "arrow" | "place" | "" }} Entry
 *
 * What a rule's controls say, by their names.
 * @typedef {Record<string, number | boolean>} Values
 *
 * What decides a walk of one rule; `version` is another one when the learner has saved another file.
 * @typedef {{ landscape: string, angle?: number, start: [number, number], values: Values, version: string }} At
 *
 * What the kernel says of a walk beside its numbers.
 * @typedef {{ at: At, steps: number, diverged: boolean, failure: string, state: Entry[] }} Described
 *
 * A rule to draw: `role` decides its colour and its mark, `stem` is the solution that runs in the page (none: the
 * kernel runs it), `controls` are references to models, `options` the values that a selection slider numbers.
 * @typedef {{ role: "rule" | "compare", name: string, stem: string, inner: string, controls: Record<string, string>,
 *   options: Record<string, number[]>, values: Values, first: Values, rate: string, rates: Record<string, number>
 * }} Followed `values`: as last told by the kernel; `first`: as they began; `rates`: of its control `rate`, by landscape
 *
 * A rule of the course that the page can draw without controls; its learning rate is the number under `lr`, or so many
 * times the landscape's own.
 * @typedef {{ stem: string, name: string, inner: string, values: Values, rate: string,
 *   pace: { lr?: number, landscape?: number } }} Offered
 *
 * A walk of n steps: n + 1 points and losses, n gradients, and n vectors of each entry of the state.
 * @typedef {Omit<Described, "state" | "at"> & { points: Floats, losses: Floats, grads: Floats,
 *   state: (Entry & { values: Floats })[] }} Walk
 * @typedef {Float32Array | Float64Array} Floats what the kernel computes comes in single precision
 *
 * One that is shown.
 * @typedef {Walk & { role: "rule" | "compare", name: string }} Shown
 *
 * The traits of `Canvas` in canvas.py.
 * @typedef {{ words: Record<string, string>, about: Record<string, string>, landscape: string, choice: string, angle: number, turner: string,
 *   against: string, reset: string, others: Offered[], blind: boolean, start: [number, number], steps: number, noise: DataView, rules: Followed[], walks: Described[], paths: DataView
 * }} Traits
 *
 * A control of ipywidgets.
 * @typedef {AnyModel<{ value: number | boolean, index: number, clicks: number }>} Control
 */

/**
 * The bytes of a view, which need not be aligned, from their beginning.
 * @param {DataView} view
 */
const bytes = (view) => view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);

/**
 * The walks that the kernel sent as little-endian float32, each with its numbers as arrays over the steps.
 * @param {Described[]} described
 * @param {DataView} view
 * @returns {(Walk & { at: At })[]}
 */
function unpack(described, view) {
  const all = new Float32Array(bytes(view));
  let from = 0;
  /** @param {number} count */
  const take = (count) => all.subarray(from, (from += count));
  return described.map((walk) => ({
    ...walk,
    points: take(2 * (walk.steps + 1)),
    losses: take(walk.steps + 1),
    grads: take(2 * walk.steps),
    state: walk.state.map((entry) => ({ ...entry, values: take(2 * walk.steps) })),
  }));
}


// ---- answers.js
// The walks of a rule that only the kernel can run: those that it was asked for, and those that it computed ahead.



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

class Answers {
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


// ---- walk.js
// A rule of the course walking down a landscape, as walk.py lets it; both are derived.





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
function factor(schedule, step, steps) {
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
function walkDown(setting) {
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


// ---- scene.js
// What is shown at the moment, for everything that draws or tells it.









const FIRST_SHOWN = 8; // a step at which the arrows have something to say
const TRAIL = 8; // earlier paths that stay in sight while a control moves …
const APART = 60; // … and milliseconds between two of them

class Scene {
  /**
   * @param {AnyModel<Traits>} model
   * @param {Controls} controls
   * @param {HTMLElement} root what the reader's theme and font are asked of
   */
  constructor(model, controls, root) {
    this.model = model;
    this.controls = controls;
    this.root = root;
    this.answers = new Answers();
    /** @type {Map<string, { name: string, walk: Omit<Shown, "role" | "name"> }>} by role, what was computed last */
    this.computed = new Map();
    /** @type {Followed | null | undefined} the rule to compare with, if the page has chosen it and not the kernel */
    this.guest = undefined;
    /** Whether the reader is moving a control: axes stay as they are until it rests. */
    this.moving = false;
    /** @type {Shown[]} */
    this.trail = [];
    this.trailed = 0;
    this.words = model.get("words");
    this.family = "";
    /** @type {Float64Array | null} */
    this.noise = null;
    /** @type {Shown[]} */
    this.walks = [];
    this.time = FIRST_SHOWN;
  }

  get dark() { return document.body.dataset.jpThemeLight === "false"; }
  get theme() { return this.dark ? THEMES.dark : THEMES.light; }
  /** By how many degrees the landscape is turned; one that does not turn is not. */
  get angle() { return LANDSCAPES[this.model.get("landscape")].turns ? this.model.get("angle") || 0 : 0; }
  get ground() { return turned(LANDSCAPES[this.model.get("landscape")], this.angle); }
  /** The step shown: the one asked for, as far as any walk goes. What was asked for is kept for longer walks. */
  get now() { return Math.min(this.time, this.last); }
  get last() { return Math.max(0, ...this.walks.map((walk) => walk.steps)); }

  /**
   * A font as a canvas takes it: the page's own.
   * @param {number} size
   * @param {number} weight
   */
  font(size, weight = 400) {
    this.family ||= getComputedStyle(this.root).fontFamily; // asked for once: asking takes as long as drawing
    return `${weight} ${size}px ${this.family}`;
  }

  /** The rules shown. */
  get rules() {
    const told = this.model.get("rules");
    if (this.guest === undefined) return told;
    return [...told.filter((rule) => rule.role === "rule"), ...(this.guest ? [this.guest] : [])];
  }

  /**
   * Another landscape: paths begin where it has them begin, with a rate that suits it unless the reader chose one.
   * @param {string} key
   */
  lay(key) {
    const { model, controls } = this;
    const before = model.get("landscape");
    for (const rule of this.rules) {
      const { rate, rates } = rule;
      const suited = key in rates && Math.abs(Number(controls.values(rule)[rate]) / rates[before] - 1) < 1e-6;
      if (suited) controls.put(rule, rate, rates[key]);
    }
    model.set("landscape", key);
    model.set("start", this.ground.start);
  }

  /**
   * The landscape turned, the start with it.
   * @param {number} angle
   */
  turn(angle) {
    this.model.set("angle", angle);
    this.model.set("start", this.ground.start);
  }

  /** Everything as it began, on the landscape that is shown. */
  reset() {
    const { model, controls } = this;
    const key = model.get("landscape");
    for (const rule of this.rules) {
      for (const [name, value] of Object.entries(rule.first)) {
        controls.put(rule, name, name === rule.rate ? rule.rates[key] ?? value : value);
      }
    }
    model.set("start", this.ground.start);
  }

  /**
   * Compare with one of the course's rules, if the kernel has not done so.
   * @param {number} index in the list of those to choose from: 0 is none
   */
  compare(index) {
    const { model } = this;
    const told = model.get("rules").find((rule) => rule.role === "compare");
    const wanted = model.get("others")[index - 1];
    if (this.guest === undefined && told?.stem === wanted?.stem) return;
    if (!wanted) this.guest = null;
    else {
      const { pace, ...rest } = wanted;
      const rates = Object.fromEntries(Object.entries(LANDSCAPES).map(([key, { lr }]) => (
        [key, pace.lr ?? (pace.landscape ?? 1) * lr]
      )));
      const first = { ...wanted.values, [wanted.rate]: rates[model.get("landscape")] };
      this.guest = { ...rest, role: "compare", controls: {}, options: {}, values: { ...first }, first, rates };
    }
  }

  /** Find out what every rule does as the controls stand now. */
  refresh() {
    const [before] = this.walks;
    this.walks = this.rules.flatMap((rule) => {
      const walk = this.walk(rule);
      return walk ? [{ ...walk, role: rule.role, name: rule.name }] : [];
    });
    if (!this.moving || !before || performance.now() - this.trailed < APART) return;
    this.trailed = performance.now();
    this.trail = [...this.trail, before].slice(-TRAIL);
  }

  /** Let go of what stays only while a control moves. */
  rest() {
    this.moving = false;
    this.trail = [];
  }

  /**
   * What a rule does: computed here if it is one of the course's, else what the kernel has sent.
   * @param {Followed} rule
   * @returns {Omit<Shown, "role" | "name"> | null}
   */
  walk(rule) {
    const { model } = this;
    const { role, stem, inner } = rule;
    const values = this.controls.values(rule);
    const at = { landscape: model.get("landscape"), angle: this.angle, start: model.get("start") };
    if (!stem) return this.answers.find({ ...at, values });
    const name = JSON.stringify([stem, at, values]);
    const known = this.computed.get(role);
    if (known?.name === name) return known.walk;
    const noise = (this.noise ??= new Float64Array(bytes(model.get("noise"))));
    const { arithmetic, ...walk } = walkDown({ ...at, stem, inner, values, steps: model.get("steps"), noise });
    const computed = { ...walk, failure: arithmetic ? this.words.arithmetic : "" };
    this.computed.set(role, { name, walk: computed });
    return computed;
  }

  /**
   * Put the start elsewhere on the map.
   * @param {number} x
   * @param {number} y
   */
  moveStart(x, y) {
    const [x0, x1, y0, y1] = this.ground.extent;
    this.model.set("start", [Number(clamp(x, x0, x1).toFixed(4)), Number(clamp(y, y0, y1).toFixed(4))]);
    this.model.save_changes();
  }
}


// ---- fill.js
// Sentences with values in them; the pages of the site say theirs with it, too.

/**
 * Put values where a sentence has their names in braces.
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));


// ---- words.js
// The same in words: the sentences below the pictures, and the legend.






/** @typedef {"rule" | "compare" | "minimum" | "gradient" | "buffer" | "move" | "place"} Kind */

/**
 * Where a walk is at the step shown, and how it ends.
 * @param {Scene} scene
 * @param {Shown} walk
 */
function sentence(scene, walk) {
  const { words } = scene;
  if (walk.failure && walk.steps === 0) return "";
  const now = Math.min(scene.time, walk.steps);
  const [x, y] = [walk.points[2 * now], walk.points[2 * now + 1]];
  const loss = walk.losses[now];
  const parts = [fill(words.at, {
    rule: walk.name, t: now, n: walk.steps, x: number(x), y: number(y), loss: number(loss),
  })];
  const [x0, x1, y0, y1] = scene.ground.extent;
  if (x < x0 || x > x1 || y < y0 || y > y1) parts.push(words.outside);
  else if (loss < 1e-6) parts.push(words.arrived);
  if (now < walk.steps && !walk.diverged && !walk.failure) {
    parts.push(fill(words.end, { loss: number(walk.losses[walk.steps]) }));
  }
  if (walk.diverged) parts.push(fill(words.diverged, { n: walk.steps }));
  return parts.reduce((said, part) => said + (said.endsWith("。") ? "" : " ") + part);
}

/**
 * What the legend explains: words, and what is drawn beside them.
 * @param {Scene} scene
 * @returns {[string, Kind][]}
 */
function entries({ walks, words }) {
  /** @param {string} kind */
  const named = (kind) => {
    const found = walks.flatMap((walk) => walk.state).filter((entry) => entry.kind === kind);
    return [...new Set(found.map((entry) => entry.name))];
  };
  const [buffers, places] = [named("arrow"), named("place")];
  /** @type {[string, Kind][]} */
  const found = [
    ...walks.map((walk) => /** @type {[string, Kind]} */ ([walk.name, walk.role])),
    [words.minimum, "minimum"],
    [words.gradient, "gradient"],
  ];
  if (buffers.length) found.push([buffers.map((name) => fill(words.buffer, { name })).join(" / "), "buffer"]);
  found.push([words.move, "move"]);
  if (places.length) found.push([places.join(" / "), "place"]);
  return found;
}

class Legend {
  /**
   * @param {HTMLElement} list
   * @param {Scene} scene
   */
  constructor(list, scene) {
    this.list = list;
    this.scene = scene;
    this.look = "";
  }

  draw() {
    const shown = entries(this.scene);
    const look = JSON.stringify([shown, this.scene.dark, window.devicePixelRatio]);
    if (look === this.look) return;
    this.look = look;
    this.list.replaceChildren(...shown.map(([text, kind]) => {
      const item = make("li");
      this.drawKey(make("canvas", "", item, { "aria-hidden": "true" }), kind);
      item.append(text);
      return item;
    }));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Kind} kind
   */
  drawKey(canvas, kind) {
    const { theme, walks } = this.scene;
    const scale = window.devicePixelRatio || 1;
    canvas.width = 30 * scale;
    canvas.height = 14 * scale;
    const context = pen(canvas);
    context.scale(scale, scale);
    if (kind === "minimum") {
      star(context, 15, 7.5, 7);
      context.fillStyle = theme.star;
      context.fill();
    } else if (kind === "gradient" || kind === "buffer" || kind === "move") {
      const color = kind === "move" ? theme.ink : theme[kind];
      arrow(context, 2, 7, 26, 0, { casing: "transparent", color, ...ARROWS[kind] });
    } else if (kind === "place") {
      context.strokeStyle = theme[walks[0].role];
      context.lineWidth = 2.5;
      context.strokeRect(9.5, 1.5, 11, 11);
    } else {
      context.strokeStyle = context.fillStyle = theme[kind];
      context.lineWidth = 2.6;
      context.setLineDash(kind === "compare" ? [7, 4] : []);
      context.beginPath();
      context.moveTo(0, 7);
      context.lineTo(30, 7);
      context.stroke();
      marker(context, kind, 15, 7, 4);
      context.fill();
    }
  }
}


// ---- view.js
// One shown widget: its elements, what the reader does to them, and when it is drawn.











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

class View {
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


// ---- descent.js
// Draws what rules do: the map with the paths, the loss over the steps, and a cursor in time.
// No rule and no sentence is written here: the course's rules are derived (derived.js), all else comes from descent.py.



/** @type {AnyWidget<Traits>} */
export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.destroy();
  },
};
