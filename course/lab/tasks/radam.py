"""The task of the RAdam lesson: the first hundred steps of a Transformer of the kind that is said to need a warmup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.lab.training.data import Data, letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import torch

    from course.lab.training.training import Factory

READ = 8
"""How many characters the network sees."""


def hundred_steps(device: str = "cpu") -> Data:
    """The part of `letters` that four epochs of 25 mini-batches read, so 100 steps: 1600 windows, 512 to test.

    Inputs have shape (n, 8), the last 8 of each window's 12 characters.
    """
    data = letters(device)
    return Data(data.train_x[:1600, -READ:], data.train_y[:1600], data.test_x[:, -READ:], data.test_y)


def late_norm_transformer(width: int = 24, layers: int = 1) -> torch.nn.Module:
    """A Transformer for `hundred_steps` that guesses the next character, each LayerNorm *after* what it normalises.

    So it stood in the first Transformer (Vaswani et al. 2017), and it is this kind that is known to need a warmup.
    The output has shape (n, size of the alphabet).

    Args:
        width: the length of the vector at each place.
        layers: how many.

    """
    from torch import nn

    data = letters()
    alphabet = 1 + max(int(part.max()) for part in (data.train_x, data.train_y, data.test_x, data.test_y))

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ask, self.answer = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.think = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

        def forward(self, x: torch.Tensor) -> Any:
            query, key, value = self.ask(x).chunk(3, dim=-1)
            look = (query @ key.transpose(1, 2) / width**0.5).softmax(dim=-1)
            x = self.norm1(x + self.answer(look @ value))
            return self.norm2(x + self.think(x))

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.place = nn.Embedding(alphabet, width), nn.Embedding(READ, width)
            self.layers = nn.Sequential(*(Layer() for _ in range(layers)))
            self.guess = nn.Linear(width, alphabet)

        def forward(self, x: torch.Tensor) -> Any:
            return self.guess(self.layers(self.embed(x) + self.place.weight)[:, -1])

    return Reader()


def scheduled(factor: Callable[[int], float]) -> Factory:
    """`torch.optim.Adam` with a schedule: step t = 1, 2, … is taken at the learning rate times `factor(t)`."""
    import torch

    def make(params: Iterable[torch.nn.Parameter], lr: float) -> Any:
        adam = torch.optim.Adam(params, lr=lr)
        schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda taken: factor(taken + 1))
        adam.register_step_post_hook(lambda *_: schedule.step())
        return adam

    return make
