// @ts-check
// What the builder has packed into a text, so that a script or a page can hold it, without any request of its own.

/**
 * The bytes of a text.
 * @param {string} coded
 */
export const bytes = (coded) => Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));

/**
 * The data of a text.
 * @param {string} packed
 */
export const unpacked = (packed) =>
  new Response(new Blob([bytes(packed)]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
