"""Where PyTorch comes from: each way in which its index can fail ends in a choice or a sentence, never in CUDA unasked.

pip is the real one, in an environment of its own; the index is a server of ours on this machine, with a torch of four
kilobytes. Simulated is what a test says: the terminal, the GPU.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.setup import pip, pytorch
from course.text import CourseError, Text, set_language
from tests.house.test_bootstrap import fake

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTED = "2.13.0"
PROJECT = """
[project]
dependencies = ["numpy>=2", "torch-geometric", "torch>=2.11,<3"]
[tool.downhill]
torch = "{tested}"
"""
Answer = Callable[[BaseHTTPRequestHandler], None]


def wheel(version: str) -> bytes:
    """A torch of that version without anything in it."""
    info = f"torch-{version}.dist-info"
    files = {
        "torch/__init__.py": f'__version__ = "{version}"\n' + "#" * 4000,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{name},," for name in (*files, f"{info}/RECORD")]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in {**files, f"{info}/RECORD": "\n".join(rows) + "\n"}.items():
            archive.writestr(name, text)
    return written.getvalue()


def send(request: BaseHTTPRequestHandler, body: bytes, kind: str = "text/html", claims: int | None = None) -> None:
    request.send_response(200)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(claims or len(body)))
    request.end_headers()
    request.wfile.write(body)


def index(*versions: str, broken: Answer | None = None, digest: str = "") -> Answer:
    """An index, or a flat page of links, of those versions of torch; `broken` answers in place of the wheels."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        name = request.path.rpartition("/")[2]
        if name.endswith(".whl"):
            if broken:
                broken(request)
            else:
                send(request, wheel(name.split("-")[1].replace("%2B", "+")), "application/octet-stream")
            return
        files = [f"torch-{each.replace('+', '%2B')}-py3-none-any.whl" for each in versions]
        send(request, "".join(f'<a href="/files/{file}{digest}">{file}</a>\n' for file in files).encode())

    return answer


def refuse(code: int) -> Answer:
    return lambda request: request.send_error(code)


def hang(_request: BaseHTTPRequestHandler) -> None:
    time.sleep(30)


def trickle(request: BaseHTTPRequestHandler) -> None:
    """Never silent for long, never done: no limit of pip's ends this."""
    request.send_response(200)
    request.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(300):
            request.wfile.write(b"<")
            request.wfile.flush()
            time.sleep(0.1)


def portal(request: BaseHTTPRequestHandler) -> None:
    """What a hotel's network answers in place of everything."""
    send(request, b"<html><body>Welcome! <a href='/login'>Log in</a></body></html>")


