"""The task of the Nesterov lesson: say of every pixel of a noisy image whether it is ink, and of which digit."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from course.lab import fonts
from course.lab.training.data import Data, digits
from course.text import Text

if TYPE_CHECKING:
    import torch

NOISE = 0.25
"""Standard deviation of the noise on each pixel, where white is 0 and ink is 1."""

INK = 0.4
"""A pixel at least this dark in the clean image is ink."""


@functools.cache
def pixel_digits(device: str = "cpu") -> Data:
    """The handwritten digits with noise, and a label for every pixel: 0 for paper, 1 + d for the ink of digit d.

    Inputs have shape (n, 1, 8, 8), labels (n, 8, 8). Split as in `digits`; the noise is the same every time.
    """
    import torch

    clean = digits(device)
    noise = torch.Generator().manual_seed(0)

    def noisy(x: torch.Tensor) -> torch.Tensor:
        return x + NOISE * torch.randn(x.shape, generator=noise).to(device)

    def labels(x: torch.Tensor, digit: torch.Tensor) -> torch.Tensor:
        return torch.where(x[:, 0] >= INK, 1 + digit[:, None, None], torch.zeros_like(digit)[:, None, None])

    return Data(
        noisy(clean.train_x),
        labels(clean.train_x, clean.train_y),
        noisy(clean.test_x),
        labels(clean.test_x, clean.test_y),
    )


def small_segmenter(width: int = 8) -> torch.nn.Module:
    """A network for `pixel_digits`: one part looks at each pixel's neighbours, one at the whole image; a third decides.

    It returns one score for each class at each pixel, shape (n, 11, 8, 8). A pixel's neighbours say whether it is ink,
    the whole image says of which digit.

    Args:
        width: the channels of the first part; the second has four times as many.

    """
    import torch
    from torch import nn

    class Segmenter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.near = nn.Conv2d(1, width, 3, padding=1)
            self.whole = nn.Sequential(nn.Flatten(), nn.Linear(64, 4 * width), nn.ReLU())
            self.decide = nn.Conv2d(5 * width, 11, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            near, whole = self.near(x).relu(), self.whole(x)
            everywhere = whole[:, :, None, None].expand(-1, -1, *near.shape[2:])
            scores: torch.Tensor = self.decide(torch.cat([near, everywhere], dim=1))
            return scores

    return Segmenter()


def show_pixel_digits(count: int = 8) -> None:
    """Draw some of the test images, and below each what is to be said of its pixels.

    Args:
        count: how many.

    """
    from matplotlib import pyplot as plt

    data = pixel_digits()
    with fonts.style():
        figure, rows = plt.subplots(2, count, figsize=(9.2, 2.7), squeeze=False)
        for column in range(count):
            rows[0][column].imshow(-data.test_x[column, 0].numpy(), cmap="gray")
            label = data.test_y[column].numpy()
            rows[1][column].imshow(label, cmap="tab20", vmin=0, vmax=19, alpha=(label > 0).astype(float))
            rows[0][column].set_title(str(int(label.max()) - 1), fontsize=11)
        for axes in rows.flat:
            axes.set(xticks=[], yticks=[])
            axes.grid(visible=False)
            axes.spines[:].set_visible(True)
        rows[0][0].set_ylabel(str(Text(en="image", zh="图像")))
        rows[1][0].set_ylabel(str(Text(en="labels", zh="标签")))
        figure.tight_layout()
    fonts.show(
        figure,
        Text(
            en="{count} noisy images of digits, and below each the same image with the ink coloured by its digit.",
            zh="{count} 张带噪声的数字图像，下方是同一图像，墨迹按数字着色。",
        ).format(count=count),
    )
