"""One line of `make bench`: a figure measured in this run and, where the project promises one, its bar."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A measured figure.

    Args:
        name: what was measured.
        value: the figure.
        unit: its unit, "×" for ratios of two things measured side by side.
        bar: what the project promises, or None where the figure is only told.
        at_least: whether the value must be at least the bar (else at most).

    """

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the bar is met; a figure without a bar always is."""
        if self.bar is None:
            return True
        return self.value >= self.bar if self.at_least else self.value <= self.bar
