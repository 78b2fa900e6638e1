// Derived from js/*.js by `course build`: edit those.

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


// ---- press.js
// A button that the page hears itself, also where no kernel stands behind it: it counts its clicks, and may open what
// stands beside it.



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
