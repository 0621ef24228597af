"""Every choice about a mosaic; the panel and the command line are views of this one dataclass."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import BadSetting
from ..option import Choices, option
from .sets import mosaic_sets, stud_palettes

SECTION = 16  # studs of a base plate's side; no part crosses from one to the next
MOST_SIDE = 256

PIECES = {
    "round-tile": "98138",
    "round-plate": "6141",
    "tile": "3070b",
    "plate": "3024",
    "brick": "3005",
    "variable-tile": "3070b",
    "variable-plate": "3024",
    "variable-brick": "3005",
}
VARIABLE = ("variable-tile", "variable-plate", "variable-brick")
DITHERERS = ("floyd-steinberg", "jarvis-judice-ninke", "atkinson", "sierra")
METHODS = ("exact", "exact-diffused", "two-phase", "greedy", "greedy-gaussian", *DITHERERS)
TIES = (
    "none", "random", "mod-2", "mod-3", "mod-4", "mod-5", "noisy-mod-2", "noisy-mod-3", "noisy-mod-4", "noisy-mod-5",
    "cascading", "cascading-noisy", "alternating", "alternating-noisy",
)  # fmt: skip


@dataclass(frozen=True)
class MosaicSettings(Choices):
    """One mosaic's choices; raises BadSetting when one can't be used."""

    size: str = option(
        "48x48",
        "Studs across and down, each a multiple of 16 up to 256; 48 studs are 38.4 cm",
        group="mosaic",
        choices=("32x32", "48x48", "64x64", "96x96", "128x128"),
        open=True,
        pattern=r"\d{1,3}x\d{1,3}",
        written="studs across x studs down, such as 48x48",
    )
    zoom: float = option(
        1.0,
        "How far to go into the image; 1 takes as much of it as the mosaic's proportions allow",
        group="crop",
        minimum=1.0,
        maximum=100.0,
    )
    across: float = option(
        0.0, "Which part of the image is taken: from -1 (left) to 1 (right)", group="crop", minimum=-1.0, maximum=1.0
    )
    down: float = option(
        0.0, "Which part of the image is taken: from -1 (top) to 1 (bottom)", group="crop", minimum=-1.0, maximum=1.0
    )
    pooling: str = option(
        "light",
        "What a stud shows of its pixels: their light as it mixes, the average, least or greatest of each of their "
        "channels, or whichever of these two is further from the average (dual)",
        group="crop",
        choices=("light", "average", "min", "max", "dual"),
    )
    hue: float = option(0.0, "Degrees by which hues are turned", group="adjust", minimum=-180.0, maximum=180.0)
    saturation: float = option(
        0.0, "How many hundredths of saturation are added", group="adjust", minimum=-100.0, maximum=100.0
    )
    value: float = option(
        0.0, "How many hundredths of value (HSV) are added", group="adjust", minimum=-100.0, maximum=100.0
    )
    brightness: float = option(
        0.0, "How much is added to every channel of 0 to 255", group="adjust", minimum=-128.0, maximum=128.0
    )
    contrast: float = option(
        0.0, "How much the channels are drawn apart, or together", group="adjust", minimum=-128.0, maximum=128.0
    )
    set: tuple[str, ...] = option(
        (),
        "Sets whose studs are there, by number or name; several are added up",
        group="studs",
        choices=tuple(each.name for each in mosaic_sets()),
        open=True,
    )
    palette: str = option(
        "solid-67",
        "Where no set and no stock is named, the colours to choose from: all solid ones, those still sold, the 29 sold "
        "loose, those of round plates (studs-38), round tiles (tiles-39) or loose plates (studs-13), or a .json, .csv "
        "or .gpl file",
        group="studs",
        choices=("solid", "solid-67", "pick-a-brick-29", *stud_palettes()),
        open=True,
    )
    without: tuple[str, ...] = option((), "Colours that must not be used, by name or LDraw number", group="studs")
    include: tuple[str, ...] = option((), "Colours added to the palette, by name or LDraw number", group="studs")
    stock: str = option(
        "",
        "Parts owned, besides the sets': a .csv (Rebrickable) or .xml (BrickLink) list, or a .json with a studMap",
        group="studs",
        file=True,
    )
    unlimited: bool = option(
        False, "Take as many studs of each colour as are wanted, and list those to buy", group="studs"
    )
    metric: str = option(
        "ciede2000",
        "How the difference between two colours is measured: ciede2000 chooses nearest to what the eye sees",
        group="colour",
        choices=("ciede2000", "cie94", "cie76", "din99o", "rgb", "manhattan"),
    )
    method: str = option(
        "exact",
        "How studs get their colours: exact (least sum of differences that the stock allows, proved), the same with "
        "the errors spread (exact-diffused), in two phases, greedily, or by error diffusion with any number of studs",
        group="colour",
        choices=METHODS,
    )
    distance: float = option(
        0.0,
        "Choose colours for eyes that blend studs this far around (deviation in studs, about 1 seen from across a "
        "room); 0 looks at every stud by itself",
        group="colour",
        minimum=0.0,
        maximum=3.0,
    )
    ties: str = option(
        "alternating", "Which of equally good studs gives way: a pattern over the mosaic", group="colour", choices=TIES
    )
    blocking: int = option(1, "How many studs wide a field of the tie pattern is", group="colour", minimum=1, maximum=5)
    darker: bool = option(
        False,
        "Darken colours before they are matched by the share of a black base that round pieces leave to see",
        group="colour",
    )
    piece: str = option(
        "round-tile",
        "What a stud of the mosaic is; variable ones take larger pieces where colours allow it",
        group="build",
        choices=tuple(PIECES),
    )
    large: bool = option(False, "Variable plates may be as large as 4 x 8 and 4 x 10", group="build")
    relief: int = option(
        0,
        "Levels of a relief, 2 to 16, each a plate higher; 0 for a flat mosaic",
        group="relief",
        minimum=0,
        maximum=16,
    )
    depth: str = option(
        "brightness",
        "What the relief's heights are taken from: the image's brightness, an image whose white is near, or a depth "
        "network (.onnx)",
        group="relief",
        choices=("brightness",),
        open=True,
    )
    overrides: str = option(
        "",
        "Studs chosen by hand: a .csv with a line x,y,colour for each, counted from 1 at the upper left, or, in a "
        "relief, x,y,colour,level",
        group="build",
        file=True,
    )
    seed: int = option(0, "Start value of random tie patterns", group="colour", minimum=0, maximum=2**31 - 1)

    def __post_init__(self) -> None:
        super().__post_init__()
        for side in self.studs:
            if side % SECTION or not SECTION <= side <= MOST_SIDE:
                raise BadSetting(
                    f"--size {self.size} can't be built on base plates of {SECTION} studs; both sides must be "
                    f"multiples of {SECTION} from {SECTION} to {MOST_SIDE}."
                )
        if self.relief == 1:
            raise BadSetting("--relief 1 is flat; use 0 for a mosaic, or 2 to 16 levels.")

    @property
    def studs(self) -> tuple[int, int]:
        """Studs across and down."""
        wide, high = self.size.split("x")
        return int(wide), int(high)


FLAT = MosaicSettings()
