// @ts-check
// Quizzes and predictions: what one chooses is answered at once and remembered in this browser.

import { fill } from "../../../lab/widget/js/fill.js";
import { all, one } from "./dom.js";
import { keep, recall } from "./store.js";

const stem = () => document.body.dataset.stem ?? "";

/**
 * Show one of the replies, and no other.
 * @param {HTMLElement} box
 * @param {string} which
 */
function reply(box, which) {
  for (const each of all("[data-why]", one(".reply", box))) each.hidden = each.dataset.why !== which;
}

/** @param {HTMLElement} form */
function quiz(form) {
  const name = `${stem()}/${form.dataset.name}`;
  const before = recall("answers", name);
  for (const each of all("input", form)) {
    const input = /** @type {HTMLInputElement} */ (each);
    input.checked = input.value === String(before ?? "");
    if (input.checked) reply(form, input.value);
    input.addEventListener("change", () => {
      keep("answers", name, Number(input.value));
      reply(form, input.value);
    });
  }
}

/** @param {HTMLElement} box */
function prediction(box) {
  const name = `${stem()}/${box.dataset.name}`;
  const [said, skip, compare] = [one(".voted", box), one(".skip", box), one(".compare", box)];
  const buttons = /** @type {HTMLButtonElement[]} */ (all("[data-vote]", box));
  const answers = all(".answers li", box).map((each) => each.textContent ?? "");
  /** @type {number | null} */
  let mine = null;
  /** @param {number | null} vote */
  const open = (vote) => {
    mine = vote;
    for (const each of buttons) {
      const chosen = each.dataset.vote === String(vote);
      each.setAttribute("aria-pressed", String(chosen));
    }
    said.textContent = vote === null
      ? box.closest("body")?.dataset.sayUnvoted ?? ""
      : fill(document.body.dataset.sayVoted ?? "", { answer: `${"ABC"[vote]}. ${answers[vote]}` });
    box.classList.add("open");
    /** @type {HTMLButtonElement} */ (skip).disabled = true;
  };
  for (const each of buttons) {
    each.addEventListener("click", () => {
      keep("votes", name, Number(each.dataset.vote));
      open(Number(each.dataset.vote));
      score();
    });
  }
  skip.addEventListener("click", () => open(null));
  compare.addEventListener("click", () => {
    for (const each of [...buttons, compare]) /** @type {HTMLButtonElement} */ (each).disabled = true;
    reply(box, mine === null ? "none" : String(mine));
  });
  const before = recall("votes", name);
  if (before !== undefined && before < answers.length) open(before);
}

/** How the predictions of this lesson have turned out. */
function score() {
  const shown = one(".score");
  if (!shown) return;
  const boxes = all(".predict");
  const votes = boxes.map((box) => recall("votes", `${stem()}/${box.dataset.name}`));
  const cast = votes.filter((vote) => vote !== undefined).length;
  if (!cast) return;
  const right = boxes.filter((box, i) => String(votes[i]) === box.dataset.right).length;
  const left = boxes.length - cast;
  shown.textContent = fill(shown.dataset.score ?? "", { right, count: cast })
    + (left ? ` ${fill(shown.dataset.open ?? "", { count: left })}` : "");
}

/** Bring all questions of the page to life. */
export function ask() {
  all("form.quiz").forEach(quiz);
  all(".predict").forEach(prediction);
  score();
}
