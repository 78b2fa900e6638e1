"""Downhill · 下山: learn the optimizers of deep learning by writing them."""

__version__ = "0.1.0"