def half(request: BaseHTTPRequestHandler) -> None:
    """A connection that is cut in the middle of the wheel."""
    body = wheel(f"{TESTED}+cpu")
    send(request, body[: len(body) // 2], "application/octet-stream", claims=len(body))
    request.close_connection = True


@contextlib.contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine; gives its address, and a list that fills with the paths that it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            with contextlib.suppress(OSError):
                answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/whl/cpu", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with pip and nothing else."""
    made = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", made], check=True)
    return made


@pytest.fixture(autouse=True)
def _machine(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Linux without GPU and terminal, whose user has configured nothing and whose PyPI is dead."""
    for each in (site := next(bare.glob("lib/python*/site-packages"))).glob("torch*"):
        shutil.rmtree(each)
    assert not list(site.glob("torch*"))
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(tested=TESTED), "utf-8")
    monkeypatch.setattr(pip, "ROOT", tmp_path)
    monkeypatch.setattr(pip, "VENV", bare)
    monkeypatch.setattr(pip, "PYTHON", bare / "bin/python")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(pytorch, "has_gpu", lambda: False)
    monkeypatch.setattr(pytorch, "SECONDS", 6.0)
    monkeypatch.setattr(pytorch, "ATTEMPTS", 1)
    monkeypatch.setattr(pytorch, "PAUSE", 0.1)
    for name in ("TORCH_INDEX", "TORCH_BUILD", "HTTP_PROXY", "http_proxy", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_TIMEOUT", "4")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def use(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let PyTorch's own index lie there."""
    monkeypatch.setattr(pytorch, "cpu_index", lambda: address)


def installed() -> str:
    """The torch in the environment; empty if there is none."""
    found = [
        each.name.removesuffix(".dist-info") for each in pip.VENV.glob("lib/python*/site-packages/torch-*.dist-info")
    ]
    return " ".join(found).removeprefix("torch-")


def test_the_tested_cpu_build_is_taken_from_among_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = ["2.11.0+cpu", f"{TESTED}+cpu", TESTED, f"{TESTED}+cu130", "2.14.1+cpu", "3.0.0+cpu"]
    with serving(index(*offered)) as (address, asked):
        use(monkeypatch, address)
        pytorch.install(1.6)
    assert installed() == f"{TESTED}+cpu"
    assert [each for each in asked if each.endswith(".whl")] == [f"/files/torch-{TESTED}%2Bcpu-py3-none-any.whl"]


@pytest.mark.parametrize("there", ["2.11.0+cpu", "2.12.1", "2.14.1+cu130"])
def test_a_torch_in_the_range_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: str) -> None:
    file = tmp_path / f"torch-{there}-py3-none-any.whl"
    file.write_bytes(wheel(there))
    subprocess.run([pip.PYTHON, "-m", "pip", "install", "-q", "--no-index", file], check=True)
    with serving(index(f"{TESTED}+cpu")) as (address, asked):
        use(monkeypatch, address)
        pytorch.install(1.6)
    assert installed() == there
    assert asked == []


def test_a_torch_out_of_the_range_is_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "torch-2.10.0-py3-none-any.whl"
    file.write_bytes(wheel("2.10.0"))
    subprocess.run([pip.PYTHON, "-m", "pip", "install", "-q", "--no-index", file], check=True)
    with serving(index(f"{TESTED}+cpu")) as (address, _):
        use(monkeypatch, address)
        pytorch.install(1.6)
    assert installed() == f"{TESTED}+cpu"


def test_a_folder_in_pips_configuration_comes_before_any_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "torch-2.12.0-py3-none-any.whl").write_bytes(wheel("2.12.0"))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with serving(index(f"{TESTED}+cpu")) as (address, asked):
        use(monkeypatch, address)
        pytorch.install(1.6)
    assert installed() == "2.12.0"
    assert asked == []


FAILURES = {
    "no-such-page": (refuse(404), "HTTP 404"),
    "forbidden": (refuse(403), "HTTP 403"),
    "out-of-order": (refuse(503), "cannot be reached"),
    "hangs": (hang, "did not answer within 2 seconds"),
    "trickles": (trickle, "did not answer within 2 seconds"),
    "captive-portal": (portal, f"has no torch {TESTED}+cpu for Python"),
    "nonsense": (lambda request: send(request, bytes(range(256)), "image/png"), f"has no torch {TESTED}+cpu"),
    "only-cuda": (index(TESTED, f"{TESTED}+cu130"), f"has no torch {TESTED}+cpu"),
    "other-releases": (index("2.11.0+cpu", "2.14.1+cpu"), f"has no torch {TESTED}+cpu"),
    "cut-off": (index(f"{TESTED}+cpu", broken=half), "broke off"),
    "silent-wheel": (index(f"{TESTED}+cpu", broken=hang), "broke off"),
    "page-for-wheel": (index(f"{TESTED}+cpu", broken=portal), "broke off"),
    "missing-wheel": (index(f"{TESTED}+cpu", broken=refuse(404)), "broke off"),
    "wrong-hash": (index(f"{TESTED}+cpu", digest="#sha256=" + "0" * 64), "broke off"),
}


def assert_reason(capfd: pytest.CaptureFixture[str], address: str, reason: str) -> None:
    """The build cannot be had from there: the reason is told, pip's traceback is not, and nothing is installed."""
    problem = pytorch.from_source(address, TESTED)
    assert problem
    assert reason in problem.en
    for told in (problem.en, problem.zh):
        assert pytorch.host(address) in told
    said = capfd.readouterr()
    assert said.out.startswith("Asking ")
    assert "Traceback" not in said.out + said.err
    assert installed() == ""


@pytest.mark.parametrize("how", list(FAILURES))
def test_an_index_fails(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    answer, reason = FAILURES[how]
    if answer in {hang, trickle}:  # however slow pip is, it comes to this
        monkeypatch.setattr(pytorch, "SECONDS", 2.0)
    with serving(answer) as (address, _):
        assert_reason(capfd, address, reason)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/whl/cpu", "https://127.0.0.1:9/whl/cpu", "https://index.invalid/whl/cpu"],
    ids=["refused", "refused-tls", "no-dns"],
)
def test_no_index_at_all(capfd: pytest.CaptureFixture[str], address: str) -> None:
    assert_reason(capfd, address, "cannot be reached")


def test_without_a_terminal_it_stops_with_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:9/whl/cpu")
    with pytest.raises(CourseError) as caught:
        pytorch.install(1.6)
    text = caught.value.text
    assert text.en.startswith("127.0.0.1 cannot be reached. ")
    for told in (text.en, text.zh):
        for word in ("TORCH_INDEX=", "TORCH_BUILD=cuda", "0.2 GB", "3 GB", "6 GB", "make lab"):
            assert word in told
    assert installed() == ""


def test_the_wait_is_visible(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(pytorch, "ATTEMPTS", 2)
    set_language("zh")
    assert pytorch.from_source("http://127.0.0.1:9/whl/cpu", TESTED)
    assert capfd.readouterr().out.splitlines() == [
        "正在向 127.0.0.1 查询 torch 2.13.0+cpu ……",
        "连接不上 127.0.0.1。正在重试（第 2 次，共 2 次）……",
    ]


def test_an_index_that_recovers(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The first answers fail, as they do where a network has just come up."""
    good, times = index(f"{TESTED}+cpu"), []

    def answer(request: BaseHTTPRequestHandler) -> None:
        times.append(request.path)
        (good if len(times) > 4 else refuse(503))(request)

    monkeypatch.setattr(pytorch, "ATTEMPTS", 2)
    with serving(answer) as (address, _):
        assert pytorch.from_source(address, TESTED) is None
    assert "Trying again (2 of 2)" in capfd.readouterr().out
    assert installed() == f"{TESTED}+cpu"


def test_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is the server; the host, which only the proxy could find, does not exist."""
    with serving(index(f"{TESTED}+cpu")) as (address, asked):
        monkeypatch.setenv("HTTP_PROXY", address.removesuffix("/whl/cpu"))
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("PIP_TRUSTED_HOST", "index.invalid")
        assert pytorch.from_source("http://index.invalid/whl/cpu", TESTED) is None
    assert installed() == f"{TESTED}+cpu"
    assert asked[0].startswith("http://index.invalid/whl/cpu")


# --- The user's word ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flat", [False, True], ids=["index", "page-of-links"])
def test_a_mirror_by_variable(monkeypatch: pytest.MonkeyPatch, *, flat: bool) -> None:
    """The usual index is not even asked. Mirrors come in two kinds; a page of links has no page for a package."""
    good = index(f"{TESTED}+cpu")

    def answer(request: BaseHTTPRequestHandler) -> None:
        (refuse(404) if flat and request.path.endswith("/torch/") else good)(request)

    use(monkeypatch, "http://127.0.0.1:9/whl/cpu")
    with serving(answer) as (address, _):
        monkeypatch.setenv("TORCH_INDEX", address)
        pytorch.install(1.6)
    assert installed() == f"{TESTED}+cpu"


def test_a_folder_by_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / f"torch-{TESTED}+cpu-py3-none-any.whl").write_bytes(wheel(f"{TESTED}+cpu"))
    monkeypatch.setenv("TORCH_INDEX", str(tmp_path))
    pytorch.install(1.6)
    assert installed() == f"{TESTED}+cpu"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("mirror.example.edu/whl/cpu", "neither an address"),
        ("/no/such/folder", "neither an address"),
        ("http://me:secret@index.invalid/whl", "index.invalid is not trusted by pip"),
    ],
)
def test_an_address_that_is_none(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], source: str, reason: str
) -> None:
    monkeypatch.setenv("TORCH_INDEX", source)
    with pytest.raises(CourseError) as caught:
        pytorch.install(1.6)
    assert reason in caught.value.text.en
    assert "secret" not in caught.value.text.both() + capfd.readouterr().out


