// Draws what the kernel has computed: the map with the paths, the loss over the steps, and a cursor in time.
// No rule is computed here and no sentence is written here; both come from descent.py.

const PLAY_STEPS_PER_SECOND = 24;
const FIRST_SHOWN = 8; // a step at which the arrows have something to say
const LEVELS = 14;
const LOWEST = 1e-12; // losses below are drawn at the foot of the chart
const TELL_AFTER = 40; // milliseconds from the picture to its words
const ARROW = 64; // pixels of the longer of gradient and buffer

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

const ICONS = {
  back: "M2 2h2v10H2zM12 2v10L5 7z",
  previous: "M10 2v10L3 7z",
  play: "M3 1.5v11L12 7z",
  pause: "M3 2h3v10H3zM8 2h3v10H8z",
  next: "M4 2v10l7-5z",
};

const ARROWS = {
  gradient: { width: 2.4, head: 9 },
  buffer: { width: 5, head: 14 },
  move: { width: 2.2, head: 9 },
};

const isDark = () => document.body.dataset.jpThemeLight === "false";
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const floats = (view) =>
  new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const raised = (power) => [...String(power)].map((digit) => RAISED[digit]).join("");

/** Three significant digits, as a person writes them. */
function number(value) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(3))).replace("-", "−");
  const power = Math.floor(Math.log10(size));
  return `${(value / 10 ** power).toFixed(1)} × 10${raised(power)}`.replace("-", "−");
}

function make(tag, className, parent, attributes = {}) {
  const node = document.createElement(tag);
  // JupyterLab's shortcuts (arrows move between cells, space scrolls) stay out; it asks the focused element itself.
  node.dataset.lmSuppressShortcuts = "true";
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent?.append(node);
  return node;
}

/** The walks that the kernel sent, each with its numbers as arrays over the steps. */
function unpack(described, view) {
  const all = floats(view);
  let from = 0;
  const take = (count) => all.subarray(from, (from += count));
  return described.map((walk) => ({
    ...walk,
    points: take(2 * (walk.steps + 1)),
    losses: take(walk.steps + 1),
    grads: take(2 * walk.steps),
    state: walk.state.map((entry) => ({ ...entry, values: take(2 * walk.steps) })),
  }));
}

/** Fit a canvas to its box and the screen's pixels; null while it has no size. */
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
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return { context, width, height, scale };
}

/** A line over another, wider one in the ground's colour, so that it stands out on every shade. */
function cased(context, color, casing, width, draw) {
  for (const [style, extra] of [[casing, 3], [color, 0]]) {
    context.strokeStyle = style;
    context.lineWidth = width + extra;
    draw();
  }
}

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

function star(context, x, y, size) {
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const radius = i % 2 ? size * 0.42 : size;
    const angle = (i * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}

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

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** The coloured, contoured ground, painted once a landscape, size and theme. */
function paintGround(ground, heights, theme, width, height, scale) {
  const { columns, rows } = ground;
  const stops = theme.shade.map(rgb);
  const small = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const pixels = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = heights[row * columns + column] * (stops.length - 1);
      const stop = Math.min(Math.floor(at), stops.length - 2);
      const offset = 4 * ((rows - 1 - row) * columns + column);
      for (let channel = 0; channel < 3; channel++) {
        const [low, high] = [stops[stop][channel], stops[stop + 1][channel]];
        pixels.data[offset + channel] = low + (high - low) * (at - stop);
      }
      pixels.data[offset + 3] = 255;
    }
  }
  small.getContext("2d").putImageData(pixels, 0, 0);

  const painted = document.createElement("canvas");
  painted.width = Math.round(width * scale);
  painted.height = Math.round(height * scale);
  const context = painted.getContext("2d");
  context.scale(scale, scale);
  context.imageSmoothingQuality = "high";
  // The outermost points of the grid lie on the edge: half a cell of the picture hangs over on every side.
  const [cellX, cellY] = [width / (columns - 1), height / (rows - 1)];
  context.drawImage(small, -cellX / 2, -cellY / 2, columns * cellX, rows * cellY);
  context.strokeStyle = theme.contour;
  context.lineWidth = 1;
  context.stroke(contours(heights, columns, rows, cellX, cellY, height));
  return painted;
}

