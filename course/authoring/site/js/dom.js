// @ts-check
// Elements, found and made.

/**
 * All elements that a selector finds.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement[]}
 */
export const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(
  /** @returns {each is HTMLElement} */ (each) => each instanceof HTMLElement,
);

/**
 * The first of them.
 * @param {string} selector
 * @param {ParentNode} [within]
 */
export const one = (selector, within = document) => all(selector, within)[0];

/**
 * A new element with classes and attributes, put to the end of another.
 * @param {string} tag
 * @param {string} classes
 * @param {Node | null} [parent]
 * @param {Record<string, string>} [attributes]
 * @returns {HTMLElement}
 */
export function element(tag, classes, parent = null, attributes = {}) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.appendChild(made);
  return made;
}

/**
 * Let the keyboard reach what is wider than its box, and pass over what is not.
 * @param {HTMLElement} box
 */
export function reach(box) {
  if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  else if (document.activeElement !== box) box.removeAttribute("tabindex"); // whoever is there stays there
}

/**
 * What the page says, as its template has written it.
 * @param {string} name
 */
export const words = (name) => document.body.getAttribute(`data-say-${name}`) ?? "";
