// @ts-check
// Draws what the kernel has computed: the map with the paths, the loss over the steps, and a cursor in time.
// No rule is computed here and no sentence is written here; both come from descent.py.
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
