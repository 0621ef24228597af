"""The pictures and figures of images.md: mosaics, reliefs, heads, and what a network makes of one picture."""

from __future__ import annotations

import mosaics
import portraits
import pypdfium2
from brickprint.core.export.instructions.mosaic import mosaic_pdf
from from_picture import pictures_and_models
from pages import DOCS, framed, parts, pieces, standing, table, used
from strips import GRAIN, labelled, side_by_side, write_png


def one_picture() -> None:
    """What the octree network makes of one picture."""
    write_png(DOCS / "one_picture.png", side_by_side(pictures_and_models(), 4), GRAIN)


def selfie() -> None:
    """A head from a portrait: from two sides, in four colours, and its front half."""
    if not portraits.here():
        print(f"\nselfie\nleft out: no {portraits.PHOTO} and {portraits.NETWORKS}")
        return
    whole, half = portraits.head(), portraits.head(front=True)
    plans = {
        "portrait": whole.run(portraits.preset("portrait", studs=48)),
        "selfie": whole.run(portraits.preset("selfie", studs=48)),
        "portrait, front half": half.run(portraits.preset("portrait", studs=48)),
    }
    pictures = [
        ("from the front", portraits.seen(plans["portrait"], portraits.FROM_THE_FRONT)),
        ("from its left", portraits.seen(plans["portrait"], portraits.FROM_ITS_LEFT)),
        ("in four colours", portraits.seen(plans["selfie"], portraits.FROM_THE_FRONT)),
    ]
    shown = [labelled(picture, text) for text, picture in pictures]
    write_png(DOCS / "selfie.png", side_by_side(shown, len(shown)), GRAIN)
    rows = []
    for name, plan in plans.items():
        faces, logit = portraits.recognised(portraits.plain(plan))
        seen = f"{faces} face, logit {logit:.1f}" if faces else "no face"
        row = (
            name,
            parts(plan),
            used(plan),
            str(pieces(plan)),
            standing(plan)[0],
            str(plan.report["supports"]["parts"]),
        )
        rows.append((*row, f"{plan.report['seconds']['total']:.0f}", seen))
    head = ("preset", "parts", "colours", "pieces", "stands", "parts of supports", "seconds", "seen by the networks")
    table("selfie", head, rows, "images")


def mosaic() -> None:
    """A photograph as mosaics of one set's studs, what exact assignment gains, pages, and a relief."""
    if not mosaics.there():
        print(f"left out: no {mosaics.PHOTOGRAPHS}")
        return
    write_png(DOCS / "mosaic.png", side_by_side(mosaics.ways(), 3), GRAIN)
    head = ("set", "studs in colours", "exact", "two phases", "greedy", "exact against two phases", "of ten images")
    table("gains", head, mosaics.gains(), "images")
    pages = pypdfium2.PdfDocument(mosaic_pdf(mosaics.printed_mosaic()))
    shown = [framed(pages[number].render(scale=0.8).to_numpy()[..., ::-1]) for number in (0, 5)]
    write_png(DOCS / "mosaic_pages.png", side_by_side(shown, 2))


def relief() -> None:
    """A mosaic of larger tiles, and a relief."""
    if mosaics.there():
        write_png(DOCS / "relief.png", side_by_side(mosaics.reliefs(), 2), GRAIN)
