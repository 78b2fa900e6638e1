// @ts-check
// Numbers as text, in Python's formats and to its last digit.

/**
 * @param {boolean} holds
 * @param {string} [what]
 * @returns {asserts holds}
 */
export function insist(holds, what = "as Python does it") {
  if (!holds) throw new TypeError(what);
}

/** @param {any} value */
export function number(value) {
  if (typeof value === "boolean") return Number(value);
  insist(typeof value === "number");
  return value;
}

/**
 * Decimals of a number, exactly: of its fraction of powers of 2, the middle between two going to the even one.
 * @param {number} size a number that is not negative
 * @param {number} power how many digits after the point; fewer than 0 leave digits before it out
 * @returns {string} the digits
 */
function decimals(size, power) {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  const raw = bits.getBigUint64(0);
  const exponent = Number(raw >> 52n);
  let over = (raw & ((1n << 52n) - 1n)) | (exponent ? 1n << 52n : 0n);
  let under = 1n;
  const shift = BigInt(Math.max(exponent, 1) - 1075);
  if (shift > 0n) over <<= shift; else under <<= -shift;
  if (power > 0) over *= 10n ** BigInt(power); else under *= 10n ** BigInt(-power);
  const [whole, left] = [over / under, (over % under) * 2n];
  return String(whole + (left > under || (left === under && whole % 2n === 1n) ? 1n : 0n));
}

/**
 * So many digits after the point.
 * @param {number} size
 * @param {number} digits
 */
function fixed(size, digits) {
  const halves = size * 2 ** (digits + 1);
  // But for the middle between two numbers, and huge ones, JavaScript writes the same.
  if (size < 1e21 && !(Number.isInteger(halves) && halves % 2 === 1)) return size.toFixed(digits);
  const told = decimals(size, digits).padStart(digits + 1, "0");
  return digits ? `${told.slice(0, -digits)}.${told.slice(-digits)}` : told;
}

/**
 * So many digits that count, without zeros at the end.
 * @param {number} size
 * @param {number} digits
 */
function general(size, digits) {
  const count = Math.max(1, digits);
  let power = size === 0 ? 0 : Number(size.toExponential(20).split("e")[1]);
  let told = decimals(size, count - 1 - power);
  if (told.length > count) [told, power] = [told.slice(0, -1), power + 1];
  const cut = (/** @type {string} */ text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < count) {
    const after = count - 1 - power;
    told = told.padStart(after + 1, "0");
    return cut(after ? `${told.slice(0, -after)}.${told.slice(-after)}` : told);
  }
  const sign = power < 0 ? "-" : "+";
  return `${cut(`${told[0]}.${told.slice(1)}`).replace(/\.$/, "")}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
}

/**
 * A number in a format of Python's: `.2f`, `f`, `.1g`, `g`.
 * @param {any} given
 * @param {string} spec
 */
export function format(given, spec) {
  const value = number(given);
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (Math.abs(value) === Infinity) return `${sign}inf`;
  const digits = Number(/\.(\d+)/.exec(spec)?.[1] ?? 6);
  return sign + (spec.endsWith("f") ? fixed : general)(Math.abs(value), digits);
}

/** @param {any} value a string or a whole number, which Python writes in the same way */
export function str(value) {
  if (typeof value === "string") return value;
  insist(Number.isSafeInteger(value));
  return String(value + 0);
}
