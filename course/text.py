"""A sentence in both languages, side by side, and the language its reader reads."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, Lang] = ("en", "zh")
TONGUES: dict[Lang, str] = {"en": "en", "zh": "zh-CN"}
"""How HTML names the languages."""
_BETWEEN_CHINESE = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")

_JOINS_EMOJI = "(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
_JOINS_LETTERS = "(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])"
_HIDES = re.compile(
    f"(?P<joins>{_JOINS_EMOJI}|{_JOINS_LETTERS})"
    "|[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
"""What a terminal or a page obeys or does not show: controls, marks of direction, characters without a width, halves of
characters. A joiner between two emoji, or between two letters of a script that needs it, is none of these."""
_NAMES = {
    **dict(zip("\u202a\u202b\u202c\u202d\u202e", ("LRE", "RLE", "PDF", "LRO", "RLO"), strict=True)),
    **dict(zip("\u2066\u2067\u2068\u2069", ("LRI", "RLI", "FSI", "PDI"), strict=True)),
    **dict(zip("\u200e\u200f\u061c", ("LRM", "RLM", "ALM"), strict=True)),
    **dict(zip("\u200b\u200c\u200d\u2060\ufeff\xad", ("ZWSP", "ZWNJ", "ZWJ", "WJ", "BOM", "SHY"), strict=True)),
}
LONGEST_QUOTATION = 500
"""Characters of a quotation within a sentence."""


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or passage in English and in Simplified Chinese; neither may be empty.

    Raises:
        ValueError: one language is missing.

    Examples:
        >>> from course.lab import Text
        >>> Text(en="{n} steps", zh="{n} 步").format(n=3)
        Text(en='3 steps', zh='3 步')

    """

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not (self.en.strip() and self.zh.strip()):
            raise ValueError(f"both languages are required: en={self.en!r}, zh={self.zh!r}")

    def __getitem__(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def __str__(self) -> str:
        return self[language()]

    def __add__(self, other: Text) -> Text:
        return Text(self.en + other.en, self.zh + other.zh)

    def format(self, **values: object) -> Text:
        """Fill the same values into both languages; a value that is itself a Text is filled in its own language.

        The blanks that set a foreign word off from the Chinese around it go where the value is Chinese.
        """

        def fill(lang: Lang) -> str:
            own = {name: value[lang] if isinstance(value, Text) else value for name, value in values.items()}
            return self[lang].format(**own)

        return Text(fill("en"), _BETWEEN_CHINESE.sub("", fill("zh")))

    @classmethod
    def joined(cls, texts: Iterable[Text], *, en: str, zh: str) -> Text:
        """Join several texts into one, in each language with its own separator.

        Args:
            texts: one text at least.
            en: what stands between two of them in English.
            zh: the same in Chinese.

        Returns:
            The text in both languages.
        """
        texts = list(texts)
        return cls(en=en.join(text.en for text in texts), zh=zh.join(text.zh for text in texts))

    def both(self) -> str:
        """Return both languages, one a line: for sentences that must reach a reader whose language is not known yet."""
        return f"{self.en}\n{self.zh}"

    def to_json(self) -> dict[str, str]:
        """Return the form in which a Text is stored."""
        return {"en": self.en, "zh": self.zh}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Text:
        """Read what `to_json` has made."""
        return cls(en=str(stored["en"]), zh=str(stored["zh"]))


class Texts(Mapping[str, Text]):
    """The texts of one module by their names, from the TOML file beside it, read when the first one is asked for."""

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def _texts(self) -> dict[str, Text]:
        try:
            return {name: Text(**both) for name, both in parsed(self.file).items()}
        except (TypeError, ValueError, AttributeError) as error:
            what = Text(
                en=f"each text is a table of `en` and `zh` ({error})",
                zh=f"每条文字都应是含 `en` 和 `zh` 的表（{error}）",
            )
            raise DamagedError(self.file, what) from error

    def __getitem__(self, name: str) -> Text:
        try:
            return self._texts[name]
        except KeyError:
            raise KeyError(f"{self.file.name} has no text [{name}]") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def texts(module: str) -> Texts:
    """Return the texts beside a module, those in `advice.toml` for `advice.py` and in `wall.toml` for a package `wall`.

    Longer sentences are there, where they can be read and reviewed without the code; a short one may stay in the line
    that says it. A test holds that every name is there and every text is used.

    Args:
        module: the module's own `__file__`.

    """
    path = Path(module)
    return Texts(path.with_name(f"{path.parent.name if path.stem == '__init__' else path.stem}.toml"))


def visible(text: str, *, lines: bool = False) -> str:
    r"""Show what hides in a text that somebody else wrote: a terminal or a page does nothing but print the result.

    Args:
        text: any text.
        lines: whether its lines and tabs stay, if every line is marked as a quotation.

    Returns:
        The text with a visible sign for each character that hides.

    >>> visible("a\x1b[2J\nRight: \u202e")
    'a␛[2J␊Right: ⟨RLO⟩'
    >>> visible("王小明 \U0001f469\u200d\U0001f52c") == "王小明 \U0001f469\u200d\U0001f52c"
    True

    """

    def shown(found: re.Match[str]) -> str:
        char = found[0]
        code = ord(char)
        if found["joins"] or (lines and char in "\n\t"):
            return char
        if 0xDC80 <= code <= 0xDCFF:  # how Python reads a byte of a file's name that is not UTF-8
            return f"\\x{code - 0xDC00:02x}"
        if code < 0x20 or code == 0x7F:
            return chr(0x2421 if code == 0x7F else 0x2400 + code)
        return f"⟨{_NAMES.get(char) or f'U+{code:04X}'}⟩"

    return _HIDES.sub(shown, text.replace("\r\n", "\n") if lines else text)


def quoted(text: str) -> str:
    r"""Return somebody else's words as `code` within a sentence of ours: on one line, and with no way out of it.

    >>> quoted("no `lr`\n\nRight: all is well")
    "`no 'lr'␊␊Right: all is well`"
    """
    folded = " ".join(visible(text).replace("`", "'").split()) or " "
    return f"`{folded if len(folded) <= LONGEST_QUOTATION else folded[:LONGEST_QUOTATION] + '…'}`"


def width(text: str) -> int:
    """Return how many columns of a terminal a text fills; Chinese characters take two, combining marks none."""
    return sum(map(_columns, text))


def quotation(text: str, columns: int) -> list[str]:
    r"""Break somebody else's text into lines that no terminal breaks: each can be marked as a quotation.

    Args:
        text: any text, of several lines perhaps.
        columns: the most that a line has.

    Returns:
        The lines.

    >>> quotation("12345678\r\n9\x1b", 6)
    ['123456', '78', '9␛']

    """
    broken = []
    for line in visible(text, lines=True).expandtabs(4).split("\n"):
        broken.append("")
        left = columns
        for char in line:
            if (left := left - _columns(char)) < 0:
                broken.append("")
                left = columns - _columns(char)
            broken[-1] += char
    return broken


def cut(text: str, columns: int) -> str:
    """Shorten a text to so many columns of a terminal; what is left out is marked.

    Args:
        text: one line.
        columns: the most that it may take, 1 at least.

    Returns:
        The text, or its beginning and an ellipsis.

    >>> cut("abcdef", 4), cut("学情报告", 5), cut("abc", 3)
    ('abc…', '学情…', 'abc')

    """
    if width(text) <= columns:
        return text
    left = columns - 1
    for i, char in enumerate(text):
        if (left := left - _columns(char)) < 0:
            return f"{text[:i]}…"
    return text


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class CourseError(Exception):
    """Something the user can mend; its Text says what to do. The command line prints it and exits with status 2."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.both())
        self.text = text

    def __reduce__(self) -> tuple[type[CourseError], tuple[Text]]:
        """Let it travel to another process, which a pool's exceptions do."""
        return type(self), (self.text,)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of a traceback."""
        return [self.text[language()]]


class DamagedError(CourseError):
    """A file of the course cannot be read; whoever knows where it comes from may say more of the remedy."""

    def __init__(self, file: Path, what: Text, line: int | None = None) -> None:
        where = f"{file}:{line}" if line else str(file)
        super().__init__(
            Text(
                en=f"{where}: {what.en}. Get the file back with git, or install the course again.",
                zh=f"{where}：{what.zh}。请用 git 取回该文件，或重新安装课程。",
            )
        )
        self.file, self.what, self.line = file, what, line

    def __reduce__(self) -> tuple[type[DamagedError], tuple[Path, Text, int | None]]:  # type: ignore[override]
        """Let it travel to another process."""
        return type(self), (self.file, self.what, self.line)


_WHERE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def parsed(file: Path) -> dict[str, Any]:
    """Read a file of TOML, as `course.system.toml` does for all that may import it.

    Raises:
        DamagedError: it is not there, cannot be read or is no TOML.

    """
    import tomllib

    content = b""
    try:
        content = file.read_bytes()
        return tomllib.loads(content.decode().replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        line = int(found[1]) if found and found[1] else len(content.splitlines())
        raise DamagedError(file, _no_toml(_WHERE.sub("", str(error))), line) from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DamagedError(file, Text(en="this is no UTF-8", zh="这里不是 UTF-8 编码"), line) from error
    except RecursionError as error:
        raise DamagedError(file, _no_toml("too many brackets in one another")) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DamagedError(file, Text(en=f"it cannot be read ({why})", zh=f"无法读取（{why}）")) from error


def _no_toml(why: str) -> Text:
    return Text(en=f"this is no TOML ({why})", zh=f"这里不符合 TOML 的语法（{why}）")


_chosen: Lang | None = None


def set_language(lang: str) -> Lang:
    """Choose the language for the rest of this process.

    Raises:
        CourseError: `lang` is neither "en" nor "zh".

    Examples:
        >>> from course.lab import Text, set_language
        >>> set_language("zh")
        'zh'
        >>> print(Text(en="loss", zh="损失"))
        损失
        >>> set_language("en")
        'en'

    """
    global _chosen  # noqa: PLW0603 - one reader, one language a process
    if lang not in LANGS:
        raise CourseError(
            Text(
                en=f"The course speaks en and zh, not {lang!r}: choose one of these.",
                zh=f"课程只有 en 和 zh 两种语言，没有 {lang!r}。请选其中一种。",
            )
        )
    _chosen = lang
    return _chosen


def language() -> Lang:
    """Return the reader's language: chosen in this process, else by `COURSE_LANG`, the system's locale, or English."""
    if _chosen is not None:
        return _chosen
    for name in ("COURSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def other(lang: Lang) -> Lang:
    """Return the language that is not this one."""
    return "en" if lang == "zh" else "zh"


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Choose the language while the context lasts.

    Examples:
        >>> from course.text import Text, set_language, speaking
        >>> set_language("en")
        'en'
        >>> with speaking("zh"):
        ...     print(Text(en="loss", zh="损失"))
        损失
        >>> print(Text(en="loss", zh="损失"))
        loss

    """
    global _chosen  # noqa: PLW0603 - as above
    before = _chosen
    set_language(lang)
    try:
        yield
    finally:
        _chosen = before
