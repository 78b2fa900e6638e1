"""argparse, in the reader's languages."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

import course
from course.text import Text

MISUSE = 2
"""The exit status of a command that was not understood."""


class Parser(argparse.ArgumentParser):
    """argparse, whose complaint about misuse is one sentence in both languages."""

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help; argparse itself keeps quiet about a stream that cannot be written."""
        (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where help is; exit with status 2."""
        text = Text(
            en=f"{message}. See `{self.prog} --help`.", zh=f"命令有误（{message}）。用法见 `{self.prog} --help`。"
        )
        print(text.both(), file=sys.stderr)
        raise SystemExit(MISUSE)


class Version(argparse.Action):
    """The option `--version`: argparse's own needs the number before anybody has asked for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and end."""
        print(f"course {course.__version__}")
        parser.exit()