def pip_asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What pip would be told to install, and the room that is asked for before."""
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(pip, "install", lambda *arguments, **_: called.append(arguments))
    monkeypatch.setattr(pip, "space", lambda gigabytes: called.append((f"{gigabytes:g} GB",)))
    return called


def test_cuda_by_variable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    called = pip_asked(monkeypatch)
    monkeypatch.setenv("TORCH_BUILD", "CUDA")
    pytorch.install(1.6)
    assert called == [("7.6 GB",), (f"torch=={TESTED}",)]
    assert "about 3 GB to download, 6 GB on the disk" in capsys.readouterr().out


def test_a_gpu_gets_cuda_and_is_told_the_size_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Simulated: the GPU."""
    called = pip_asked(monkeypatch)
    monkeypatch.setattr(pytorch, "has_gpu", lambda: True)
    monkeypatch.setattr(pip, "space", lambda _: called.append((capsys.readouterr().out,)))
    pytorch.install(1.6)
    (said,), ordered = called
    assert "about 3 GB to download" in said
    assert "TORCH_BUILD=cpu" in said
    assert ordered == (f"torch=={TESTED}",)


def test_a_gpu_and_the_cpu_build_by_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytorch, "has_gpu", lambda: True)
    monkeypatch.setenv("TORCH_BUILD", "cpu")
    with serving(index(f"{TESTED}+cpu")) as (address, _):
        use(monkeypatch, address)
        pytorch.install(1.6)
    assert installed() == f"{TESTED}+cpu"


