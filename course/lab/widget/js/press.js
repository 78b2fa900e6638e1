// @ts-check
// A button that the page hears itself, also where no kernel stands behind it: it counts its clicks, and may open what
// stands beside it.
/** @import { AnyWidget } from "@anywidget/types" */

import { make } from "./elements.js";

/** @typedef {{ label: string, hint: string, within: string, clicks: number }} PressTraits of `Press` in press.py */

/** @type {AnyWidget<PressTraits>} */
export default {
  render({ model, el }) {
    el.classList.add("downhill-press");
    const within = model.get("within");
    const button = make("button", within ? "downhill-more" : "", el, { type: "button", title: model.get("hint") });
    button.textContent = model.get("label");
    const show = () => {
      const open = model.get("clicks") % 2 === 1;
      button.setAttribute("aria-expanded", String(open));
      el.closest(within)?.classList.toggle("downhill-open", open);
    };
    button.addEventListener("click", () => {
      model.set("clicks", model.get("clicks") + 1);
      model.save_changes();
    });
    if (!within) return undefined;
    model.on("change:clicks", show);
    requestAnimationFrame(show); // by then it stands in the page
    return () => model.off("change:clicks", show);
  },
};
