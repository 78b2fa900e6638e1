"""Downhill · 下山: learn the optimizers of deep learning by writing them."""


def __getattr__(name: str) -> str:
    """Read `__version__` when somebody asks: it is in pyproject.toml alone, and the worker must start fast."""
    if name == "__version__":
        from importlib.metadata import version

        return version("downhill-course")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
