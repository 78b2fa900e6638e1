// @ts-check
// Draws what rules do: the map with the paths, the loss over the steps, and a cursor in time.
// No rule and no sentence is written here: the course's rules are derived (derived.js), all else comes from descent.py.
/** @import { AnyWidget } from "@anywidget/types" */
/** @import { Traits } from "./values.js" */

import { View } from "./view.js";

/** @type {AnyWidget<Traits>} */
export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.destroy();
  },
};
