"""Images from files, as bytes of encoded sRGB with straight alpha, whatever the file holds."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .errors import CannotRead, TooLarge
from .libraries import IMAGES, load

IMAGE_KINDS = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".bmp",
    ".tif",
    ".tiff",
    ".tga",
    ".gif",
)  # what is offered; all are read
MOST_PIXELS = 178_956_970  # pillow's own limit; an image of so many takes 0.7 GB


@dataclass(frozen=True)
class Picture:
    """pixels (H, W, 4) uint8: encoded sRGB and straight alpha, top row first. warnings: what was left out."""

    name: str
    pixels: np.ndarray
    warnings: tuple[str, ...] = ()

    @property
    def rgb(self) -> np.ndarray:
        """(H, W, 3) uint8: the colours alone."""
        return self.pixels[..., :3]


def read_image(path: Path) -> Picture:
    """The image of a file: its first page, upright as its camera was held, in sRGB.

    Raises CannotRead (missing, damaged, no image), TooLarge (more than MOST_PIXELS), MissingLibrary without pillow.
    """
    load(IMAGES)
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # what is too large is refused below
            with Image.open(path) as image:
                _refuse_too_large(path, image.size)
                profile = image.info.get("icc_profile")
                image.load()
                upright = ImageOps.exif_transpose(image)
        colour, told = _in_srgb(_eight_bits(upright, path), profile)
    except Image.DecompressionBombError as error:
        raise TooLarge(f"{path} has too many pixels ({error}); make it smaller first.") from error
    except Image.UnidentifiedImageError as error:
        raise CannotRead(f"{path} is no image that can be read; use a PNG or JPEG file.") from error
    except OSError as error:
        words = error.strerror or error
        raise CannotRead(f"The image {path} can't be read ({words}); check the path, or save it again.") from error
    except (ValueError, SyntaxError, EOFError, MemoryError) as error:  # pillow's words for damaged files
        raise CannotRead(f"The image {path} is damaged ({error}); save it again as PNG or JPEG.") from error
    return Picture(Path(path).stem, np.array(colour), told)


def squared(picture: Picture) -> Picture:
    """The largest square in the middle of an image, with a warning where that leaves something out."""
    high, wide = picture.pixels.shape[:2]
    if high == wide:
        return picture
    side = min(high, wide)
    top, left = (high - side) // 2, (wide - side) // 2
    told = (
        f"{picture.name} is {wide} x {high} pixels, and networks see squares: only its middle was used. "
        "Crop it to a square around the object to choose another part.",
    )
    square = picture.pixels[top : top + side, left : left + side]
    return replace(picture, pixels=square, warnings=picture.warnings + told)


def resized(pixels: np.ndarray, width: int, height: int, nearest: bool = False) -> np.ndarray:
    """(height, width, C) uint8 of an image (H, W, C) uint8: means of pixels where it shrinks, else linear."""
    load(IMAGES)
    from PIL import Image

    way = Image.Resampling.NEAREST if nearest else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(pixels).resize((width, height), way))


def _refuse_too_large(path: Path, size: tuple[int, int]) -> None:
    wide, high = size
    if wide * high > MOST_PIXELS:
        raise TooLarge(f"{path} has {wide} x {high} pixels, more than {MOST_PIXELS:,}; make it smaller first.")


def _eight_bits(image: Any, path: Path) -> Any:
    """The image in eight bits a channel; pillow would clip those of greys with more."""
    from PIL import Image

    if image.mode == "F":
        raise CannotRead(f"{path} holds decimal numbers, whose white is not known; save it as PNG or JPEG.")
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.float64)
    if image.mode != "I" or values.max(initial=0) > 255:
        values = values / 257  # 65535 is white
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _in_srgb(image: Any, profile: bytes | None) -> tuple[Any, tuple[str, ...]]:
    """The image as RGBA in sRGB, through its colour profile if it has one; and warnings."""
    from PIL import Image, ImageCms

    rgba = image.convert("RGBA")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L", "LA"):
        return rgba, ()
    source = image.convert({"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode))
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        colour = ImageCms.profileToProfile(source, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as error:
        return rgba, (f"The image's colour profile can't be used ({error}); its colours may be a little off.",)
    assert isinstance(colour, Image.Image)
    colour.putalpha(rgba.getchannel("A"))
    return colour, ()
