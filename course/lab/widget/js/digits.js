// @ts-check
// Numbers as a person writes them.

/**
 * Keep a value between two others.
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** @type {Record<string, string>} */
const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * An exponent.
 * @param {number} power
 */
export const raised = (power) => [...String(power)].map((digit) => RAISED[digit]).join("");

/**
 * Three significant digits, as a person writes them.
 * @param {number} value
 */
export function number(value) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "–";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(3))).replace("-", "−");
  const power = Math.floor(Math.log10(size));
  return `${(value / 10 ** power).toFixed(1)} × 10${raised(power)}`.replace("-", "−");
}
