// @ts-check
// Figures come to life when they are near: only then are their scripts loaded.

import { all } from "./dom.js";

const NEAR = "400px";

/** @type {Promise<void> | undefined} */
let loading;

/** @param {string} address */
const script = (address) => /** @type {Promise<void>} */ (new Promise((done, failed) => {
  const made = document.createElement("script");
  made.src = address;
  made.onload = () => done();
  made.onerror = () => failed(new Error(address));
  document.head.append(made);
}));

/** The scripts of the figures, which this page names and has not loaded yet. */
export function load() {
  const addresses = (document.body.dataset.lab ?? "").split(" ").filter(Boolean);
  loading ??= Promise.all(addresses.map(script)).then(() => undefined);
  return loading;
}

/** @param {HTMLElement} place */
export const wake = async (place) => {
  if (place.dataset.ready) return;
  place.dataset.ready = "soon";
  try {
    await load();
    await /** @type {any} */ (globalThis).downhillLab.show(place);
  } catch {
    delete place.dataset.ready; // its picture stays
  }
};

/** Wake every figure that comes near. */
export function watchFigures() {
  const places = all(".live");
  if (!places.length) return;
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !(target instanceof HTMLElement)) continue;
      observer.unobserve(target);
      void wake(target);
    }
  }, { rootMargin: NEAR });
  for (const each of places) observer.observe(each);
}
