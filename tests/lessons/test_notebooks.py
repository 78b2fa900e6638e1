"""The builder: what it makes, that it makes it the same every time, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course.authoring import notebooks
from course.text import CourseError, width
from course.topic import ROOT

GOOD = """<!-- A note
over two lines. -->

:::: en
# One
::::
:::: zh
# 一
::::

```python
set_language("{lang}")
```

:::: en
Some `code`:

```text
:::: not a fence here
```
::::
:::: zh
一些 `代码`：

```text
:::: 这里不是标记
```
::::

```python hide tags=gpu,slow
1 + 1
```
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sample.md"
    path.write_text(text, "utf-8")
    return path


def test_both_notebooks_come_from_one_file(tmp_path: Path) -> None:
    cells = notebooks.read(written(tmp_path, GOOD))
    en, zh = (json.loads(notebooks.notebook("sample", cells, lang)) for lang in ("en", "zh"))
    assert [cell["cell_type"] for cell in en["cells"]] == ["markdown", "code", "markdown", "code"]
    assert "".join(en["cells"][0]["source"]) == "# One"
    assert "".join(zh["cells"][0]["source"]) == "# 一"
    assert "".join(en["cells"][1]["source"]) == 'set_language("en")'
    assert "".join(zh["cells"][1]["source"]) == 'set_language("zh")'
    assert ":::: not a fence here" in "".join(en["cells"][2]["source"])
    assert en["cells"][3]["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["gpu", "slow"]}
    assert [cell["id"] for cell in en["cells"]] == [cell["id"] for cell in zh["cells"]]
    assert en["cells"][3] == zh["cells"][3]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in (en["cells"][1], en["cells"][3]))
    assert zh["metadata"]["kernelspec"]["name"] == "python3"
    assert (en["metadata"]["course"]["lang"], zh["metadata"]["course"]["lang"]) == ("en", "zh")


COLUMNS = 96
"""What a cell shows without scrolling sideways in a window 1200 pixels wide, the file browser open."""


def test_code_is_formatted_and_fits_its_cell(tmp_path: Path) -> None:
    for path in notebooks.sources():
        cells = [cell for cell in notebooks.read(path) if isinstance(cell, notebooks.Code)]
        for number, cell in enumerate(cells, start=1):
            (tmp_path / f"{path.parent.name}-{number:02}.py").write_text(cell.source + "\n", "utf-8")
            # Ruff breaks no strings, and a Chinese character is two columns wide in a code cell.
            wide = [line for line in cell.source.splitlines() if width(line) > COLUMNS]
            assert wide == [], f"{path.name}, code cell {number}"
    command = (sys.executable, "-m", "ruff", "format", "--diff", f"--line-length={COLUMNS}", "--isolated", "--no-cache")
    done = subprocess.run([*command, tmp_path], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_source_gives_the_same_bytes() -> None:
    assert notebooks.outputs() == notebooks.outputs()


def test_what_is_committed_is_what_is_built() -> None:
    made = notebooks.outputs()
    assert {path.as_posix() for path in made} >= {"lessons/en/momentum.ipynb", "lessons/zh/momentum.ipynb"}
    for path, text in made.items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path} is not what its source makes: run `course build`"
        nbformat.validate(nbformat.reads(text, as_version=4))  # type: ignore[no-untyped-call]
    kept = {path.relative_to(ROOT) for lang in ("en", "zh") for path in (ROOT / "lessons" / lang).glob("*.ipynb")}
    assert kept == set(made), "a notebook without a source"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (":::: en\nOne\n::::\n", 1, "no partner"),
        (":::: zh\n一\n::::\n", 1, "no partner"),
        (":::: en\nOne\n::::\n```python\n1\n```\n:::: zh\n一\n::::\n", 1, "no partner"),
        (":::: en\nOne\n::::\n:::: en\nTwo\n::::\n", 1, "no partner"),
        (":::: en\n\n::::\n:::: zh\n一\n::::\n", 5, "empty"),
        (":::: en\nOne\n::::\n:::: zh\n一\n::::\n\nLost.\n", 8, "no block"),
        (":::: en\nOne\n::::\n:::: zh\n一\n", 4, "never closed"),
        (":::: en\nOne\n::::\n:::: zh\n一\n::::\n```python\n1 + 1\n", 7, "never closed"),
        ("```python folded\n1\n```\n", 1, "no option 'folded'"),
        ("```pyhton\n1\n```\n", 1, "no block"),
    ],
)
def test_what_is_not_in_the_format_is_named_by_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(CourseError) as error:
        notebooks.read(written(tmp_path, text))
    assert error.value.text.en.startswith(f"sample.md:{line}: ")
    assert error.value.text.zh.startswith(f"sample.md:{line}：")
    assert says in error.value.text.en
