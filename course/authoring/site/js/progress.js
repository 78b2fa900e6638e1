// @ts-check
// How far a reader has come, as this browser remembers it; and the place that a change of language keeps.

import { fill } from "../../../lab/widget/js/fill.js";
import { all, words } from "./dom.js";
import { keep, recall } from "./store.js";

/** Beside each lesson of a list, how many of its questions have been answered. */
export function showProgress() {
  for (const item of all("[data-lesson]")) {
    const names = (item.dataset.questions ?? "").split(" ").filter(Boolean);
    const done = names.filter((name) => (
      recall("votes", `${item.dataset.lesson}/${name}`) !== undefined
      || recall("answers", `${item.dataset.lesson}/${name}`) !== undefined
    )).length;
    const mark = item.querySelector(".standing");
    if (!mark) continue;
    const told = done ? fill(words("standing"), { done, count: names.length }) : "";
    mark.textContent = told || (recall("read", item.dataset.lesson ?? "") ? words("begun") : "");
    item.classList.toggle("finished", done > 0 && done === names.length);
  }
  const stem = document.body.dataset.stem;
  if (stem) keep("read", stem, 1);
}

/** The link to the other language leads to the section that is being read. */
export function keepPlace() {
  const links = all("a[hreflang]").map((each) => /** @type {HTMLAnchorElement} */ (each));
  const heads = all("main :is(h2, h3)[id]");
  const place = () => {
    const above = heads.filter((each) => each.getBoundingClientRect().top < 120);
    return above.length ? above[above.length - 1].id : "";
  };
  for (const each of links) {
    each.addEventListener("click", () => { each.hash = place(); });
  }
}
