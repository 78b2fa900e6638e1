// @ts-check
// Sentences with values in them; the pages of the site say theirs with it, too.

/**
 * Put values where a sentence has their names in braces.
 * @param {string} template
 * @param {Record<string, string | number>} values
 */
export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
