"""What is sent to a worker of a cluster: functions that travel whole, so that they can say that there is no course.

A function that is defined within another one is pickled with its code (by cloudpickle), and one at the top of a module
by its name alone, which a worker without the course cannot import. So all that runs on a worker is defined inside
here, and imports there what it needs. It holds its arguments as a closure does, which no log and no dashboard shows,
and it never raises: a worker's log would tell of that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping


def call(
    fn: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
) -> Callable[[], dict[str, Any]]:
    """Make a task of one call.

    Args:
        fn: a function at the top of a module of the course.
        arguments: its arguments.
        keywords: its arguments by name.

    Returns:
        A function without arguments. What it returns holds `worker`, the address, and one of `done`, what `fn`
        returned; `refused`, a sentence as `Text.to_json` has it: this worker cannot; `failed`, a line.

    """
    module, name, given = fn.__module__, fn.__qualname__, dict(keywords)

    def judge() -> dict[str, Any]:
        import importlib

        from distributed import get_worker

        told: dict[str, Any] = {"worker": get_worker().address}
        try:
            from course.text import CourseError

            found = getattr(importlib.import_module(module), name)
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with what is installed there
            line = f"{type(problem).__name__}: {problem}"
            return told | {"refused": {"en": line, "zh": line}}
        try:
            return told | {"done": found(*arguments, **given)}
        except CourseError as problem:
            return told | {"refused": problem.text.to_json()}
        except Exception as problem:  # noqa: BLE001 - told to who asks, and not to the log
            return told | {"failed": f"{type(problem).__name__}: {problem}"}

    return judge


def question() -> Callable[[], Coroutine[Any, Any, dict[str, Any]]]:
    """Make the task that asks a worker what it has.

    Returns:
        A function without arguments. What it returns holds `machine`, its name, and then either `missing`, the module
        that is not there, or `course`, the fingerprint of the course, and `wall`, why there is no full wall, as
        `Text.to_json` has it, or None.

    """

    async def look() -> dict[str, Any]:
        import asyncio  # the worker's own loop goes on meanwhile

        def seen() -> dict[str, Any]:
            import platform

            told: dict[str, Any] = {"machine": platform.node()}
            try:
                from course.classroom.judging import fingerprint
                from course.grading import wall
                from course.text import CourseError
            except ModuleNotFoundError as problem:
                return told | {"missing": problem.name or str(problem)}
            try:
                standing = wall.standing()
            except CourseError as problem:
                return told | {"course": fingerprint(), "wall": problem.text.to_json()}
            why = None if standing.full else standing.why or standing.note
            return told | {"course": fingerprint(), "wall": why.to_json() if why else None}

        return await asyncio.to_thread(seen)

    return look
