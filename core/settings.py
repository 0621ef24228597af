"""Every choice a user can make. The panel, the command line and presets are views of this one dataclass."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .option import Choices, Option, option

STANDING = ("safety", "ground", "tilt", "load")  # what a finished model has to bear: `inspect` reads no others
_WEIGHT = r"\d{1,7}(\.\d{1,3})?(@-?\d{1,5},-?\d{1,5})?"


@dataclass(frozen=True)
class Settings(Choices):
    """One conversion's choices; raises BadSetting when one can't be used."""

    studs: int = option(
        48,
        "Largest horizontal size of the model, in studs; more show more detail and take more parts",
        minimum=2,
        maximum=100_000,
    )
    scale: float = option(
        0.0,
        "Size by a factor instead of studs; 10 is the original size, 0 leaves it to studs",
        group="size",
        minimum=0.0,
        maximum=10_000.0,
    )
    up: str = option("Z", "The mesh's axis that points upwards in the model", group="size", choices=("X", "Y", "Z"))
    flip: tuple[str, ...] = option((), "Axes along which the upright mesh is mirrored: X, Y or Z", group="size")
    level: bool = option(
        False, "Stand the mesh on its widest base, if it has a wider one than it stands on", group="size"
    )
    detail: str = option(
        "auto",
        "What the model is built from: bricks (fewest parts), plates (finest steps), or plates only where they show",
        choices=("bricks", "auto", "plates"),
    )
    fineness: float = option(
        0.5,
        "Where detail is auto: how small a terrace or a difference of polygons may be to get plates, from 0 (fewest "
        "parts) to 1 (finest surface)",
        minimum=0.0,
        maximum=1.0,
    )
    marking: str = option(
        "terraces",
        "Where detail is auto, what gets plates: terraces of the shape and steps of colour, or whole polygons that "
        "differ from the slice above",
        choices=("terraces", "polygons"),
    )
    sampler: str = option(
        "slices",
        "How the mesh is turned into cells: by exact areas of slices, or by every cell its surface touches (thicker)",
        choices=("slices", "voxels"),
    )
    cusp: float = option(
        1.6,
        "How far in millimetres a slanted surface may leave its slices; less means more slices",
        minimum=0.01,
        maximum=9.6,
    )
    chord: float = option(
        0.2,
        "How far in millimetres slices drawn as curves may leave the mesh; bricks stay as they are",
        minimum=0.01,
        maximum=9.6,
    )
    keep_thin: bool = option(False, "Keep walls thinner than half a stud, which would be lost, as one stud")
    opacity: float = option(0.7, "Surfaces whose alpha is below this are left out", minimum=0.0, maximum=1.0)
    palette: str = option(
        "solid",
        "Colours to choose from: all solid ones, those still sold, the 29 sold loose, or a .json, .csv or .gpl file",
        group="look",
        choices=("solid", "solid-67", "pick-a-brick-29"),
        open=True,
    )
    without: tuple[str, ...] = option((), "Colours that must not be used, by name or LDraw number", group="look")
    include: tuple[str, ...] = option((), "Colours added to the palette, by name or LDraw number", group="look")
    metric: str = option(
        "ciede2000",
        "How the difference between two colours is measured: ciede2000 chooses nearest to what the eye sees",
        group="look",
        choices=("ciede2000", "cie94", "cie76", "din99o", "rgb", "manhattan"),
    )
    colours: int = option(
        0,
        "Reduce the mesh to so many dominant colours before matching (4 for faces, 7 for figures); 0 leaves all",
        group="look",
        minimum=0,
        maximum=256,
    )
    colours_from: str = option(
        "cells",
        "Where the dominant colours are looked for: in the model's cells, or all over the mesh's surface",
        group="look",
        choices=("cells", "texture"),
    )
    colours_in: str = option(
        "rgb",
        "Where dominant colours are near each other: in sRGB, or as the eye sees (Lab)",
        group="look",
        choices=("rgb", "lab"),
    )
    smoothing: float = option(
        0.25,
        "How much speckle of single bricks is removed; edges and strong single spots stay",
        group="look",
        minimum=0.0,
        maximum=1.0,
    )
    cell_colour: str = option(
        "mean",
        "Colour of a brick: the mean of the mesh's surface there, or the colour of the longest contours through it",
        group="look",
        choices=("mean", "vote"),
    )
    look: str = option(
        "light",
        "Brick meshes in the scene: light (for many bricks) or full (bevelled edges, tubes inside)",
        group="look",
        choices=("light", "full"),
    )
    outline: bool = option(False, "Draw a thin dark line along all edges of parts in the scene", group="look")
    interior: str = option(
        "shell",
        "What is inside: walls and floors only (fewest parts, weaker), a shell, or bricks throughout",
        group="inside",
        choices=("hollow", "shell", "solid"),
    )
    shell: int = option(
        3,
        "Thickness of the shell: studs sideways, bricks upwards; of hollow walls: studs. More is stronger and heavier",
        group="inside",
        minimum=1,
        maximum=50,
    )
    packer: str = option(
        "best",
        "How parts are laid: best (fewest parts), fast, or one of the ways of other programs, to compare",
        group="build",
        choices=("best", "fast", "restarts", "deterministic", "scored", "learned"),
    )
    deadline: float = option(
        60.0,
        "Seconds after which a packer that still improves its layout takes the best it has",
        group="build",
        minimum=0.1,
        maximum=86_400.0,
    )
    score: str = option(
        "shipped",
        "Where the packer is scored: the score that its program computes, or the one its description prints",
        group="build",
        choices=("shipped", "printed"),
    )
    parts: str = option(
        "all",
        "Parts to build from: all known, a set named after its source, or a .csv or .xml file that lists them",
        group="build",
        choices=("all", "basic-11", "paper-12", "brickformer-22"),
        open=True,
    )
    stock: str = option(
        "",
        "A .csv or .xml file of the parts you own, by colour and count: nothing else is used",
        group="build",
        file=True,
    )
    colour_trade: float = option(
        0.0,
        "Wrong colour, summed as CIEDE2000 over the visible units of a part, that is worth saving one part; 0 allows "
        "none",
        group="build",
        minimum=0.0,
        maximum=100.0,
    )
    floating: str = option(
        "support",
        "What happens to parts that hang on nothing: held by supports (left out where there are none), left out, or "
        "kept as they are, without supports",
        group="strength",
        choices=("support", "delete", "keep"),
    )
    supports: str = option(
        "tree",
        "What holds what would fall until the model is finished: trees, beams and pillars, or nothing",
        group="strength",
        choices=("none", "tree", "beams"),
    )
    offset: bool = option(
        False,
        "Thicken the shape below what hangs over by more than a stud, in the colours of its underside, until no layer "
        "hangs over by more",
        group="strength",
    )
    repair: bool = option(
        True, "Mend a model that would fall: parts laid anew around weak joints, then bricks inside", group="strength"
    )
    split: str = option(
        "none",
        "Build the model in sections that are put on each other: none, cut where supports would be locked in (auto), "
        "or cut at a height in bricks",
        group="strength",
        choices=("none", "auto"),
        open=True,
    )
    prove: str = option(
        "model",
        "What is proved to stand: nothing, the finished model, or the model after every step of building, too (slow)",
        group="strength",
        choices=("none", "model", "steps"),
    )
    safety: float = option(
        1.0,
        "Factor of safety: the model must stand with this times less clutch; more asks for a stronger model",
        group="strength",
        minimum=0.1,
        maximum=100.0,
    )
    ground: str = option(
        "baseplate",
        "What the model stands on: a base plate that holds its lowest studs, or a bare table",
        group="strength",
        choices=("baseplate", "table"),
    )
    tilt: float = option(
        0.0,
        "Degrees by which the finished model must bear to be tilted to each of its four sides, as when it is carried",
        group="strength",
        minimum=0.0,
        maximum=90.0,
    )
    load: str = option(
        "",
        "Weights in grams that the finished model must bear: 500 lies spread on its highest parts, 500@3,7 on what is "
        "topmost at its stud 3 along x and 7 along y; several are parted by spaces",
        group="strength",
        pattern=rf" *({_WEIGHT}( +{_WEIGHT})*)? *",
        written="grams, or grams@x,y with studs counted from 1, such as 500 or 500@3,7",
    )
    tiles: bool = option(False, "Cover flat tops with tiles, which have no studs", group="build")
    slopes: bool = option(False, "Lay slopes where the mesh slants as they do", group="build")
    seed: int = option(
        0,
        "Start value of every random choice; another one may lay parts otherwise",
        group="build",
        minimum=0,
        maximum=2**31 - 1,
    )
    frames: int = option(240, "How many frames the build animation has", group="animation", minimum=2, maximum=100_000)
    fly_in: str = option(
        "above",
        "How parts come in the build animation: from above, from outside, from a pile beside the model, or growing in "
        "their place",
        group="animation",
        choices=("above", "outside", "pile", "grow"),
    )
    easing: str = option(
        "soft",
        "How a part of the build animation slows down: not at all (linear), softly, as what falls, beyond its place "
        "and back (overshoot), or in smaller and smaller jumps (bounce)",
        group="animation",
        choices=("linear", "soft", "fall", "overshoot", "bounce"),
    )
    flight: int = option(
        15,
        "How many frames a part of the build animation takes to its place; more let more parts move at a time",
        group="animation",
        minimum=1,
        maximum=10_000,
    )
    pace: str = option(
        "part",
        "What comes at a time in the build animation: one part after the other, or all parts of a building step",
        group="animation",
        choices=("part", "step"),
    )
    orbit: float = option(
        360.0,
        "Degrees by which the model turns in the build animation's pictures; it ends as the still picture shows it",
        group="animation",
        minimum=-36_000.0,
        maximum=36_000.0,
    )
    page: str = option(
        "a4", "Paper that the printed instructions are laid out for", group="instructions", choices=("a4", "letter")
    )
    diagrams: bool = option(
        False,
        "The printed instructions also have a page for every layer, seen from above, with its parts numbered",
        group="instructions",
    )


def options(kind: type = Settings) -> dict[str, Option]:
    """The Option of every setting of a dataclass by name, in the order they are shown."""
    return {item.name: item.metadata["option"] for item in fields(kind)}


DEFAULTS = Settings()
