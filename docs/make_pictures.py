"""`make pictures`: the pictures of the documentation, and the figures in docs/*.md and under the README's picture.

`python docs/make_pictures.py [NAME...]` makes some of them; `… panel VERSION FILE` cuts docs/panel-VERSION.png from the
picture 15-sample.png that the window test took in that version of Blender. Every figure is printed and put into its
page, between the marks that carry its name.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import bpy
import numpy as np
import pypdfium2

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from batch import load_package  # noqa: E402

load_package()

import mosaics  # noqa: E402
import portraits  # noqa: E402
from brickprint.cli import parse  # noqa: E402
from brickprint.core.catalogue.parts import load_parts  # noqa: E402
from brickprint.core.colour.differences import Choice, compare_metrics  # noqa: E402
from brickprint.core.colour.palettes import load_palette, usable_palette  # noqa: E402
from brickprint.core.export.instructions.mosaic import mosaic_pdf  # noqa: E402
from brickprint.core.export.instructions.pdf import pdf_bytes  # noqa: E402
from brickprint.core.grid import enclosed  # noqa: E402
from brickprint.core.layout import owners  # noqa: E402
from brickprint.core.measures import built_shape  # noqa: E402
from brickprint.core.pipeline import Conversion  # noqa: E402
from brickprint.core.plan import Plan  # noqa: E402
from brickprint.core.progress import SILENT  # noqa: E402
from brickprint.core.settings import Settings, options  # noqa: E402
from brickprint.core.slicing.voxels import voxel_cells  # noqa: E402
from brickprint.core.stages import choose_detail, place_mesh, slice_mesh  # noqa: E402
from brickprint.core.structure.shades import shaded  # noqa: E402
from brickprint.core.units import PLATES_PER_BRICK  # noqa: E402
from brickprint.core.voxel_models import VoxelModel  # noqa: E402
from brickprint.scene.animation import animate_build  # noqa: E402
from brickprint.scene.bricks import show_plan  # noqa: E402
from brickprint.scene.filming import plan_film, take_frame  # noqa: E402
from brickprint.scene.layers import LAYERS, layers_modifier, play_layers  # noqa: E402
from brickprint.scene.section_plane import add_section  # noqa: E402
from brickprint.scene.source.importing import fresh_scene, import_file  # noqa: E402
from brickprint.scene.source.reading import read_objects  # noqa: E402
from brickprint.scene.versions import set_nodes_input  # noqa: E402
from from_picture import pictures_and_models  # noqa: E402
from strips import GRAIN, labelled, read_picture, rendered, side_by_side, write_png  # noqa: E402

APPLE = Settings(studs=32)
FEW_COLOURS = "pick-a-brick-29"  # with few colours to choose from, metrics differ more often
PANEL = (slice(84, 904), slice(404, 1312))  # rows and columns of the window's picture: model and sidebar


@cache
def sample(name: str) -> Conversion:
    """The conversion of one of the project's own models."""
    fresh_scene()
    path = DOCS.parent / "samples" / f"{name}.glb"
    return Conversion(replace(read_objects(bpy.context, import_file(bpy.context, path)), name=name))


def lighthouse() -> None:
    """The README's picture and the line below it."""
    plan = sample("lighthouse").run(Settings(studs=48))
    write_png(DOCS / "lighthouse.png", rendered(plan, (960, 540)), GRAIN)
    seconds = plan.report["seconds"]["total"]
    line = f"{parts(plan)} parts that share {plan.report['shape']['iou']:.1%} of their space with the mesh"
    put(
        DOCS.parent / "README.md",
        "lighthouse",
        f"*`samples/lighthouse.glb` at 48 studs: {line}, made in {seconds:.1f} s; rendered with Cycles.*",
    )


def detail() -> None:
    """Bricks, auto, plates; and what the slider between them does."""
    kinds = {name: replace(APPLE, detail=name) for name in options()["detail"].choices}
    plans = {name: sample("apple").run(settings) for name, settings in kinds.items()}
    strip("detail", [(f"{name}: {parts(plan)} parts", plan) for name, plan in plans.items()])
    for model, studs in (("apple", 32), ("lighthouse", 48)):
        rows = [("bricks", {"detail": "bricks"})]
        rows += [(f"auto, fineness {share:g}", {"fineness": share}) for share in (0.25, 0.5, 0.75, 1.0)]
        rows += [("plates", {"detail": "plates"})]
        measured = [(name, sample(model).run(Settings(studs=studs, **chosen))) for name, chosen in rows]
        table(
            f"detail-{model}",
            ("detail", "parts", "IoU", "distance to the mesh (mm)", "floating parts"),
            [
                (name, parts(plan), iou(plan), f"{plan.report['shape']['surface_mm']:.2f}", floating(plan))
                for name, plan in measured
            ],
        )


