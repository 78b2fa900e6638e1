// What JupyterLab does for an open lesson beyond its own. Written by hand in the form that JupyterLab loads; it
// imports nothing.
(() => {
  const PAUSES = [500, 1500, 4000, 10000]; // milliseconds from one look to the next
  const met = new WeakSet();

  /**
   * Show saved widgets again that were not found. On opening a notebook, ipywidgets restores what the kernel has and
   * what the notebook has, in two calls that may overtake each other; after the shorter one it takes the rest for lost.
   */
  async function showAgain(panel) {
    for (const pause of PAUSES) {
      await new Promise((done) => setTimeout(done, pause));
      if (panel.isDisposed) return;
      for (const { outputArea } of panel.content.widgets) {
        const lost = outputArea?.node.querySelectorAll(".jp-OutputArea-output.jupyter-widgets") ?? [];
        if ([...lost].some((node) => node.childElementCount === 0)) outputArea.model.fromJSON(outputArea.model.toJSON());
      }
    }
  }

  async function meet(widget) {
    if (!widget.context?.path?.endsWith(".ipynb") || met.has(widget)) return;
    met.add(widget);
    await widget.context.ready;
    await showAgain(widget);
  }

  const plugin = {
    id: "downhill-lessons:plugin",
    autoStart: true,
    activate(app) {
      const look = () => {
        for (const widget of app.shell.widgets("main")) meet(widget).catch(() => {}); // it may be closed meanwhile
      };
      app.shell.layoutModified.connect(look);
      app.restored.then(look);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["downhill-lessons"] = {
    init() {},
    async get() {
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
