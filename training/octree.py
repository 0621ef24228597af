"""Trains the networks of `--network octree`: python training/octree.py [STAGE ...] [--short]

Stages: autoencoder; latents, the paper's picture encoder, which learns the autoencoder's latents; picture, ours, which
learns cells and all at once; poses, the same from several poses, which goes on from an early state of picture. Each
goes on from its last epoch when it was broken off. Needs training/requirements.txt and what training/octree_data.py
wrote.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from batch import load_package

load_package()

from brickprint.training.octree_networks import (  # noqa: E402  # noqa: E402
    LEVELS,
    AlexEncoder,
    Autoencoder,
    PictureEncoder,
    PictureToCells,
    cell_loss,
    pooled,
)
from brickprint.training.octree_sets import POSES, SET_POSE, Shapes, batches, load_shapes, view_of  # noqa: E402

EPOCHS = {"autoencoder": 20, "latents": 12, "picture": 62, "poses": 27}
COOLING = {"autoencoder": 1, "latents": 4, "picture": 12, "poses": 7}  # last epochs, in which the rate falls evenly
BATCH, LATER_BATCH, LATER = 32, 16, 15  # from this epoch on, smaller ones: they learn more in the same time
VARIED = 18  # from this epoch on, variants are among the objects: picture had got no better since epoch 13 without them
EARLY = 19  # after this epoch of picture poses goes on by itself: variants would mislead it
RATE = 1e-3
WARM_UP = 100  # steps until the rate is reached
AVERAGE = 0.99  # the network kept is the running mean of the steps'
SEED = 8


@dataclass(frozen=True)
class Run:
    """One stage: the network, what it loses on a batch of cells and pictures, what it finds in one; its pictures.

    varied: whether it learns from variants. From several poses it can't: an object turned by half a quarter looks like
    one that the camera is turned around.
    """

    network: nn.Module
    loss: Callable[[nn.Module, Tensor, Tensor], Tensor]
    find: Callable[[nn.Module, Tensor, Tensor], list[Tensor]]
    views: str = SET_POSE
    varied: bool = True


def main() -> None:
    """Train the stages asked for."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("stage", nargs="*", help=", ".join(EPOCHS), default=list(EPOCHS))
    words.add_argument("--data", type=Path, default=Path("build/octree"))
    words.add_argument("--out", type=Path, default=Path("build/octree/networks"))
    words.add_argument("--short", action="store_true", help="one epoch of each stage, to see that it works")
    chosen = words.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    for stage in chosen.stage:
        train(stage, chosen.data, chosen.out, *((1, 1) if chosen.short else (EPOCHS[stage], COOLING[stage])))


