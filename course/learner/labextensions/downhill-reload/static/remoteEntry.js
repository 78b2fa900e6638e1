// Loaded by `course lab --reload` alone: reads the notebook in front anew when its file has changed on disk, unless
// somebody has edited it here. Written by hand in the form that JupyterLab loads; it imports nothing.
(() => {
  const PAUSE = 1000;
  /** What each notebook's cells were when it was last read. */
  const read = new WeakMap();

  const sources = (context) => JSON.stringify(context.model.toJSON().cells.map((cell) => cell.source));

  async function look(app) {
    const context = app.shell.currentWidget?.context;
    if (document.hidden || !context?.isReady || !context.model.sharedModel?.cells) return;
    if (!read.has(context)) read.set(context, sources(context));
    const disk = await app.serviceManager.contents.get(context.path, { content: false });
    const known = context.contentsModel?.last_modified;
    if (!known || disk.last_modified <= known || sources(context) !== read.get(context)) return;
    await context.revert();
    read.set(context, sources(context));
  }

  const plugin = {
    id: "downhill-reload:plugin",
    autoStart: true,
    activate(app) {
      const again = () => setTimeout(() => look(app).catch(() => {}).finally(again), PAUSE); // a file may be gone for a moment
      app.restored.then(again);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["downhill-reload"] = {
    init() {},
    async get() {
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
