"""The course as a wheel, packed from what is installed here: no network and no builder is needed.

A wheel is a zip with a table of contents. What belongs in it is known: where pip has installed the course, pip's own
list says; in a clone, the builder's tables in pyproject.toml do.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from course.exports import archive
from course.system import toml, workspace
from course.text import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "downhill-course"
KEPT = ("METADATA", "entry_points.txt")
"""Files of the list of what is installed that a wheel has, too; licences besides."""
WHEEL = "Wheel-Version: 1.0\nGenerator: downhill\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def wheel() -> tuple[str, bytes]:
    """Pack the course.

    Returns:
        The file's name and its content; the same content gives the same bytes.

    Raises:
        CourseError: something that belongs in it is missing.

    """
    installed = metadata.distribution(NAME)
    stem = f"{NAME.replace('-', '_')}-{installed.version}"
    clone = workspace.checkout()
    own = _of_clone(clone) if clone else _of_installation(installed)
    try:
        files = {name: path.read_bytes() for name, path in own}
    except OSError as problem:
        raise CourseError(workspace.NOT_WHOLE.format(name=problem.filename)) from problem
    files |= {f"{stem}.dist-info/{name}": content for name, content in _told(installed)}
    files[f"{stem}.dist-info/WHEEL"] = WHEEL.encode()
    record = f"{stem}.dist-info/RECORD"
    files[record] = "".join(f"{name},{_hash(files[name])},{len(files[name])}\n" for name in files).encode()
    files[record] += f"{record},,\n".encode()
    return f"{stem}-py3-none-any.whl", archive.pack(files)


def _of_clone(clone: Path) -> Iterator[tuple[str, Path]]:
    """By the tables that the builder reads; what Python and editors leave behind stays."""
    with toml.opened(clone / "pyproject.toml") as told:
        built = told["tool"]["hatch"]["build"]["targets"]["wheel"]
        included, excluded, sources = built["only-include"], built["exclude"], built["sources"]
    for name in included:
        top = clone / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            inside = PurePosixPath(path.relative_to(clone).as_posix())
            if path.is_dir() or _left_out(inside, excluded):
                continue
            yield _placed(inside, sources), path


def _left_out(inside: PurePosixPath, excluded: list[str]) -> bool:
    junk = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
    return junk or any(inside.is_relative_to(each.lstrip("/")) for each in excluded)


def _placed(inside: PurePosixPath, sources: Mapping[str, str]) -> str:
    source = next((each for each in sources if inside.is_relative_to(each)), None)
    return f"{sources[source]}{str(inside).removeprefix(source)}" if source else str(inside)


def _of_installation(installed: metadata.Distribution) -> Iterator[tuple[str, Path]]:
    for file in installed.files or ():
        if file.parts[0] == "course" and "__pycache__" not in file.parts:
            yield file.as_posix(), Path(str(file.locate()))


def _told(installed: Any) -> Iterator[tuple[str, bytes]]:
    """What is told of the package: its requirements, its commands, its licences."""
    for file in installed.files or ():
        inside = "/".join(file.parts[1:])
        if file.parts[0].endswith(".dist-info") and (inside in KEPT or inside.startswith("licenses/")):
            yield inside, file.locate().read_bytes()


def _hash(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
