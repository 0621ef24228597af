"""The numbers of the model."""

from __future__ import annotations

from dataclasses import dataclass

from ...units import MM_PER_METRE, PLATE_MM, STUD_MM


@dataclass(frozen=True)
class Constants:
    """gravity: m/s^2; clutch: N that a contact point holds (StableLego: what weighs 100 g); pitch, plate: metres."""

    gravity: float = 9.8
    clutch: float = 0.98
    pitch: float = STUD_MM / MM_PER_METRE
    plate: float = PLATE_MM / MM_PER_METRE

    @property
    def plate_pitches(self) -> float:
        """Height of a plate, in pitches."""
        return self.plate / self.pitch


CONSTANTS = Constants()
