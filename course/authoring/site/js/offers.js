// @ts-check
// The second optimizers of a map: their controls as others.py describes them, laid for a landscape and a map.
/** @import { Node } from "./lab.js" */

/**
 * @typedef {{ stem: string, panel: Node, rule: any, grounds: Record<string, { rate: Record<string, number>,
 *   m: Record<string, number> }> }} Offer an entry of what others.py offers
 */

/**
 * A second optimizer as it begins on a landscape: the node of its controls, and the rule for the canvas.
 * @param {Offer} offer
 * @param {string} landscape
 * @param {string[]} unfolded its sliders that are seen at once, besides that of its learning rate
 */
export function offered({ panel, rule, grounds }, landscape, unfolded) {
  const here = grounds[landscape] ?? { rate: {}, m: {} };
  const rates = { ...rule.rates, ...here.rate };
  const [row, rest] = (panel.k ?? []).map(({ k, ...box }) => ({ ...box, k: k ?? [] }));
  const [name, rate, more] = row.k;
  const suited = { ...rate, m: { ...rate.m, ...here.m } };
  const first = rest.k.filter((each) => unfolded.includes(each.as ?? ""));
  row.k = [name, ...[suited, ...first].sort((a, b) => (a.n ?? 0) - (b.n ?? 0)), more];
  rest.k = rest.k.filter((each) => !first.includes(each));
  const begun = { [rule.rate]: rates[landscape] };
  return {
    panel: { ...panel, k: [row, rest] },
    rule: { ...rule, rates, values: { ...rule.values, ...begun }, first: { ...rule.first, ...begun } },
  };
}

