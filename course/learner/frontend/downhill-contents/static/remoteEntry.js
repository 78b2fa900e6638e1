// The lessons in teaching order, by their titles, in a panel of the left side bar: JupyterLab's list of files has them by
// the alphabet. Written by hand in the form that JupyterLab loads; it imports nothing but JupyterLab's own `Widget`.
(() => {
  const NARROW = 900; // pixels of a window in which a lesson needs the room that a panel would take
  const NAMED = { en: "Lessons", zh: "课程" };
  let shared; // what JupyterLab shares with its extensions: by name, by version

  async function widgetClass() {
    const [version] = Object.values(shared["@lumino/widgets"]);
    return (await version.get())().Widget;
  }

  /** The folder of a lesson; nothing for any other document. */
  function folderOf(widget) {
    if (widget?.context?.model?.getMetadata?.("course")?.title === undefined) return undefined;
    return widget.context.path.replace(/[^/]*$/, "");
  }

  /** All lessons beside an open one: the first page has a list of them, and its language. */
  async function lessonsIn(app, folder) {
    const { content } = await app.serviceManager.contents.get(`${folder}index.ipynb`, { type: "notebook", content: true });
    return content.metadata.course;
  }

  class Contents {
    constructor(app, panel) {
      this.app = app;
      this.panel = panel;
      this.folder = undefined;
      panel.id = "downhill-contents";
      panel.addClass("dh-contents");
    }

    /** Show the lessons of the document in front, if it is one, and which of them it is. */
    async look() {
      const { currentWidget } = this.app.shell;
      await currentWidget?.context?.ready;
      const folder = folderOf(currentWidget);
      if (folder === undefined) return;
      if (folder !== this.folder) {
        const { lang, lessons } = await lessonsIn(this.app, folder);
        if (lessons === undefined) return; // the copy of an earlier course
        this.fill(folder, lang, lessons);
      }
      for (const link of this.panel.node.querySelectorAll("a")) {
        const here = link.dataset.path === currentWidget.context.path;
        if (here) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    }

    fill(folder, lang, lessons) {
      this.folder = folder;
      const list = document.createElement("ol");
      for (const { file, title } of lessons) {
        const link = Object.assign(document.createElement("a"), { href: "#", textContent: title });
        link.dataset.path = folder + file;
        link.addEventListener("click", (event) => {
          event.preventDefault();
          this.app.commands.execute("docmanager:open", { path: link.dataset.path }).catch(() => {}); // it has been told
        });
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
      }
      const place = document.createElement("nav");
      place.lang = lang;
      place.setAttribute("aria-label", NAMED[lang]);
      place.append(list);
      this.panel.node.replaceChildren(place);
      this.panel.title.label = NAMED[lang];
      if (!this.panel.isAttached) this.add();
    }

    /** Take a place in the side bar, in front at a first visit; later the reader's own choice stands. */
    add() {
      this.app.shell.add(this.panel, "left", { rank: 50 });
      const first = "downhill-contents:met";
      if (window.innerWidth < NARROW || localStorage.getItem(first)) return;
      localStorage.setItem(first, "1");
      this.app.shell.activateById(this.panel.id);
      this.app.shell.currentWidget?.activate();
    }
  }

  const plugin = {
    id: "downhill-contents:plugin",
    autoStart: true,
    async activate(app) {
      const Widget = await widgetClass();
      const contents = new Contents(app, new Widget());
      const look = () => contents.look().catch(() => {}); // the first page is gone, or the document is closed already
      app.shell.currentChanged.connect(look);
      app.restored.then(look);
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["downhill-contents"] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
