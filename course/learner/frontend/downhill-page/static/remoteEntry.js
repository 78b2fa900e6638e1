// Loaded by `course lab` and on Binder: gives the course's lessons, which their metadata tell from all other notebooks,
// the class `dh-lesson`, and the page `lesson.css`. Written by hand in the form that JupyterLab loads; it imports nothing.
(() => {
  /** Pixels of a window in which the list of files would leave no room for a lesson. */
  const NARROW = 700;
  const style = new URL("lesson.css", document.currentScript.src).href;

  /** Mark a notebook as a lesson, or as none. */
  const mark = (panel) => {
    const ours = panel.content.model?.sharedModel.getMetadata("course") !== undefined;
    panel.node.classList.toggle("dh-lesson", ours);
  };

  const look = (app) => {
    for (const panel of app.shell.widgets("main")) {
      if (!panel.context?.model?.sharedModel?.cells) continue;
      panel.context.ready.then(() => mark(panel));
    }
  };

  const plugin = {
    id: "downhill-page:plugin",
    autoStart: true,
    activate(app) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
      app.shell.layoutModified?.connect(() => look(app));
      app.restored.then(() => {
        look(app);
        if (window.innerWidth < NARROW) app.shell.collapseLeft?.();
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["downhill-page"] = {
    init() {},
    async get() {
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
