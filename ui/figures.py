"""The main figures of a report, as rows of text."""

from __future__ import annotations

from typing import Any

from bpy.app.translations import pgettext_iface as iface_
from bpy.app.translations import pgettext_n as n_


def figures(report: dict[str, Any]) -> list[tuple[str, str]]:
    """(what, figure) for everything of the report that is known and worth a line in the panel."""
    found = (row(report) for row in (_parts, _size, _pieces, _supports, _shape, _colour, _time))
    return [row for row in found if row is not None]


def _number(report: dict[str, Any], group: str, key: str) -> Any:
    return (report.get(group) or {}).get(key)


def _parts(report: dict[str, Any]) -> tuple[str, str] | None:
    total = _number(report, "parts", "total")
    grams = report.get("grams")
    if total is None:
        return None
    told = iface_("{parts:,} ({grams:,.0f} g)") if grams else "{parts:,}"
    return n_("Parts"), told.format(parts=total, grams=grams)


def _size(report: dict[str, Any]) -> tuple[str, str] | None:
    wide, deep, high = (_number(report, "grid", key) for key in ("studs_x", "studs_y", "plates_z"))
    told = iface_("{wide:,} × {deep:,} studs, {high:,} plates")
    return None if wide is None else (n_("Size"), told.format(wide=wide, deep=deep, high=high))


def _pieces(report: dict[str, Any]) -> tuple[str, str] | None:
    components, floating = (_number(report, "structure", key) for key in ("components", "floating"))
    if components is None:
        return None
    if components == 1 and not floating:
        stable = _number(report, "structure", "stable")
        stands = {True: iface_("In one piece, stands"), False: iface_("In one piece, falls")}
        return n_("Structure"), stands.get(stable, iface_("In one piece"))
    told = iface_("{pieces:,} pieces, {floating:,} parts floating")
    return n_("Structure"), told.format(pieces=components, floating=floating or 0)


def _supports(report: dict[str, Any]) -> tuple[str, str] | None:
    parts = _number(report, "supports", "parts")
    if not parts:
        return None
    stay = sum(each["parts"] for each in _number(report, "supports", "kept") or [])
    told = iface_("{parts:,} parts, {stay:,} must stay") if stay else iface_("{parts:,} parts, come off")
    return n_("Supports"), told.format(parts=parts, stay=stay)


def _shape(report: dict[str, Any]) -> tuple[str, str] | None:
    iou = _number(report, "shape", "iou")
    return None if iou is None else (n_("Shape"), iface_("{share:.1f} % alike (IoU)").format(share=100 * iou))


def _colour(report: dict[str, Any]) -> tuple[str, str] | None:
    mean, best = (_number(report, "colour", key) for key in ("mean", "best_mean"))
    if mean is None:
        return None
    alone, beside = iface_("ΔE {mean:.1f} on average"), iface_("ΔE {mean:.1f} on average (best {best:.1f})")
    return n_("Colour"), (alone if best is None else beside).format(mean=mean, best=best)


def _time(report: dict[str, Any]) -> tuple[str, str] | None:
    total = _number(report, "seconds", "total")
    return None if total is None else (n_("Time"), iface_("{seconds:.1f} s").format(seconds=total))