def test_a_build_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_BUILD", "rocm")
    with pytest.raises(CourseError, match="cpu or cuda, not 'rocm'"):
        pytorch.install(1.6)


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_the_ordinary_index_has_no_cuda(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """Simulated: the system."""
    called = pip_asked(monkeypatch)
    monkeypatch.setattr(sys, "platform", system)
    use(monkeypatch, "http://127.0.0.1:9/whl/cpu")
    pytorch.install(1.6)
    assert called == [(f"torch=={TESTED}",)]


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("echo 'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-0)'", True),
        ("echo 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver'; exit 9", False),
        ("echo 'No devices found.'", False),
        ("exit 127", False),
    ],
)
def test_a_tool_without_a_gpu_is_no_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, *, found: bool
) -> None:
    monkeypatch.undo()
    fake(tmp_path / "bin", "nvidia-smi", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert pytorch.has_gpu() is found


# --- Somebody is there ----------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A terminal at which somebody types these lines."""

    def isatty(self) -> bool:
        return True


def typing(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Terminal:
    """Simulated: the terminal. pip stays as quiet as without one."""
    out = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr(sys, "stdout", out)
    return out


GOOD, BAD, USUAL = "https://good.example.edu/whl", "https://bad.example.edu/whl", "https://usual.example.edu/whl"


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Simulated: one good source among failing ones; fills with those that are tried."""
    tried: list[str] = []

    def from_source(source: str, _tested: str) -> Text | None:
        tried.append(source)
        problem = Text(en="{source} cannot be reached.", zh="连接不上 {source}。").format(source=source)
        return None if source == GOOD else problem

    use(monkeypatch, USUAL)
    monkeypatch.setattr(pytorch, "from_source", from_source)
    return tried


def test_the_choice_tells_sizes_in_both_languages(monkeypatch: pytest.MonkeyPatch, sources: list[str]) -> None:
    out = typing(monkeypatch)  # the end of input: nobody types anything
    with pytest.raises(CourseError, match="TORCH_INDEX="):
        pytorch.install(1.6)
    for word in ("1  the CPU build, 0.2 GB", "2  the build with CUDA, about 3 GB", "1  CPU 版，0.2 GB", "2  CUDA 版"):
        assert word in out.getvalue()
    assert f"{USUAL} cannot be reached." in out.getvalue()
    assert sources == [USUAL]


@pytest.mark.parametrize(
    ("lines", "tried"),
    [
        (["1", GOOD], [USUAL, GOOD]),
        ([GOOD], [USUAL, GOOD]),
        (["3", "3", GOOD], [USUAL, USUAL, USUAL, GOOD]),
        (["x", "1", BAD, "3", "1", GOOD], [USUAL, BAD, BAD, GOOD]),
    ],
)
def test_the_choice_of_a_mirror(
    monkeypatch: pytest.MonkeyPatch, sources: list[str], lines: list[str], tried: list[str]
) -> None:
    called = pip_asked(monkeypatch)
    out = typing(monkeypatch, *lines)
    pytorch.install(1.6)
    assert sources == tried
    assert called == []
    assert ("Type 1, 2 or 3" in out.getvalue()) == ("x" in lines)


def test_the_choice_of_cuda(monkeypatch: pytest.MonkeyPatch, sources: list[str]) -> None:
    called = pip_asked(monkeypatch)
    out = typing(monkeypatch, "2")
    pytorch.install(1.6)
    assert sources == [USUAL]
    assert called == [("7.6 GB",), (f"torch=={TESTED}",)]
    assert "6 GB on the disk" in out.getvalue().split("Enter alone")[1]


@pytest.mark.parametrize("answers", [("",), ("q",), ("1", "")])
def test_the_choice_to_stop(monkeypatch: pytest.MonkeyPatch, sources: list[str], answers: tuple[str, ...]) -> None:
    called = pip_asked(monkeypatch)
    typing(monkeypatch, *answers)
    with pytest.raises(CourseError, match="was not installed"):
        pytorch.install(1.6)
    assert sources == [USUAL]
    assert called == []


def test_a_full_disk_is_not_the_indexs_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulated: pip's last words."""

    def full(*_: str, megabytes: float) -> None:
        raise pip.explained("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device")

    monkeypatch.setattr(pip, "install", full)
    with serving(index(f"{TESTED}+cpu")) as (address, _):
        use(monkeypatch, address)
        with pytest.raises(CourseError, match="disk became full"):
            pytorch.install(1.6)
