"""A sentence in both languages, side by side, and the language its reader reads."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, Lang] = ("en", "zh")
_BETWEEN_CHINESE = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or passage in English and in Simplified Chinese; neither may be empty.

    Raises:
        ValueError: one language is missing.
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
        """Several texts in one, in each language with its own separator; there must be one at least."""
        texts = list(texts)
        return cls(en=en.join(text.en for text in texts), zh=zh.join(text.zh for text in texts))

    def both(self) -> str:
        """Both languages, one a line: for sentences that must reach a reader whose language is not known yet."""
        return f"{self.en}\n{self.zh}"

    def to_json(self) -> dict[str, str]:
        """The form in which a Text is stored."""
        return {"en": self.en, "zh": self.zh}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Text:
        """The inverse of `to_json`."""
        return cls(en=str(stored["en"]), zh=str(stored["zh"]))


class CourseError(Exception):
    """Something the user can mend; its Text says what to do. The command line prints it and exits with status 2."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.both())
        self.text = text

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback."""
        return [self.text[language()]]


_chosen: Lang | None = None


def set_language(lang: str) -> Lang:
    """Choose the language for the rest of this process.

    Raises:
        CourseError: `lang` is neither "en" nor "zh".
    """
    global _chosen  # noqa: PLW0603 - one reader, one language a process
    if lang not in LANGS:
        raise CourseError(
            Text(
                en=f"The course speaks en and zh, not {lang!r}: choose one of these.",
                zh=f"课程只有 en 和 zh 两种语言，没有 {lang!r}：请选其中一种。",
            )
        )
    _chosen = lang
    return _chosen


def language() -> Lang:
    """The reader's language: chosen in this process, else `COURSE_LANG`, else the system's locale, else English."""
    if _chosen is not None:
        return _chosen
    for name in ("COURSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
