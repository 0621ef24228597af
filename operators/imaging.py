"""Image to Bricks: an image file, or an image of the .blend, becomes a model through a network."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import bpy
from bpy.app.translations import pgettext_rpt as rpt_
from bpy_extras.io_utils import ImportHelper

from ..core.errors import CannotRead, MissingNetwork
from ..core.images import IMAGE_KINDS, Picture, read_image
from ..core.imaging import MESHING, ImageSettings, mesh_of_image, networks_here, preset_of, read_by
from ..core.libraries import FROM_IMAGES, missing
from ..core.pieces import News, Pieces
from ..core.pipeline import Conversion
from ..core.plan import Plan
from ..core.presets import find_preset
from ..core.progress import Progress
from ..core.settings import Settings, options
from ..scene.pictures import picture_of
from .by_worker import ByWorker
from .chosen_settings import settings_from
from .preferred import preference
from .showing import show_built

# Networks by the word of the command line: name, what they are for, and the preference that holds their files.
_NETWORKS = {
    "face": (
        "Face",
        "A head from a portrait; needs a face detector and a face mesh. It begins with the preset Portrait; settings "
        "of your own count more",
        "face_networks",
    ),
    "vrn": ("VRN", "A face by volumetric regression; needs its network", "vrn_network"),
    "octree": ("Octree", "An object by the network that comes with Brickprint", ""),
    "file": ("File", "Any network that makes a volume of an image", "volume_network"),
}
_BACKGROUNDS = {
    "keep": ("Keep", "What is transparent goes, nothing else"),
    "colour": ("By Colour", "What is like the image's border, and joined to it, goes"),
    "network": ("By Network", "A network of yours says what is background"),
}


class ImageToBricks(ByWorker, bpy.types.Operator, ImportHelper):
    """Build what an image shows from bricks, as a network sees it"""

    bl_idname = "brickprint.image_to_bricks"
    bl_label = "Image to Bricks"
    bl_options = {"UNDO"}

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default=";".join(f"*{kind}" for kind in IMAGE_KINDS), options={"HIDDEN"})
    image: bpy.props.StringProperty(
        name="Image", description="An image of this file, instead of one from the disk", options={"SKIP_SAVE"}
    )
    network: bpy.props.EnumProperty(
        name="Network",
        description="What makes a shape of the image: it decides what can be built, a head or any object",
        items=[(word, *_NETWORKS[word][:2]) for word in (*networks_here(), "file")],
        default=ImageSettings.network,
    )
    background: bpy.props.EnumProperty(
        name="Background",
        description="How what lies behind is left out of the model",
        items=[(word, name, text) for word, (name, text) in _BACKGROUNDS.items()],
    )
    threshold: bpy.props.FloatProperty(
        name="Threshold",
        description=options(ImageSettings)["threshold"].help,
        default=ImageSettings.threshold,
        min=0.0,
        max=1.0,
    )
    front: bpy.props.BoolProperty(name="Front Half Only", description=options(ImageSettings)["front"].help)

    @classmethod
    def refusals(cls, context: bpy.types.Context) -> Iterator[str]:
        """A library is missing."""
        yield from super().refusals(context)
        yield missing(FROM_IMAGES)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask for a file; where the image is known already, only how it is to be built."""
        if self.image or self.filepath:
            name = self.image or Path(self.filepath).name
            return context.window_manager.invoke_props_dialog(self, title=name)
        return ImportHelper.invoke(self, context, event)

    def draw(self, context: bpy.types.Context) -> None:
        """The network, what it needs, and the main settings."""
        layout, settings = self.layout, context.scene.brickprint
        layout.use_property_split = True
        layout.use_property_decorate = False
        layout.prop(self, "network")
        layout.prop(self, "background")
        if "threshold" in read_by(self.network):
            layout.prop(self, "threshold")
        layout.prop(self, "front")
        for name in ("studs", "detail", "palette"):
            layout.prop(settings, name)
        if _NETWORKS[self.network][2] and not _file(_NETWORKS[self.network][2]):
            layout.label(text="Choose its file in the add-on's preferences", icon="ERROR")

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Build it; in a window the work goes on beside the user."""
        return self._at_once_or_beside(context)

    def _prepared(self, context: bpy.types.Context) -> Pieces[Callable[[Progress], Plan]]:
        """The image of the file is read by the worker, one of the .blend here."""
        settings, chosen = self._settings(context.scene.brickprint), self._chosen()
        path = Path(bpy.path.abspath(self.filepath))
        yield News(0.0, rpt_("Reading {name}").format(name=self.image or path.name), long=True)
        picture = _picture(self.image) if self.image else None

        def work(progress: Progress) -> Plan:
            mesh = mesh_of_image(picture or read_image(path), chosen, progress.part("image", 0.0, MESHING))
            return Conversion(mesh).run(settings, progress.part("", MESHING, 1 - MESHING))

        return work

    def _settings(self, properties: bpy.types.PropertyGroup) -> Settings:
        """The scene's settings; those that nobody set are the preset's that the network begins with."""
        preset = preset_of(self.network)
        begun = find_preset(preset).settings if preset else {}
        unset = {name: value for name, value in begun.items() if not properties.is_property_set(name)}
        return replace(settings_from(properties), **unset)

    def _chosen(self) -> ImageSettings:
        """What was chosen here, with the files of the preferences. Raises MissingNetwork."""
        file = _file(_NETWORKS[self.network][2])
        network, background = self.network, self.background
        if network == "file":
            network = _required(file, "Other Network")
        if background == "network":
            background = _required(_file("matte_network"), "Background Network")
        weights = (file,) if file and "weights" in read_by(network) else ()
        threshold = round(self.threshold, 6) if "threshold" in read_by(network) else ImageSettings.threshold
        return ImageSettings(network, weights, background, threshold, self.front)

    def _show(self, context: bpy.types.Context, plan: Plan) -> None:
        show_built(self, context, plan)


def _file(name: str) -> str:
    """The file or folder that a preference of the user's names, or nothing."""
    return bpy.path.abspath(preference(name, "")) if name else ""


def _required(file: str, label: str) -> str:
    if not file:
        raise MissingNetwork(f"Choose a file as {label} in the add-on's preferences first.")
    return file


def _picture(name: str) -> Picture:
    """An image of the .blend. Raises CannotRead."""
    image = bpy.data.images.get(name)
    if image is None:
        raise CannotRead(f"The image {name!r} is not in this file any more; choose another one.")
    return picture_of(image)


CLASSES = (ImageToBricks,)