/** Lines of equal height by marching squares. */
function contours(heights, columns, rows, cellX, cellY, height) {
  const lines = new Path2D();
  for (let level = 1; level < LEVELS; level++) {
    const value = level / LEVELS;
    for (let row = 0; row < rows - 1; row++) {
      for (let column = 0; column < columns - 1; column++) {
        const at = row * columns + column;
        const corners = [heights[at], heights[at + 1], heights[at + columns + 1], heights[at + columns]];
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

class View {
  constructor(model, el) {
    this.model = model;
    this.words = model.get("words");
    this.walks = [];
    this.time = FIRST_SHOWN;
    this.playing = false;
    this.hidden = 0;
    this.build(el);
    this.listen();
    this.receive();
  }

  get dark() { return isDark(); }
  get theme() { return this.dark ? THEMES.dark : THEMES.light; }
  /** The step shown: the one asked for, as far as any walk goes. What was asked for is kept for longer walks. */
  get now() { return Math.min(this.time, this.last); }
  get last() { return Math.max(0, ...this.walks.map((walk) => walk.steps)); }

  build(el) {
    const { words } = this;
    this.root = make("div", "downhill-view", el);
    this.about = make("p", "downhill-about", this.root);
    this.notes = make("div", "downhill-notes", this.root);
    const pictures = make("div", "downhill-pictures", this.root);
    this.map = make("canvas", "downhill-map", pictures, {
      tabindex: "0", role: "application", "aria-label": words.map, "aria-roledescription": words.mapRole,
    });
    this.chart = make("canvas", "downhill-chart", pictures, { role: "img", "aria-label": words.chart });
    const time = make("div", "downhill-time", this.root);
    this.buttons = Object.fromEntries(["back", "previous", "play", "next"].map((name) => {
      const button = make("button", `downhill-${name}`, time, { type: "button" });
      this.label(button, name);
      return [name, button];
    }));
    this.scrub = make("input", "downhill-scrub", time, { type: "range", min: 0, step: 1, "aria-label": words.scrub });
    this.count = make("span", "downhill-count", time);
    this.legend = make("ul", "downhill-legend", this.root);
    this.said = make("div", "downhill-said", this.root);
    this.heard = make("div", "downhill-heard", this.root, { role: "status", "aria-live": "polite" });
  }

  label(button, name) {
    button.innerHTML = `<svg viewBox="0 0 14 14" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    button.title = this.words[name];
    button.setAttribute("aria-label", this.words[name]);
  }

  listen() {
    const { model, buttons } = this;
    this.onPaths = () => this.receive();
    model.on("change:paths", this.onPaths);
    model.on("change:walks", this.onPaths);
    this.onGround = () => { this.painted = null; this.draw(); };
    model.on("change:ground", this.onGround);
    model.on("change:shade", this.onGround);
    this.onStart = () => this.draw();
    model.on("change:start", this.onStart);

    buttons.back.addEventListener("click", () => { this.pause(); this.show(0); });
    buttons.previous.addEventListener("click", () => { this.pause(); this.show(this.now - 1); });
    buttons.next.addEventListener("click", () => { this.pause(); this.show(this.now + 1); });
    buttons.play.addEventListener("click", () => this.toggle());
    this.scrub.addEventListener("input", () => { this.pause(); this.show(Number(this.scrub.value)); });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.pointer(this.map, (x, y, rect) => this.moveStart(...this.place(x / rect.width, y / rect.height)));
    this.pointer(this.chart, (x) => { this.pause(); this.show(Math.round(this.chartStep(x))); });

    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
    this.themed = new MutationObserver(() => { this.painted = null; this.draw(); });
    this.themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  }

  /** Call `move` with the position in the canvas while a mouse button or a finger is down. */
  pointer(canvas, move) {
    const at = (event) => {
      const rect = canvas.getBoundingClientRect();
      move(event.clientX - rect.left, event.clientY - rect.top, rect);
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      at(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) at(event);
    });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const times = { ",": -1, ".": 1 };
    if (event.target === this.map && moves[event.key]) {
      const [x, y] = this.model.get("start");
      const by = event.shiftKey ? 0.01 : 0.1;
      this.moveStart(x + by * moves[event.key][0], y + by * moves[event.key][1]);
    } else if (event.key === " " && event.target.tagName !== "BUTTON") this.toggle();
    else if (times[event.key]) { this.pause(); this.show(this.now + times[event.key]); }
    else return;
    event.preventDefault();
  }

  moveStart(x, y) {
    const [x0, x1, y0, y1] = this.model.get("ground").extent;
    this.model.set("start", [Number(clamp(x, x0, x1).toFixed(4)), Number(clamp(y, y0, y1).toFixed(4))]);
    this.model.save_changes();
  }

  toggle() {
    if (this.playing) return this.pause();
    if (this.time >= this.last) this.time = 0;
    this.playing = true;
    this.label(this.buttons.play, "pause");
    const began = performance.now() - (1000 * this.time) / PLAY_STEPS_PER_SECOND;
    const tick = (now) => {
      if (!this.playing) return;
      this.show(Math.floor(((now - began) * PLAY_STEPS_PER_SECOND) / 1000));
      if (this.time >= this.last) this.pause();
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

  show(time) {
    this.time = clamp(time, 0, this.last);
    this.draw();
  }

  receive() {
    const walks = this.model.get("walks");
    const view = this.model.get("paths");
    if (!view?.byteLength) return;
    this.walks = unpack(walks, view);
    this.draw();
  }

  /** Everything that has changed since the last frame is drawn in the next one, once. */
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (!this.walks.length) return;
      // While JupyterLab changes its theme it hides everything for less than a frame, which no observer sees.
      if (!this.map.clientWidth) {
        if (this.hidden++ < 5) setTimeout(() => this.draw(), 100);
        return;
      }
      this.hidden = 0;
      this.drawMap();
      this.drawChart();
      this.scrub.max = this.last;
      this.scrub.value = this.now;
      this.telling ??= setTimeout(() => this.tell(), TELL_AFTER); // the picture first
    });
  }

  // ---- the map

  place(across, down) {
    const [x0, x1, y0, y1] = this.model.get("ground").extent;
    return [x0 + across * (x1 - x0), y1 - down * (y1 - y0)];
  }

  drawMap() {
    const ground = this.model.get("ground");
    const [x0, x1, y0, y1] = ground.extent;
    const fitted = prepare(this.map, (y1 - y0) / (x1 - x0));
    if (!fitted) return;
    const { context, width, height, scale } = fitted;
    const { theme } = this;
    const look = `${width} ${scale} ${this.dark}`;
    if (!this.painted || this.look !== look) {
      this.look = look;
      this.painted = paintGround(ground, floats(this.model.get("shade")), theme, width, height, scale);
    }
    this.unit = width / (x1 - x0);
    // A path that has run away is drawn towards where it went, within what a canvas can count.
    this.toX = (x) => clamp((x - x0) * this.unit, -1e5, 1e5);
    this.toY = (y) => clamp((y1 - y) * this.unit, -1e5, 1e5);

    context.drawImage(this.painted, 0, 0, width, height);
    this.drawTicks(context, ground.extent, width, height);
    for (const [x, y] of ground.minima) {
      star(context, this.toX(x), this.toY(y), 9);
      context.lineJoin = "round";
      context.strokeStyle = theme.casing;
      context.lineWidth = 3;
      context.stroke();
      context.fillStyle = theme.star;
      context.fill();
    }
    for (const walk of [...this.walks].reverse()) this.drawPath(context, walk);
    this.drawStart(context, width);
    for (const walk of [...this.walks].reverse()) this.drawNow(context, walk);
  }

  drawTicks(context, [x0, x1, y0, y1], width, height) {
    context.font = this.font(11);
    context.fillStyle = this.theme.quiet;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    for (let x = Math.ceil(x0) + 1; x < x1; x++) context.fillText(number(x), this.toX(x), height - 3);
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (let y = Math.ceil(y0) + 1; y < y1; y++) context.fillText(number(y), 5, this.toY(y));
  }

  /** The whole path, thin; what has been walked by now, strong. */
  drawPath(context, walk) {
    const color = this.theme[walk.role];
    const now = Math.min(this.time, walk.steps);
    context.save();
    context.lineJoin = "round";
    context.lineCap = "butt";
    const trace = (from, to) => {
      context.beginPath();
      for (let i = from; i <= to; i++) context.lineTo(this.toX(walk.points[2 * i]), this.toY(walk.points[2 * i + 1]));
      context.stroke();
    };
    if (walk.role === "compare") context.setLineDash([7, 4]);
    cased(context, color, this.theme.casing, 1.3, () => trace(now, walk.steps));
    cased(context, color, this.theme.casing, 2.6, () => trace(0, now));
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

  drawStart(context, width) {
    const [px, py] = this.model.get("start");
    const [x, y] = [this.toX(px), this.toY(py)];
    context.beginPath();
    context.arc(x, y, 8, 0, 2 * Math.PI);
    context.setLineDash([]);
    cased(context, this.theme.ink, this.theme.casing, 2, () => context.stroke());
    this.tag(context, this.words.start, x, y - 16, width);
  }

  tag(context, text, x, y, width) {
    context.font = this.font(12, 600);
    context.textAlign = "center";
    context.textBaseline = "middle";
    const half = context.measureText(text).width / 2 + 4;
    const [cx, cy] = [clamp(x, half, width - half), y < 10 ? y + 34 : y];
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = this.theme.casing;
    context.strokeText(text, cx, cy);
    context.fillStyle = this.theme.ink;
    context.fillText(text, cx, cy);
  }

  /** Where the walk is now, and what pulls it. */
  drawNow(context, walk) {
    const { theme } = this;
    const now = Math.min(this.time, walk.steps);
    const [px, py] = [walk.points[2 * now], walk.points[2 * now + 1]];
    const [x, y] = [this.toX(px), this.toY(py)];
    if (now < walk.steps) {
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

  font(size, weight = 400) {
    return `${weight} ${size}px ${getComputedStyle(this.root).fontFamily}`;
  }

  // ---- the loss over the steps

  chartStep(x) {
    const { left, right } = this.frameOfChart;
    return ((x - left) / (right - left)) * this.last;
  }

  drawChart() {
    // As high as the map beside it; below the map, half as high as wide.
    const beside = this.chart.offsetTop === this.map.offsetTop;
    const ratio = beside ? this.map.clientHeight / (this.chart.clientWidth || 1) : 0.5;
    const fitted = prepare(this.chart, ratio);
    if (!fitted) return;
    const { context, width, height } = fitted;
    const { theme } = this;
    const [left, right, top, bottom] = [46, width - 12, 26, height - 26];
    this.frameOfChart = { left, right };
    const seen = this.walks.flatMap((walk) => [...walk.losses]).filter(Number.isFinite);
    const first = Math.max(...this.walks.map((walk) => walk.losses[0]), LOWEST);
    const high = Math.ceil(Math.log10(Math.min(Math.max(...seen), first * 1e3)) + 0.05);
    const low = Math.min(high - 1, Math.floor(Math.log10(Math.max(Math.min(...seen), LOWEST))));
    const toX = (step) => left + ((right - left) * step) / Math.max(1, this.last);
    const toY = (loss) => {
      const share = (Math.log10(Math.max(loss, LOWEST)) - low) / (high - low);
      return bottom - (bottom - top) * clamp(Number.isFinite(share) ? share : 2, 0, 1.2);
    };

    context.clearRect(0, 0, width, height);
    context.font = this.font(11);
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
    const stride = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000].find((each) => this.last / each <= 5) ?? 2000;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (let step = 0; step <= this.last; step += stride) context.fillText(String(step), toX(step), bottom + 7);
    context.fillStyle = theme.ink;
    context.font = this.font(12, 600);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(this.words.chart, left, 14);

    context.save();
    context.beginPath();
    context.rect(left, top - 8, right - left + 8, bottom - top + 16);
    context.clip();
    for (const walk of [...this.walks].reverse()) {
      context.strokeStyle = theme[walk.role];
      context.lineWidth = 2.2;
      context.lineJoin = "round";
      context.setLineDash(walk.role === "compare" ? [7, 4] : []);
      context.beginPath();
      for (let step = 0; step <= walk.steps; step++) context.lineTo(toX(step), toY(walk.losses[step]));
      context.stroke();
    }
    context.restore();
    const x = Math.round(toX(this.now)) + 0.5;
    context.setLineDash([]);
    context.strokeStyle = theme.quiet;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, top - 6);
    context.lineTo(x, bottom);
    context.stroke();
    for (const walk of [...this.walks].reverse()) {
      const now = Math.min(this.time, walk.steps);
      marker(context, walk.role, toX(now), clamp(toY(walk.losses[now]), top, bottom), 5);
      context.fillStyle = theme[walk.role];
      context.fill();
    }
  }

  // ---- in words

  tell() {
    const { words } = this;
    this.telling = null;
    const count = fill(words.count, { t: this.now, n: this.last });
    this.count.textContent = count;
    this.scrub.setAttribute("aria-valuetext", count);
    this.about.textContent = this.model.get("ground").about;
    const lines = (texts) => texts.filter(Boolean).map((text) => Object.assign(make("p"), { textContent: text }));
    const failures = this.walks.map((walk) => walk.failure);
    const sentences = this.walks.map((walk) => this.sentence(walk));
    this.notes.replaceChildren(...lines(failures));
    this.said.replaceChildren(...lines(sentences));
    this.drawLegend();
    clearTimeout(this.quiet);
    // Heard once things stand still: a screen reader could not keep up with every frame.
    if (!this.playing) {
      this.quiet = setTimeout(() => { this.heard.textContent = [...failures, ...sentences].filter(Boolean).join(" "); }, 500);
    }
  }

  sentence(walk) {
    const { words } = this;
    if (walk.failure && walk.steps === 0) return "";
    const now = Math.min(this.time, walk.steps);
    const [x, y] = [walk.points[2 * now], walk.points[2 * now + 1]];
    const loss = walk.losses[now];
    const parts = [fill(words.at, {
      rule: walk.name, t: now, n: walk.steps, x: number(x), y: number(y), loss: number(loss),
    })];
    const [x0, x1, y0, y1] = this.model.get("ground").extent;
    if (x < x0 || x > x1 || y < y0 || y > y1) parts.push(words.outside);
    else if (loss < 1e-6) parts.push(words.arrived);
    if (now < walk.steps && !walk.diverged && !walk.failure) parts.push(fill(words.end, { loss: number(walk.losses[walk.steps]) }));
    if (walk.diverged) parts.push(fill(words.diverged, { n: walk.steps }));
    return parts.reduce((said, part) => said + (said.endsWith("。") ? "" : " ") + part);
  }

  drawLegend() {
    const { words } = this;
    const named = (kind) => {
      const entries = this.walks.flatMap((walk) => walk.state).filter((entry) => entry.kind === kind);
      return [...new Set(entries.map((entry) => entry.name))];
    };
    const [buffers, places] = [named("arrow"), named("place")];
    const entries = [
      ...this.walks.map((walk) => [walk.name, walk.role]),
      [words.minimum, "minimum"],
      [words.gradient, "gradient"],
      ...(buffers.length ? [[buffers.map((name) => fill(words.buffer, { name })).join(" / "), "buffer"]] : []),
      [words.move, "move"],
      ...(places.length ? [[places.join(" / "), "place"]] : []),
    ];
    const look = JSON.stringify([entries, this.dark, window.devicePixelRatio]);
    if (look === this.legendLook) return;
    this.legendLook = look;
    this.legend.replaceChildren(...entries.map(([text, kind]) => {
      const item = make("li");
      this.drawKey(make("canvas", "", item, { "aria-hidden": "true" }), kind);
      item.append(text);
      return item;
    }));
  }

  drawKey(canvas, kind) {
    const { theme } = this;
    const scale = window.devicePixelRatio || 1;
    canvas.width = 30 * scale;
    canvas.height = 14 * scale;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    if (kind === "minimum") {
      star(context, 15, 7.5, 7);
      context.fillStyle = theme.star;
      context.fill();
    } else if (ARROWS[kind]) {
      const color = kind === "move" ? theme.ink : theme[kind];
      arrow(context, 2, 7, 26, 0, { casing: "transparent", color, ...ARROWS[kind] });
    } else if (kind === "place") {
      context.strokeStyle = theme[this.walks[0].role];
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

  destroy() {
    this.playing = false;
    clearTimeout(this.telling);
    clearTimeout(this.quiet);
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.themed.disconnect();
    this.model.off("change:paths", this.onPaths);
    this.model.off("change:walks", this.onPaths);
    this.model.off("change:ground", this.onGround);
    this.model.off("change:shade", this.onGround);
    this.model.off("change:start", this.onStart);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.destroy();
  },
};
