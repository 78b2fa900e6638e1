// @ts-check
// Shows the methods of a file, colours them, and sends what is typed to editor.py, which alone knows the file.
/** @import { AnyModel, AnyWidget } from "@anywidget/types" */

/** @typedef {{ name: string, head: string, doc: string, body: string, before: number }} Pane */
/**
 * @typedef {object} Traits
 * @property {Record<string, string>} words
 * @property {string} file
 * @property {Pane[]} panes
 * @property {number} version
 * @property {boolean} unsaved
 * @property {{ version?: number, bodies?: string[] }} draft
 * @property {boolean} behind
 * @property {boolean} views
 * @property {string} note
 */

const INDENT = 4;
const TELL_AFTER = 250; // milliseconds from the last key to the kernel's knowing what is typed
const LOOK = 500; // milliseconds between two looks at whether there is a kernel
const BUSY_AFTER = 1500; // milliseconds that the kernel has to save
const SPEECH = new RegExp(
  [
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<string>\b[rRbBfFuU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)`
      + String.raw`|"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)`,
    String.raw`(?<number>\b(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\b)`,
    String.raw`\b(?<keyword>False|None|True|and|as|assert|break|class|continue|def|del|elif|else|except|finally|for|from`
      + String.raw`|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b`,
    String.raw`\b(?<self>self)\b`,
  ].join("|"),
  "g",
);

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {HTMLElement} parent
 * @param {Record<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, className, parent, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  node.dataset.lmSuppressShortcuts = "true"; // JupyterLab's Ctrl + S, arrows and the like stay out
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent.append(node);
  return node;
}

/**
 * Show code in colours, each of its lines in an element of its own, which may take several of the page's.
 * @param {HTMLElement} into
 * @param {string} code
 * @param {number} [first] the number of the first line, if they are to have numbers
 */
function colour(into, code, first) {
  /** @type {HTMLElement[]} */
  const lines = [];
  const begin = () => {
    const line = document.createElement("span");
    line.className = "course-editor-line";
    if (first !== undefined) line.dataset.number = String(first + lines.length);
    lines.push(line);
  };
  /** @type {(text: string, kind?: string) => void} */
  const add = (text, kind) => text.split("\n").forEach((part, i) => {
    if (i) begin();
    const span = document.createElement("span");
    if (kind) span.className = `course-editor-${kind}`;
    span.textContent = part;
    if (part) lines[lines.length - 1].append(span);
  });
  let at = 0;
  begin();
  for (const found of code.matchAll(SPEECH)) {
    add(code.slice(at, found.index));
    add(found[0], Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined)?.[0]);
    at = found.index + found[0].length;
  }
  add(code.slice(at));
  into.replaceChildren(...lines);
}

/**
 * Type a text in place of what is selected, so that it can be undone as what a reader types.
 * @param {HTMLTextAreaElement} area
 * @param {string} text
 * @param {number} [from]
 * @param {number} [to]
 */
function type(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.setSelectionRange(from, to);
  const done = text ? document.execCommand("insertText", false, text) : from === to || document.execCommand("delete");
  if (!done) {
    area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input"));
  }
}

/** @param {string} line */
const indentOf = (line) => line.length - line.trimStart().length;

/**
 * How far the line after this one is indented.
 * @param {string} line what stands before the caret
 */
