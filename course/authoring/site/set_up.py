"""What the first cell of a lesson does in Colab. `colab.py` writes the function into that cell, as it stands here.

Standard library only, and nothing of ours: the course is what it installs.
"""

import importlib.metadata
import json
import os
import subprocess
import sys


def set_up(course: str, folder: str, lang: str, says: dict[str, str]) -> None:
    """Install the course, go into its folder, and say so; a second run finds both and changes nothing.

    Args:
        course: the address of the course, as pip takes it.
        folder: where to keep what the reader writes; `course init` makes it, and leaves alone what is there.
        lang: the reader's language.
        says: the sentences, by name.

    """

    class SetUpError(Exception):  # it ends `Run all`, and shows a sentence in place of a traceback
        def _render_traceback_(self) -> list[str]:
            return [str(self)]

    def run(*command: str) -> str:
        line = [sys.executable, "-m", *command]
        done = subprocess.run(line, check=False, capture_output=True, encoding="utf-8", errors="replace")
        if done.returncode:
            last = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-12:]
            raise SetUpError("\n".join([says["failed"], "", *last]))
        return done.stdout

    def found(name: str) -> tuple[str, str]:
        """Return the version of a package and where it was installed from; empty where there is none."""
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            return "", ""
        return package.version, json.loads(package.read_text("direct_url.json") or "{}").get("url", "")

    here = globals()
    if found("downhill-course")[1] != course:
        print(says["installing"], flush=True)
        if "_loaded" not in here:  # once a session, so that an interrupted installation is seen, too
            owners = importlib.metadata.packages_distributions()
            here["_loaded"] = {name: found(name) for each in list(sys.modules) for name in owners.get(each, ())}
        run("pip", "install", "--quiet", course)
        if found("downhill-course")[1] != course:  # pip keeps another state of the course under the same version
            run("pip", "install", "--quiet", "--force-reinstall", "--no-deps", course)
    if any(found(name) != before for name, before in here.get("_loaded", {}).items()):
        raise SetUpError(says["restart"])  # Python keeps what it has loaded, and that is the older one
    news = run("course.cli", "init", folder, "--lang", lang).splitlines()[1:]
    os.chdir(folder)
    os.environ["COURSE_LANG"] = lang  # of the commands that are typed after a `!`
    try:
        from google.colab import output
    except ImportError:  # the notebook was taken elsewhere
        pass
    else:
        output.enable_custom_widget_manager()
    print(*news, says["ready"], sep="\n")
