"""The networks of [I] in PyTorch: cells -> 256 latent values -> cells at 4, 8, 16, 32 a side; and a picture -> latents.

Where the paper prunes sparse tensors, the features of a cell are multiplied by the chance that it is full: what is
surely empty has none to hand down. That is the same for every run, so it becomes plain ONNX.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

LATENTS = 256
LEVELS = (4, 8, 16, 32)
CHANNELS = (96, 128, 96, 64)  # of the cells of 2, 4, 8, 16 a side; those of 32 have one, their chance
BETWEEN = (96, 48, 16)  # channels in which cells of 4, 8, 16 a side look at their neighbours


class Residual(nn.Module):
    """A picture's features at half the size: two convolutions of 3 pixels, and a way around them."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(into, out, 3, 2, 1, bias=False), nn.BatchNorm2d(out), nn.ELU())
        self.second = nn.Sequential(nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out))
        self.around = nn.Sequential(nn.Conv2d(into, out, 1, 2, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        """(N, into, H, W) -> (N, out, H / 2, W / 2)."""
        return functional.elu(self.second(self.first(x)) + self.around(x))


class Neighbours(nn.Module):
    """Adds to a cell's features what the cells around it say; through fewer channels, which spares most of the time."""

    def __init__(self, size: int, between: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv3d(size, between, 3, 1, 1, bias=False), nn.BatchNorm3d(between), nn.ELU(),
            nn.Conv3d(between, size, 1, bias=False), nn.BatchNorm3d(size),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """Features of the same shape."""
        return functional.elu(x + self.layers(x))


class CellEncoder(nn.Module):
    """Cells (N, 1, 32, 32, 32) -> latents (N, 256), by convolutions of stride 2."""

    def __init__(self) -> None:
        super().__init__()
        two, four, eight, sixteen = CHANNELS
        self.layers = nn.Sequential(
            _halved(1, sixteen), _halved(sixteen, eight), _halved(eight, four), _halved(four, two), nn.Flatten(),
            nn.Linear(8 * two, LATENTS), nn.BatchNorm1d(LATENTS, affine=False),
        )  # fmt: skip

    def forward(self, cells: Tensor) -> Tensor:
        """(N, 256), each with mean 0 and deviation 1."""
        return self.layers(cells)


class Decoder(nn.Module):
    """Latents (N, 256) -> logits (N, 4, 4, 4), (N, 8, 8, 8), (N, 16, 16, 16), (N, 32, 32, 32)."""

    def __init__(self) -> None:
        super().__init__()
        sizes = (LATENTS, *CHANNELS)
        self.grow = nn.ModuleList(_doubled(a, b) for a, b in pairwise(sizes))
        self.look = nn.ModuleList(
            Neighbours(size, between) for size, between in zip(CHANNELS[1:], BETWEEN, strict=True)
        )
        self.full = nn.ModuleList(nn.Conv3d(size, 1, 1) for size in CHANNELS[1:])
        self.last = nn.ConvTranspose3d(CHANNELS[-1], 1, 2, 2)

    def forward(self, latents: Tensor) -> list[Tensor]:
        """The logits, coarse to fine."""
        x = self.grow[0](latents[:, :, None, None, None])
        found = []
        for grow, look, full in zip(self.grow[1:], self.look, self.full, strict=True):
            x = look(grow(x))
            logits = full(x)
            found.append(logits[:, 0])
            x = x * torch.sigmoid(logits)
        return [*found, self.last(x)[:, 0]]


class Autoencoder(nn.Module):
    """Cells -> latents -> cells."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = CellEncoder(), Decoder()


class AlexEncoder(nn.Module):
    """A grey picture (N, 1, 128, 128) -> latents (N, 256), as the paper has it: 96, 256, 384, 256 and max-pooling."""

    def __init__(self) -> None:
        super().__init__()

        def block(into: int, out: int, size: int, stride: int = 1) -> list[nn.Module]:
            return [nn.Conv2d(into, out, size, stride, size // 2, bias=False), nn.BatchNorm2d(out), nn.ELU()]

        self.layers = nn.Sequential(
            *block(1, 96, 11, 4), nn.MaxPool2d(2), *block(96, 256, 5), nn.MaxPool2d(2),
            *block(256, 384, 3), *block(384, 256, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256 * 16, LATENTS),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 256)."""
        return self.layers(pictures)


class PictureEncoder(nn.Module):
    """A grey picture (N, 1, 128, 128) -> latents (N, 256), by residual blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 5, 2, 2, bias=False), nn.BatchNorm2d(32), nn.ELU(),
            Residual(32, 64), Residual(64, 128), Residual(128, 192), Residual(192, 256),
            nn.Conv2d(256, 64, 1), nn.ELU(), nn.Flatten(), nn.Dropout(0.2), nn.Linear(64 * 16, LATENTS),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 256)."""
        return self.layers(pictures)


class PictureToCells(nn.Module):
    """A picture -> latents -> cells."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, Decoder()

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """The logits, coarse to fine."""
        return self.decoder(self.encoder(pictures))


def pooled(cells: Tensor, levels: tuple[int, ...] = LEVELS) -> list[Tensor]:
    """Cells (N, 32, 32, 32) at 4, 8, 16, 32 a side: a cell is full if any of those in it is."""
    return [functional.max_pool3d(cells[:, None], 32 // side)[:, 0] for side in levels]


def cell_loss(logits: list[Tensor], cells: Tensor, overlap: float = 0.0) -> Tensor:
    """Cross entropy of the four levels, each over its number of full cells; plus `overlap` times 1 - Dice of each.

    The paper's L_AE sums the entropy over levels and cells alike, which leaves the coarse levels little weight.
    """
    loss = torch.zeros(())
    for found, true in zip(logits, pooled(cells), strict=True):
        entropy = functional.binary_cross_entropy_with_logits(found.float(), true, reduction="sum")
        loss = loss + entropy / true.sum()
        if overlap:
            chance = torch.sigmoid(found.float())
            both, each = (chance * true).sum((1, 2, 3)), (chance + true).sum((1, 2, 3))
            loss = loss + overlap * (1 - (2 * both / each).mean())
    return loss


def _halved(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv3d(into, out, 3, 2, 1, bias=False), nn.BatchNorm3d(out), nn.ELU())


def _doubled(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.ConvTranspose3d(into, out, 2, 2, bias=False), nn.BatchNorm3d(out), nn.ELU())