def colours() -> None:
    """All colours, and the dominant seven and four."""
    shown = [("all colours", 0), ("7 dominant colours", 7), ("4 dominant colours", 4)]
    plans = [(name, sample("apple").run(replace(APPLE, colours=count))) for name, count in shown]
    strip("colours", plans)
    rows = [(name, used(plan), parts(plan), colour_error(plan)) for name, plan in plans]
    for name, chosen in (
        ("no smoothing", {"smoothing": 0.0}),
        ("smoothing 1", {"smoothing": 1.0}),
        ("cell colour vote", {"cell_colour": "vote"}),
    ):
        plan = sample("apple").run(replace(APPLE, **chosen))
        rows.append((name, used(plan), parts(plan), colour_error(plan)))
    table("colours", ("choice", "colours used", "parts", "mean CIEDE2000"), rows)


def metrics() -> None:
    """What each metric chooses from the same palette, judged by CIEDE2000."""
    names = options()["metric"].choices
    plans = [(name, sample("apple").run(replace(APPLE, palette=FEW_COLOURS, metric=name))) for name in names]
    strip("metrics", plans, side=340)
    few, all_solid = choices(FEW_COLOURS), choices("solid")
    head = (
        "metric",
        "mean CIEDE2000",
        "greatest CIEDE2000",
        "chosen otherwise than by ciede2000",
        "the same with solid",
    )
    rows = [
        (
            name,
            f"{few[name].mean_ciede2000:.2f}",
            f"{few[name].greatest_ciede2000:.1f}",
            f"{np.mean(few[name].row != few['ciede2000'].row):.1%}",
            f"{np.mean(all_solid[name].row != all_solid['ciede2000'].row):.1%}",
        )
        for name in names
    ]
    table("metrics", head, rows)


def choices(palette: str) -> dict[str, Choice]:
    """What each metric chooses for the apple's visible bricks and plates."""
    placed = place_mesh(sample("apple").source, APPLE, SILENT)
    grid = choose_detail(slice_mesh(placed, APPLE, SILENT), placed, APPLE, SILENT)
    usable = usable_palette(load_palette(palette), load_parts(APPLE.parts), (1, PLATES_PER_BRICK))
    return {choice.metric: choice for choice in compare_metrics(grid.surface.of_unit, usable.linear)}


def palettes() -> None:
    """How many colours the palettes have."""
    rows = [(name, str(len(load_palette(name).colours))) for name in options()["palette"].choices]
    table("palettes", ("palette", "colours"), rows)


def samplers() -> None:
    """Exact areas of slices against all cells that the surface touches."""
    plans = [
        (name, Conversion(sample("apple").source).run(replace(APPLE, sampler=name))) for name in ("slices", "voxels")
    ]
    strip("samplers", plans)
    placed = place_mesh(sample("apple").source, APPLE, SILENT)
    sliced = slice_mesh(placed, APPLE, SILENT)
    voxels = voxel_cells(sliced.mesh, sliced.closed, placed.size, SILENT)
    counts = (len(sliced.samples.position), len(voxels.samples.position))
    rows = []
    for (name, plan), count in zip(plans, counts, strict=True):
        seconds = plan.report["seconds"]["slice"] + plan.report["seconds"]["detail"]
        rows.append((name, f"{count:,}", f"{seconds:.2f}", parts(plan), iou(plan)))
    table("samplers", ("sampler", "surface samples", "seconds for cells", "parts", "IoU"), rows)


def packers() -> None:
    """Parts and seconds of every packer on both models."""
    rows = []
    for packer in options()["packer"].choices:
        row = [packer]
        for model, studs in (("apple", 32), ("lighthouse", 48)):
            plan = sample(model).run(Settings(studs=studs, packer=packer))
            seconds = plan.report["seconds"]
            row += [parts(plan), f"{seconds['pack'] + seconds['connect']:.2f}", str(pieces(plan))]
        rows.append(row)
    head = ("packer", "apple: parts", "seconds", "pieces", "lighthouse: parts", "seconds", "pieces")
    table("packers", head, rows, "layout")


def finish() -> None:
    """Studs everywhere, tiles on flat tops, slopes where it slants."""
    ways = [("studs", {}), ("tiles", {"tiles": True}), ("tiles and slopes", {"tiles": True, "slopes": True})]
    plans = [(name, sample("lighthouse").run(Settings(studs=40, **chosen))) for name, chosen in ways]
    strip("finish", plans)
    settings = Settings(studs=40)
    sliced = slice_mesh(place_mesh(sample("lighthouse").source, settings, SILENT), settings, SILENT)
    rows = []
    for name, plan in plans:
        filled = owners(plan.layout, plan.catalogue, sliced.target.shape) >= 0
        shape = built_shape(plan.layout, plan.catalogue, enclosed(filled) & ~filled, sliced)
        rows.append((name, parts(plan), f"{shape['fine_iou']:.4f}", f"{shape['built_mm']:.2f}"))
    table("finish", ("surface", "parts", "IoU with studs and slopes", "distance to the mesh (mm)"), rows, "layout")


