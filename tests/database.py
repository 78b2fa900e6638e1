"""`pytest --database postgresql`: the tests that make a class, and no others, with its gradebook on a real server.

Which those are is read from their code, so that no list of them can be wrong: a test makes a class if it, a fixture of
it, or a function of the tests that one of them calls, names `new_class`. It opens the gradebook if it names what does
so in `tests/classroom/room.py`. The others repeat on the server what those prove of it, as do a test's further
parameters and what is looked at in a browser: they are marked `full` there.
"""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
OWN = {"postgresql", "networks"}
"""What a test needs that has a server already; or that has machines which judge, while one process on this one writes
to the gradebook as ever: most of its time is spent waiting for a network."""
ROOM = "tests.classroom.room"
MAKES = {"new_class"}
OPENS = {"gradebook", "mark", "set_by_hand"}
SERVING = pytest.StashKey[ExitStack]()
"""What stops the server at the end of the run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line say where gradebooks are kept."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where the classes that tests make keep their gradebook; with postgresql only those tests are run",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the server, once for all processes of the run."""
    if config.option.database == "sqlite" or hasattr(config, "workerinput") or config.option.collectonly:
        return
    from tests.classroom import postgres
    from tests.tools import TOOLS

    if not TOOLS["postgresql"].found():
        raise pytest.UsageError(TOOLS["postgresql"].missing)
    config.stash[SERVING] = ExitStack()
    config.stash[SERVING].enter_context(postgres.for_all())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it."""
    config.stash.get(SERVING, ExitStack()).close()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spare the time of reading folders of tests in which nothing knows of a class."""
    if config.option.database == "sqlite" or collection_path.parent != HERE or not collection_path.is_dir():
        return None
    known = any(b"tests.classroom" in path.read_bytes() for path in collection_path.rglob("*.py"))
    return None if known else True


@pytest.hookimpl(tryfirst=True)  # before -m reads the markers
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has no gradebook, looks at a file of SQLite's, or brings a server or a network of its own."""
    if config.option.database == "sqlite":
        return
    left_out = {item for item in items if not on_a_server(item)}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]
    tried = set()
    for item in items:
        function = item.nodeid.partition("[")[0]
        if function in tried or "browser" in getattr(item, "fixturenames", ()) or not calls(item, OPENS):
            item.add_marker(pytest.mark.full)
        elif item.get_closest_marker("full") is None:
            tried.add(function)


def on_a_server(item: pytest.Item) -> bool:
    """Return True if a test makes a class whose gradebook may be kept anywhere."""
    own = any(OWN & set(mark.args) for mark in item.iter_markers("needs"))
    return not own and item.get_closest_marker("sqlite") is None and calls(item, MAKES)


def calls(item: pytest.Item, wanted: set[str]) -> bool:
    """Return True if a test, a fixture of it, or a function that one of them calls names one of the room's."""
    if not isinstance(item, pytest.Function):
        return False
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    waiting = [item.function, *(each.func for several in fixtures for each in several)]
    seen: set[Any] = set()
    while waiting:
        function = inspect.unwrap(waiting.pop())
        if not isinstance(function, FunctionType) or function in seen:
            continue
        seen.add(function)
        if function.__module__ == ROOM and function.__name__ in wanted:
            return True
        waiting += called(function)
    return False


def called(function: FunctionType) -> Iterator[Any]:
    """Find the functions of the tests that a function names, its own inner ones included."""
    names = set(names_in(function.__code__))
    modules = [each for name in names if isinstance(each := function.__globals__.get(name), ModuleType)]
    for place in (function.__globals__, *(vars(module) for module in modules)):
        for name in names & place.keys():
            found = place[name]
            if callable(found) and str(getattr(found, "__module__", "")).startswith("tests."):
                yield found


def names_in(code: CodeType) -> Iterator[str]:
    """List the names that code looks up, in the functions within it too."""
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from names_in(each)