function indentAfter(line) {
  const indent = indentOf(line);
  const code = line.replace(SPEECH, (text, comment) => (comment ? "" : text)).trim();
  if (/[:([{]$/.test(code)) return indent + INDENT;
  return /^(return|raise|pass|break|continue)\b/.test(code) ? Math.max(0, indent - INDENT) : indent;
}

/**
 * Indent the lines of the selection, or take some of it away.
 * @param {HTMLTextAreaElement} area
 * @param {boolean} less
 */
function shift(area, less) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  if (start === end && !less) {
    type(area, " ".repeat(INDENT - ((start - from) % INDENT)));
    return;
  }
  const next = value.indexOf("\n", Math.max(start, end - 1));
  const to = next < 0 ? value.length : next;
  const lines = value.slice(from, to).split("\n").map((line) => {
    if (less) return line.slice(Math.min(indentOf(line), INDENT));
    return line ? " ".repeat(INDENT) + line : line;
  });
  const text = lines.join("\n");
  type(area, text, from, to);
  const caret = Math.max(from, start - (to - from - text.length));
  area.setSelectionRange(start === end ? caret : from, start === end ? caret : from + text.length);
}

class View {
  /**
   * @param {AnyModel<Traits>} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.words = model.get("words");
    /** @type {HTMLTextAreaElement[]} */
    this.areas = [];
    /** @type {HTMLElement[]} */
    this.painted = [];
    /** @type {Pane[]} */
    this.shown = [];
    /** @type {string[]} what was sent to be saved last */
    this.sent = [];
    this.version = -1;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.telling = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    const root = (this.root = make("div", "course-editor", el));
    root.lang = this.words.lang;
    const bar = make("div", "course-editor-bar", root);
    this.title = make("span", "course-editor-file", bar);
    this.state = make("span", "course-editor-state", bar);
    this.turn = make("button", "course-editor-turn", bar, { type: "button" });
    this.save = make("button", "course-editor-save", bar, { type: "button", "aria-keyshortcuts": "Control+S Meta+S" });
    this.save.textContent = this.words.save;
    make("p", "course-editor-alone", root).textContent = this.words.alone;
    this.note = make("p", "course-editor-note", root, { role: "status" });
    this.other = make("button", "course-editor-take", root, { type: "button" });
    this.other.textContent = this.words.take;
    this.body = make("div", "course-editor-panes", root);
    this.keys = make("p", "course-editor-keys", root, { id: `course-editor-${Math.random().toString(36).slice(2)}` });
    this.keys.textContent = this.words.keys;
    this.turn.addEventListener("click", () => this.send("turn"));
    this.save.addEventListener("click", () => this.ask());
    this.other.addEventListener("click", () => model.send({ kind: "take" }));
    root.addEventListener("keydown", (event) => this.command(event));
    this.onPanes = () => this.receive();
    this.onNote = () => this.tell();
    /** @param {{ kind?: string }} message */
    this.onMessage = (message) => { if (message.kind === "saved") { clearTimeout(this.waiting); this.tell(); } };
    for (const name of /** @type {const} */ (["panes", "version", "unsaved"])) model.on(`change:${name}`, this.onPanes);
    for (const name of /** @type {const} */ (["note", "behind", "views"])) model.on(`change:${name}`, this.onNote);
    model.on("msg:custom", this.onMessage);
    // When a kernel goes, ipywidgets marks its own boxes around this one, and says so to nobody.
    this.looking = setInterval(() => { if (this.save.disabled !== this.alone) this.tell(); }, LOOK);
    this.receive();
  }

  get texts() { return this.areas.map((area) => area.value); }

  get alone() { return Boolean(this.el.closest(".jupyter-widgets-disconnected")); }

  /** @param {string[]} bodies */
  holds(bodies) { return bodies.length === this.areas.length && bodies.every((each, i) => each === this.areas[i].value); }

  /** Whether something is typed that is not in the file. */
  get dirty() { return this.model.get("unsaved") || !this.holds(this.clean); }

  receive() {
    const panes = this.model.get("panes");
    const version = this.model.get("version");
    if (version !== this.version) {
      const typing = this.version >= 0 && !this.holds(this.clean) && !this.holds(this.sent);
      if (typing) this.inform(); // the kernel says what becomes of it
      else this.show(panes, version);
    }
    if (version === this.version) this.clean = panes.map((pane) => pane.body);
    if (this.dirty) this.inform();
    this.tell();
  }

  /** @type {string[]} what the panes held when they came, or when they were saved */
  clean = [];

  /**
   * @param {Pane[]} panes
   * @param {number} version
   */
  show(panes, version) {
    const active = this.areas.findIndex((area) => area === document.activeElement);
    this.version = version;
    this.clean = panes.map((pane) => pane.body);
    this.sent = this.clean;
    this.shown = panes;
    this.body.replaceChildren();
    this.painted = [];
    this.areas = panes.map((pane) => this.pane(pane, panes.length === 1));
    this.paint();
    if (active >= 0) (this.areas[active] ?? this.areas[0])?.focus({ preventScroll: true });
  }

  /**
   * @param {Pane} pane
   * @param {boolean} whole
   */
  pane(pane, whole) {
    if (pane.head) {
      const head = make("div", "course-editor-code course-editor-head", this.body);
      colour(head, pane.head);
    }
    if (pane.doc) {
      const folded = make("details", "course-editor-doc", this.body);
      make("summary", "", folded).textContent = this.words.doc;
      make("div", "course-editor-code", folded).textContent = pane.doc.replace(/^( *)[rR]?"""|"""\s*$/g, "$1").replace(/\s+$/, "");
    }
    const field = make("div", whole ? "course-editor-field course-editor-whole" : "course-editor-field", this.body);
    const stack = make("div", "course-editor-stack", field);
    this.painted.push(make("div", "course-editor-code course-editor-painted", stack, { "aria-hidden": "true" }));
    const area = make("textarea", "course-editor-code course-editor-area", stack, {
      "aria-label": this.words.label.replace("{name}", pane.name).replace("{file}", this.model.get("file")),
      "aria-describedby": this.keys.id,
      spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off", rows: "1",
    });
    area.value = pane.body;
    area.addEventListener("input", () => { this.paint(); this.inform(); this.tell(); });
    let leaving = false;
    area.addEventListener("keydown", (event) => { leaving = this.key(event, area, leaving); });
    return area;
  }

  /**
   * A key with Ctrl or ⌘: these would reach the notebook, whose own saving and undoing is not meant.
   * @param {KeyboardEvent} event
   */
  command(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = `${event.shiftKey ? "shift " : ""}${event.key.toLowerCase()}`;
    const typing = event.target instanceof HTMLTextAreaElement;
    if (key === "s") this.ask();
    else if (typing && key === "z") document.execCommand("undo");
    else if (typing && (key === "shift z" || key === "y")) document.execCommand("redo");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLTextAreaElement} area
   * @param {boolean} leaving whether Esc was the key before: then Tab goes on to what follows the editor
   * @returns {boolean} the same of the next key
   */
  key(event, area, leaving) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || area.readOnly) return false;
    const { selectionStart: at, selectionEnd: end, value } = area;
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    if (event.key === "Escape" || event.key === "Shift") return event.key === "Escape" || leaving;
    if (event.key === "Tab" && !leaving) shift(area, event.shiftKey);
    else if (event.key === "Enter") type(area, `\n${" ".repeat(indentAfter(line))}`);
    else if (event.key === "Backspace" && at === end && line && !line.trim()) {
      type(area, "", at - (((line.length - 1) % INDENT) + 1), at);
    } else return false;
    event.preventDefault();
    return false;
  }

  /** Colour what is typed, and number its lines as the file does, so that a report's numbers can be found. */
  paint() {
    let line = 1;
    this.areas.forEach((area, i) => {
      line += this.shown[i].before;
      colour(this.painted[i], area.value, line);
      line += area.value.split("\n").length - 1;
    });
  }

  /** Let the kernel know what is typed, so that nothing is lost when the file changes or the cell is run again. */
  inform() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      this.model.set("draft", this.holds(this.clean) ? {} : { version: this.version, bodies: this.texts });
      this.model.save_changes();
    }, TELL_AFTER);
  }

  ask() {
    if (this.alone) return;
    this.send("save");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => { this.note.textContent = this.words.busy; }, BUSY_AFTER);
  }

  /** @param {string} kind */
  send(kind) {
    clearTimeout(this.telling);
    this.sent = this.texts;
    this.model.send({ kind, version: this.version, bodies: this.areas.length ? this.sent : null });
  }

  tell() {
    const { alone, model, words } = this;
    this.root.classList.toggle("course-editor-lonely", alone);
    this.title.textContent = model.get("file");
    this.state.textContent = this.dirty ? `● ${words.unsaved}` : "";
    if (this.note.textContent !== model.get("note")) this.note.textContent = model.get("note");
    this.turn.textContent = this.areas.length === 1 ? words.methods : words.whole;
    this.turn.hidden = alone || !model.get("views");
    this.save.disabled = alone;
    this.other.hidden = alone || !model.get("behind");
    for (const area of this.areas) area.readOnly = alone;
  }

  destroy() {
    clearTimeout(this.waiting);
    clearInterval(this.looking);
    for (const name of /** @type {const} */ (["panes", "version", "unsaved"])) this.model.off(`change:${name}`, this.onPanes);
    for (const name of /** @type {const} */ (["note", "behind", "views"])) this.model.off(`change:${name}`, this.onNote);
    this.model.off("msg:custom", this.onMessage);
  }
}

/** @type {AnyWidget<Traits>} */
export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.destroy();
  },
};