def colour_trade() -> None:
    """What a slightly wrong colour saves."""
    rows = []
    for trade in (0.0, 10.0, 30.0, 100.0):
        plan = sample("apple").run(replace(APPLE, colour_trade=trade))
        rows.append((f"{trade:g}", parts(plan), colour_error(plan)))
    table("colour_trade", ("--colour-trade", "parts", "mean CIEDE2000"), rows, "layout")


def structure() -> None:
    """How hard parts are pulled, what holds them while they are built, sections, and steps."""
    upright = sample("apple").run(Settings(studs=24, prove="steps"))
    apple = sample("apple").run(Settings(studs=24, up="Y", flip=("Z",), prove="steps"))
    tower = sample("lighthouse").run(Settings(studs=32, split="14", prove="steps"))
    plain = sample("lighthouse").run(Settings(studs=32, prove="steps"))
    whole = hall().run(Settings(split="auto", prove="steps"))
    pictures = [
        ("how hard parts are pulled", shaded(upright, "utilisation")),
        ("lying on its side, held by supports", apple),
        ("what hangs over, and supports", shaded(apple, "overhangs")),
        ("steps, dark first", shaded(tower, "steps")),
        ("sections at 14 bricks", shaded(tower, "sections")),
        ("a closed hall's lower section", shaded(first_section(whole), "overhangs")),
    ]
    strip("structure", pictures, columns=2)
    head = ("model", "parts", "supports", "grams of them", "stands", "safety", "steps", "steps that stand", "seconds")
    models = [
        ("apple, 24 studs", upright),
        ("the same on its side", apple),
        ("lighthouse, 32 studs", plain),
        ("in 2 sections", tower),
        ("closed hall, `--split auto`", whole),
    ]
    table("structure", head, [structure_row(name, plan) for name, plan in models], "structure")


def looking() -> None:
    """Outlines, a look inside, a layer, and what parts there are."""
    plan = sample("lighthouse").run(Settings(studs=32))
    wanted = [
        ("as it is", plan, False, None),
        ("with outlines", plan, True, None),
        ("cut open by a plane", plan, True, add_section),
        ("up to its 30th layer", plan, True, up_to_layer),
        ("a colour for each kind of part", shaded(plan, "parts"), True, None),
        ("energy: red where little holds", shaded(plan, "energy"), True, None),
    ]
    pictures = [
        labelled(rendered(shown, (400, 400), outlined, change), text) for text, shown, outlined, change in wanted
    ]
    write_png(DOCS / "looking.png", side_by_side(pictures, 3), GRAIN)


def instructions() -> None:
    """Two pages of a book."""
    plan = replace(sample("lighthouse").run(Settings(studs=32)), name="Lighthouse")
    book = pypdfium2.PdfDocument(pdf_bytes(plan, "a4", False))
    pages = [book[number].render(scale=1.2).to_numpy()[..., 2::-1] for number in (0, 30)]
    write_png(DOCS / "instructions.png", side_by_side([framed(page) for page in pages], 2), 0.0)


def framed(page: np.ndarray) -> np.ndarray:
    """A page's picture (H, W, 3) uint8 with a thin edge."""
    return np.pad(page, ((1, 1), (1, 1), (0, 0)), constant_values=190)


def animation() -> None:
    """Two pictures of films: parts that fly in from above, and a section before it is put on."""
    pictures = [
        film_picture(Settings(studs=32), 0.6),
        film_picture(Settings(studs=32, split="16"), 0.72),
    ]
    write_png(DOCS / "animation.png", side_by_side(pictures, 2), GRAIN)


def film_picture(settings: Settings, share: float) -> np.ndarray:
    """(H, W, 3) uint8: the lighthouse's film when this share of it is over."""
    plan = sample("lighthouse").run(settings)
    bpy.ops.wm.read_homefile(use_empty=True)
    bricks = show_plan(bpy.context, plan, "full")
    animate_build(bricks, plan, settings)
    film = plan_film(bpy.context, bricks, settings.orbit, (600, 400))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frame.png"
        take_frame(bpy.context, bricks, film, film.frames[int(share * len(film.frames))], path)
        return read_picture(path)


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


def up_to_layer(bricks: bpy.types.Object) -> None:
    """Show a model's lowest 30 layers."""
    play_layers(bricks, 1, 2)
    bricks.animation_data_clear()
    set_nodes_input(layers_modifier(bricks), LAYERS, 30)


