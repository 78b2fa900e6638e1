// @ts-check
// What this browser remembers of a reader: votes, answers, pages read, the theme. It never leaves the browser.

const KEY = "downhill";

/** @typedef {{ theme?: string, votes?: Record<string, number>, answers?: Record<string, number>, read?: Record<string, number> }} Kept */

/** @returns {Kept} */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {}; // no storage here, or something else has written there
  }
}

/**
 * What was kept under a name.
 * @param {"votes" | "answers" | "read"} kind
 * @param {string} name
 */
export const recall = (kind, name) => kept()[kind]?.[name];

/**
 * Keep a number under a name.
 * @param {"votes" | "answers" | "read"} kind
 * @param {string} name
 * @param {number} value
 */
export function keep(kind, name, value) {
  const now = kept();
  now[kind] = { ...now[kind], [name]: value };
  write(now);
}

/** @param {string} theme */
export const keepTheme = (theme) => write({ ...kept(), theme });

/** @param {Kept} now */
function write(now) {
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // a browser that keeps nothing: the page works all the same
  }
}
