// Names the tab of every lesson as the lesson's own metadata do: both languages of a lesson have the same file name.
// Written by hand in the form that JupyterLab loads; it imports nothing.
(() => {
  const named = new WeakSet();

  /** Name one tab, now and whenever JupyterLab names it after its file again. */
  async function name(widget) {
    const { context, title } = widget;
    if (!context?.path?.endsWith(".ipynb") || named.has(widget)) return;
    named.add(widget);
    await context.ready;
    const label = () => {
      const wanted = context.model.getMetadata?.("course")?.title;
      if (wanted && title.label !== wanted) title.label = wanted;
    };
    title.changed.connect(label);
    label();
  }

  const plugin = {
    id: "downhill-tabs:plugin",
    autoStart: true,
    activate(app) {
      const look = () => {
        for (const widget of app.shell.widgets("main")) name(widget).catch(() => {}); // it may be closed before it is ready
      };
      app.shell.layoutModified.connect(look);
      app.restored.then(look);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["downhill-tabs"] = {
    init() {},
    async get() {
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