def bearing() -> None:
    """What a model bears besides its own weight."""
    rows = []
    for model, studs, words in (
        ("lighthouse", 32, ""),
        ("lighthouse", 32, "--tilt 30"),
        ("lighthouse", 32, "--tilt 15 --ground table"),
        ("lighthouse", 32, "--load 5000"),
        ("apple", 24, ""),
        ("apple", 24, "--load 500"),
        ("apple", 24, "--load 20000"),
    ):
        plan = sample(model).run(replace(asked(words), studs=studs))
        supports = plan.report["supports"]
        kept = sum(each["parts"] for each in supports["kept"])
        name = f"{model}, {studs} studs"
        rows.append((name, f"`{words}`" if words else "", *standing(plan), str(supports["parts"]), str(kept)))
    head = ("model", "asked for", "stands", "safety", "parts of supports", "that must stay")
    table("bearing", head, rows, "structure")


def asked(words: str) -> Settings:
    """The settings that some words of the command line ask for."""
    (chosen,) = parse(["convert", "model", "--out", "folder", *words.split()]).settings
    return chosen


def hall() -> Conversion:
    """A closed hall, whose roof is wider than any part is long: what holds it is locked in."""
    cells = np.ones((14, 24, 32), bool)
    cells[1:-2, 2:-2, 2:-2] = False
    return Conversion(VoxelModel("hall", cells))


def first_section(plan: Plan) -> Plan:
    """What is built first, by itself."""
    lower = plan.layout["section"] == 0
    return replace(plan, layout=plan.layout[lower], utilisation=None)


def structure_row(name: str, plan: Plan) -> tuple[str, ...]:
    """What is known of a model's standing."""
    steps, supports, seconds = plan.report["structure"]["prefixes"], plan.report["supports"], plan.report["seconds"]
    spent = sum(seconds.get(key, 0.0) for key in ("repair", "support", "order", "stand"))
    return (
        name, parts(plan), str(supports["parts"]), f"{supports['grams']:.1f}", *standing(plan), str(steps["total"]),
        str(steps["standing"]), f"{spent:.1f}",
    )  # fmt: skip


def standing(plan: Plan) -> tuple[str, str]:
    """The word on it, and how many times weaker the joints could be, where it stands."""
    stable, safety = plan.report["structure"]["stable"], plan.report["structure"]["safety"]
    return {True: "certified", False: "falls", None: "not certified"}[stable], f"{safety:.1f}" if stable else ""


def strip(name: str, plans: Sequence[tuple[str, Plan]], side: int = 400, columns: int = 3) -> None:
    """Write docs/NAME.png: models side by side with their names; side: of one picture, in pixels."""
    pictures = [labelled(rendered(plan, (side, side)), text) for text, plan in plans]
    write_png(DOCS / f"{name}.png", side_by_side(pictures, columns), GRAIN)


def panel(version: str, window: Path) -> None:
    """Cut model and sidebar out of a picture of the window."""
    write_png(DOCS / f"panel-{version}.png", read_picture(window)[PANEL])


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], page: str = "shape") -> None:
    """Print a table and put it into docs/PAGE.md."""
    put(DOCS / f"{page}.md", name, "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows)))


def put(page: Path, name: str, text: str) -> None:
    """Print a text, and write it between the marks of that name in a page."""
    print(f"\n{name}\n{text}", flush=True)
    first, last = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    before, rest = page.read_text(encoding="utf-8").split(first)
    page.write_text(before + first + text + last + rest.split(last)[1], encoding="utf-8")


def parts(plan: Plan) -> str:
    """The number of parts, without supports."""
    return f"{plan.report['parts']['total']:,}"


def iou(plan: Plan) -> str:
    """How much of the shape the model and the mesh share."""
    return f"{plan.report['shape']['iou']:.3f}"


def pieces(plan: Plan) -> int:
    """How many pieces do not hang together."""
    return plan.report["structure"]["components"]


def floating(plan: Plan) -> str:
    """How many parts hang on nothing."""
    return str(plan.report["structure"]["floating"])


def used(plan: Plan) -> str:
    """How many colours the parts have."""
    return str(len(plan.report["parts"]["by_colour"]))


def colour_error(plan: Plan) -> str:
    """The mean difference between the mesh's colours and the bricks'."""
    return f"{plan.report['colour']['mean']:.2f}"


PICTURES: dict[str, Callable[[], None]] = {
    made.__name__: made
    for made in (
        lighthouse,
        detail,
        colours,
        metrics,
        palettes,
        samplers,
        packers,
        finish,
        colour_trade,
        structure,
        looking,
        one_picture,
        bearing,
        instructions,
        animation,
        mosaic,
        relief,
        selfie,
    )
}


def main(words: Sequence[str]) -> None:
    """Make the named pictures, or all that need no window."""
    if words[:1] == ["panel"]:
        panel(words[1], Path(words[2]))
        return
    for name in words or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
