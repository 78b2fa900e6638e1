// Opens the file of an exercise beside the lesson that has a link to it, at the first TODO. JupyterLab itself would open
// it in the lesson's place, at its first line. Written by hand in the form that JupyterLab loads; it imports nothing.
(() => {
  const EXERCISE = /(^|\/)course\/optim\/\w+\.py$/;
  const TO_DO = [/\bTODO\b/, /raise NotImplementedError/, /^\s*def /];
  const BELOW = 12; // lines that are in sight below the first TODO
  const WIDE = 900; // pixels in which two documents have room

  /** The path of the exercise that a click asks for, below the folder that is served; nothing for any other click. */
  function asked(app, event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return undefined;
    const files = new URL("files/", app.serviceManager.serverSettings.baseUrl); // where JupyterLab has links lead
    const { origin, pathname } = new URL(link.href, window.location.href);
    if (origin !== files.origin || !pathname.startsWith(files.pathname)) return undefined;
    const path = decodeURIComponent(pathname.slice(files.pathname.length));
    return EXERCISE.test(path) ? path : undefined;
  }

  async function open(app, path, lesson) {
    const main = () => [...app.shell.widgets("main")];
    const before = main().some((widget) => widget.context?.path === path);
    const options = { mode: app.shell.node.clientWidth < WIDE ? "tab-after" : "split-right", ref: lesson?.id };
    const widget = await app.commands.execute("docmanager:open", { path, factory: "Editor", options });
    if (before) return; // it stays where its reader has left it
    await widget.context.ready;
    await widget.revealed;
    const lines = widget.context.model.toString().split("\n");
    const line = TO_DO.map((sign) => lines.findIndex((each) => sign.test(each))).find((found) => found >= 0);
    if (line === undefined) return;
    const { editor } = widget.content;
    editor.setCursorPosition({ line, column: lines[line].length });
    editor.revealPosition({ line: Math.min(lines.length - 1, line + BELOW), column: 0 });
    editor.focus();
  }

  const plugin = {
    id: "downhill-beside:plugin",
    autoStart: true,
    activate(app) {
      document.addEventListener("click", (event) => {
        const path = asked(app, event);
        if (path === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const lesson = [...app.shell.widgets("main")].find((widget) => widget.node.contains(event.target));
        open(app, path, lesson).catch(() => {}); // JupyterLab has said what is wrong: the file is gone
      }, true);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["downhill-beside"] = {
    init() {},
    async get() {
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
