"""What can go wrong for a user's reason. Every message says what is wrong, with what, and what to do."""


class BrickprintError(Exception):
    """A fault the user can mend; the message is shown as it is."""


class UnusableMesh(BrickprintError):
    """The mesh has no faces, no volume, or coordinates that are not numbers."""


class NothingToBuild(BrickprintError):
    """Nothing selected, or no cell of the grid is half full."""


class BadPalette(BrickprintError):
    """The palette is unknown, empty, or names colours that do not exist."""


class BadPartList(BrickprintError):
    """A list of parts is empty, lacks what is needed, or names parts that are not known."""


class OutOfStock(BrickprintError):
    """The parts that somebody owns do not suffice for a model; the message lists what is missing."""


class BadSetting(BrickprintError):
    """A setting is out of its limits, unknown, or names something that is not built yet."""


class BadEdit(BrickprintError):
    """A change by hand that the chosen parts do not allow."""


class NotNow(BrickprintError):
    """Something can't be done now, because something else is under way or not as it must be."""


class TooLarge(BrickprintError):
    """The model would need more memory than the machine has."""


class CannotRead(BrickprintError):
    """A file is missing, of an unknown kind, or damaged."""


class CannotWrite(BrickprintError):
    """A file or folder can't be written."""


class MissingNetwork(BrickprintError):
    """A network asked for is not built yet, or no file of it was chosen."""


class NoFace(BrickprintError):
    """An image shows no face from which a head could be made."""


class MissingLibrary(BrickprintError):
    """Something asked for needs a library that is not installed, or not in a version that works."""


class Cancelled(BrickprintError):
    """The user asked to stop; nothing was changed."""
