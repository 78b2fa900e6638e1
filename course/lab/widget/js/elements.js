// @ts-check
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
export function make(tag, className, parent, attributes = {}) {
  const node = document.createElement(tag);
  // JupyterLab's shortcuts (arrows move between cells, space scrolls) stay out; it asks the focused element itself.
  node.dataset.lmSuppressShortcuts = "true";
  if (className) node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  parent?.append(node);
  return node;
}
