// @ts-check
// What the builder has packed into a text, so that a script or a page can hold it, without any request of its own.

/**
 * The data of a text.
 * @param {string} packed
 */
export const unpacked = (packed) => {
  const zipped = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
};