def train(stage: str, data: Path, out: Path, epochs: int, cooling: int) -> None:
    """Train one stage up to an epoch, from where it was."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(SEED)
    run = run_of(stage, out, device)
    network = _channels_last(run.network.to(device))
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(AVERAGE), use_buffers=True)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    slow = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, (step + 1) / WARM_UP))
    parts = {"network": network, "average": average, "optimiser": optimiser, "slow": slow}
    file, first = out / f"{stage}.pt", 0
    if file.exists():
        state = torch.load(file, map_location=device)
        first = state["epoch"]
        for name, part in parts.items():
            part.load_state_dict(state[name])
    seen, unseen = (load_shapes(data, part, run.views) for part in ("train", "check"))
    for epoch in range(first, epochs):
        began, clock = time.perf_counter(), time.process_time()
        torch.manual_seed(SEED + epoch)
        slow.base_lrs = [RATE * min(1.0, (epochs - epoch) / cooling)]
        chance, size = np.random.default_rng([SEED, epoch]), BATCH if epoch < LATER else LATER_BATCH
        loss = _epoch(
            run, network, average, optimiser, slow, batches(seen, chance, size, varied=run.varied and epoch >= VARIED)
        )
        state = {name: part.state_dict() for name, part in parts.items()}
        for kept in (file, out / f"{stage}.early.pt")[: 2 if epoch + 1 == EARLY else 1]:
            torch.save(state | {"epoch": epoch + 1}, kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)
        overlap = overlaps(run, average, unseen) if len(unseen.files) else np.zeros((1, len(LEVELS)))
        took = f"{time.perf_counter() - began:.0f} s, {time.process_time() - clock:.0f} s of the processor"
        ious = " ".join(f"{iou:.3f}" for iou in overlap.mean(axis=0))
        print(f"{stage} {epoch + 1}: loss {loss:.4f}, IoU at 4, 8, 16, 32 {ious}, {took}", flush=True)


def run_of(stage: str, out: Path, device: torch.device) -> Run:
    """What a stage trains; `latents` needs the autoencoder, `poses` the network of `picture`."""
    if stage == "autoencoder":
        return Run(
            Autoencoder(),
            lambda network, cells, _: cell_loss(network.decoder(network.encoder(cells[:, None])), cells),
            lambda network, cells, _: network.decoder(network.encoder(cells[:, None])),
        )
    if stage == "latents":
        known = trained("autoencoder", out, device)

        def difference(network: nn.Module, cells: Tensor, pictures: Tensor) -> Tensor:
            with torch.no_grad():
                true = known.encoder(cells[:, None])
            return (network(pictures).float() - true.float()).square().mean()

        return Run(AlexEncoder(), difference, lambda network, _, pictures: known.decoder(network(pictures)))
    network = PictureToCells(PictureEncoder())
    if stage == "poses":
        before = "picture.early" if (out / "picture.early.pt").exists() else "picture"
        network.load_state_dict(trained(before, out, device).state_dict())
    return Run(
        network,
        lambda network, cells, pictures: cell_loss(network(pictures), cells, overlap=1.0),
        lambda network, _, pictures: network(pictures),
        *((POSES, False) if stage == "poses" else ()),
    )


def trained(stage: str, out: Path, device: torch.device) -> nn.Module:
    """The averaged network of a stage, to be used but not trained."""
    by_picture = stage.startswith("picture") or stage == "poses"
    network = PictureToCells(PictureEncoder()) if by_picture else run_of(stage, out, device).network
    average = AveragedModel(network.to(device), use_buffers=True)
    average.load_state_dict(torch.load(out / f"{stage}.pt", map_location=device)["average"])
    return average.module.eval().requires_grad_(False)


def overlaps(run: Run, network: nn.Module, shapes: Shapes) -> np.ndarray:
    """(N, 4) intersection over union of each object as it is, at 4, 8, 16, 32, from its first picture."""
    network.eval()
    device = next(network.parameters()).device
    found, seen = [], view_of(shapes, 0)
    with torch.no_grad():
        for start in range(0, len(shapes.files), 64):
            some = slice(start, start + 64)
            cells = shapes.cells[some].float().to(device)
            pictures = seen[some].to(device)
            found.append(intersections(run.find(_inner(network), cells, pictures), cells))
    return np.concatenate(found)


def intersections(logits: list[Tensor], cells: Tensor, levels: tuple[int, ...] = LEVELS) -> np.ndarray:
    """(N, L) intersection over union of what is likelier full than not with cells (N, 32, 32, 32), at some levels."""
    columns = []
    for found, true in zip(logits, pooled(cells, levels), strict=True):
        full, there = found > 0, true > 0
        both, either = (full & there).sum((1, 2, 3)), (full | there).sum((1, 2, 3))
        columns.append((both / either.clamp(min=1)).cpu().numpy())
    return np.stack(columns, axis=1)


def _epoch(
    run: Run, network: nn.Module, average: AveragedModel, optimiser: torch.optim.Optimizer,
    slow: torch.optim.lr_scheduler.LRScheduler, pairs: Iterator[tuple[Tensor, Tensor]],
) -> float:  # fmt: skip
    """Train on every pair of cells and pictures once; the mean loss."""
    network.train()
    device = next(network.parameters()).device
    losses = []
    for cells, pictures in pairs:
        with torch.autocast(device.type, torch.bfloat16):
            loss = run.loss(network, cells.to(device), pictures.to(device))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        slow.step()
        average.update_parameters(network)
        losses.append(loss.item())
    return float(np.mean(losses))


def _channels_last(network: nn.Module) -> nn.Module:
    """The network with its weights in the order that makes processors a third quicker."""
    orders = {4: torch.channels_last, 5: torch.channels_last_3d}
    for weight in network.parameters():
        if weight.dim() in orders:
            weight.data = weight.data.contiguous(memory_format=orders[weight.dim()])
    return network


def _inner(network: nn.Module) -> nn.Module:
    return network.module if isinstance(network, AveragedModel) else network


if __name__ == "__main__":
    main()
