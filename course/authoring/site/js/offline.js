// @ts-check
// After the first visit the site opens without a network. A new version is offered, and taken when the reader says so.

import { one } from "./dom.js";

/** Whether the reader has asked the browser to load little. */
const sparing = () => /** @type {any} */ (navigator).connection?.saveData === true;

/** Register the service worker, where there can be one and the reader has not asked to save data. */
export function offline() {
  const { worker, lang } = document.body.dataset;
  if (!worker || !("serviceWorker" in navigator) || !location.protocol.startsWith("http") || sparing()) return;
  const notice = one("#newer");
  let asked = false;
  /** @type {ServiceWorker | undefined} */
  let newer;
  one("button", notice).addEventListener("click", () => {
    asked = true;
    newer?.postMessage("take over");
  });
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (asked) location.reload(); });
  /** @param {ServiceWorker | null} waiting */
  const offer = (waiting) => {
    if (!waiting || !navigator.serviceWorker.controller) return; // the first visit: nothing older is there
    newer = waiting;
    notice.hidden = false;
  };
  const register = async () => {
    const registered = await navigator.serviceWorker.register(worker);
    offer(registered.waiting);
    registered.addEventListener("updatefound", () => {
      const coming = registered.installing;
      coming?.addEventListener("statechange", () => { if (coming.state === "installed") offer(registered.waiting); });
    });
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage(`keep ${lang}`);
  };
  // When all else is there: what is kept for later must not delay what is read now.
  const begin = () => setTimeout(() => { register().catch(() => undefined); }, 1500);
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}
