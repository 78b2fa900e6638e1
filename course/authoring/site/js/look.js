// @ts-check
// Light and dark, and what is too wide for a phone.

import { all, one, reach, words } from "./dom.js";
import { keepTheme } from "./store.js";

/** The button in the header changes the theme; the page's first script has chosen it. */
export function themes() {
  const button = one("#theme");
  const dark = () => document.body.dataset.jpThemeLight === "false";
  const show = () => {
    button.setAttribute("aria-label", words(dark() ? "light" : "dark"));
    button.title = words(dark() ? "light" : "dark");
  };
  button.addEventListener("click", () => {
    const theme = dark() ? "light" : "dark";
    document.body.dataset.jpThemeLight = String(theme === "light");
    keepTheme(theme);
    show();
  });
  show();
}

/** What is wider than its box can be moved with the keyboard, too. */
export function reachable() {
  const look = () => {
    all(".scroll, pre.code, pre.printed, .drawing, .output, .math, .nb, .still, .report .dh").forEach(reach);
  };
  look();
  new ResizeObserver(look).observe(document.body);
}
