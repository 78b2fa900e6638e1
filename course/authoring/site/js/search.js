// @ts-check
// Search in the texts of all lessons: every word that was typed must occur; headings count more than prose.

import { fill } from "../../../lab/widget/js/fill.js";
import { element, one, words } from "./dom.js";
import { unpacked } from "./unpack.js";

const MOST = 20;
const AROUND = 60; // characters of prose shown on either side

/** @typedef {[page: string, place: string, lesson: string, heading: string, text: string]} Entry */

/** @type {Promise<Entry[]> | undefined} */
let entries;

/** @returns {Promise<Entry[]>} */
function index() {
  entries ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.search ?? "";
    script.onload = () => done(unpacked(/** @type {any} */ (globalThis).downhillIndex));
    script.onerror = () => done([]);
    document.head.append(script);
  });
  return entries;
}

/**
 * @param {Entry[]} all
 * @param {string} typed
 * @returns {Entry[]}
 */
export function found(all, typed) {
  const asked = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!asked.length) return [];
  /** @type {[number, number, Entry][]} */
  const scored = [];
  all.forEach((entry, at) => {
    const [heading, lesson, text] = [entry[3], entry[2], entry[4]].map((each) => each.toLowerCase());
    if (!asked.every((word) => heading.includes(word) || lesson.includes(word) || text.includes(word))) return;
    const points = asked.reduce((sum, word) => (
      sum + (heading.includes(word) ? 8 : 0) + (lesson.includes(word) ? 4 : 0) + Math.min(3, text.split(word).length - 1)
    ), 0);
    scored.push([-points, at, entry]);
  });
  return scored.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, MOST).map(([, , entry]) => entry);
}

/**
 * A passage around the first word that was found, the word marked.
 * @param {string} text
 * @param {string} typed
 * @param {HTMLElement} parent
 */
function passage(text, typed, parent) {
  const word = typed.toLowerCase().split(/\s+/).find((each) => each && text.toLowerCase().includes(each)) ?? "";
  const at = Math.max(0, text.toLowerCase().indexOf(word));
  parent.append(at > AROUND ? "…" : "", text.slice(Math.max(0, at - AROUND), at));
  element("mark", "", parent).textContent = text.slice(at, at + word.length);
  parent.append(text.slice(at + word.length, at + word.length + AROUND), "…");
}

/** The dialog that the header's button opens, and the key `/`. */
export function search() {
  const dialog = /** @type {HTMLDialogElement} */ (one("#search"));
  const input = /** @type {HTMLInputElement} */ (one("input", dialog));
  const [list, said] = [one("ol", dialog), one(".found", dialog)];
  const open = () => {
    dialog.showModal();
    input.select();
    void index();
  };
  one("#find").addEventListener("click", open);
  one(".close", dialog).addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [role=application]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", async () => {
    const typed = input.value;
    const hits = found(await index(), typed);
    if (typed !== input.value) return; // somebody has typed on
    list.replaceChildren(...hits.map(([page, place, lesson, heading, text]) => {
      const item = element("li", "");
      const link = element("a", "", item, { href: `${page}#${place}` });
      element("b", "", link).textContent = heading;
      element("small", "", link).textContent = lesson;
      passage(text, typed, element("span", "", link));
      link.addEventListener("click", () => dialog.close());
      return item;
    }));
    said.textContent = typed.trim() ? fill(words(hits.length ? "found" : "nothing"), { count: hits.length }) : "";
  });
}
