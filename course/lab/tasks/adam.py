"""The task of the Adam lesson: a Transformer, as small as they come, guesses every next character of real text."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from course.lab.training.data import Data

if TYPE_CHECKING:
    import torch

CONTEXT = 8
"""How many characters the Transformer sees at once."""


@functools.cache
def passages(device: str = "cpu") -> Data:
    """Passages of 8 characters of English, and for every place in them the character that follows.

    The text is scikit-learn's description of its own data sets, as in `letters`. Inputs and targets have shape (n, 8),
    indices into the text's alphabet, int64: 512 passages to train on, 128 to test, from different parts of the text.
    """
    import torch
    from sklearn import datasets

    sets = (datasets.load_iris, datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes)
    text = " ".join(" ".join(load().DESCR.lower().split()) for load in sets)
    alphabet = {letter: index for index, letter in enumerate(sorted(set(text)))}
    codes = torch.tensor([alphabet[letter] for letter in text], device=device)
    windows = codes.unfold(0, CONTEXT + 1, CONTEXT)  # a passage's last target is the next one's first character
    train, test = windows[:512], windows[513:641]
    return Data(train[:, :-1], train[:, 1:], test[:, :-1], test[:, 1:])


def small_transformer(width: int = 32, layers: int = 1, heads: int = 2) -> torch.nn.Module:
    """A Transformer for `passages`: it reads forward only, and at every place it guesses the next character.

    Each layer is attention, then two linear layers with GELU, both behind a LayerNorm and added to what came in, as in
    GPT. The output has shape (n, size of the alphabet, 8), as `cross_entropy` wants it.

    Args:
        width: the length of the vector at each place.
        layers: how many.
        heads: of the attention; divides the width.

    """
    from torch import nn
    from torch.nn.functional import scaled_dot_product_attention

    data = passages()
    alphabet = 1 + max(int(part.max()) for part in (data.train_x, data.train_y, data.test_x, data.test_y))

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.ask, self.answer = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.think = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

        def forward(self, x: torch.Tensor) -> Any:
            # (n, places, width) → query, key and value, each (n, heads, places, width / heads)
            parts = self.ask(self.norm1(x)).unflatten(-1, (3, heads, -1)).permute(2, 0, 3, 1, 4)
            seen = scaled_dot_product_attention(parts[0], parts[1], parts[2], is_causal=True)
            x = x + self.answer(seen.transpose(1, 2).flatten(2))
            return x + self.think(self.norm2(x))

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.place = nn.Embedding(alphabet, width), nn.Embedding(CONTEXT, width)
            self.layers = nn.Sequential(*(Layer() for _ in range(layers)))
            self.norm, self.guess = nn.LayerNorm(width), nn.Linear(width, alphabet)

        def forward(self, x: torch.Tensor) -> Any:
            place = self.place.weight[: x.shape[1]]
            return self.guess(self.norm(self.layers(self.embed(x) + place))).transpose(1, 2)

    return Reader()
