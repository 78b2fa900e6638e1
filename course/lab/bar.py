"""How far a long cell is: one line that a saved notebook, GitHub and a printed page show as it was at the end."""

from __future__ import annotations

import html
import io
import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from course.lab.look import paragraph

if TYPE_CHECKING:
    from course.text import Text

_FORMAT = "{desc}<bar>{n_fmt}/{total_fmt}{unit} · {elapsed} < {remaining}{postfix}"
"""As on a terminal: how many of how many, the time taken and, behind the sign, the time that is left."""


class _Displayed(tqdm):  # type: ignore[misc] # tqdm has no types
    """Shown as HTML; tqdm's own bar for notebooks is three widgets, of which a second visit shows broken chains."""

    _handle: Any = None

    def display(self, msg: str | None = None, pos: int | None = None) -> bool:  # noqa: ARG002 - as tqdm calls it
        """Draw the line, or draw it again."""
        from IPython import display

        at: dict[str, Any] = {**self.format_dict, "bar_format": _FORMAT}
        left, right = (html.escape(each) for each in self.format_meter(**at).split("<bar>"))
        bar = f'<progress max="{self.total}" value="{self.n}" aria-label="{left}"></progress>'
        data = {"text/html": paragraph(f"{left} {bar} {right}", margin="0"), "text/plain": f"{left} {right}"}
        if self._handle is None:
            self._handle = display.display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, raw=True)
        return True


def counting(label: Text, total: int, unit: Text) -> Any:
    """Return a bar to be used with `with`; its `update()` counts one more.

    Args:
        label: what is being done.
        total: how many there are.
        unit: what is counted, with the space that goes before it.

    Returns:
        The bar: in a notebook a line of HTML, elsewhere tqdm's own on standard error.

    """
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None or "IPKernelApp" not in shell.config:
        return tqdm(total=total, desc=str(label), unit=str(unit))
    return _Displayed(total=total, desc=str(label), unit=str(unit), file=io.StringIO())
