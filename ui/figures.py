"""The main figures of a report, as rows of text."""

from __future__ import annotations

from typing import Any


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
    return "Parts", f"{total:,}" + (f" ({grams:,.0f} g)" if grams else "")


def _size(report: dict[str, Any]) -> tuple[str, str] | None:
    wide, deep, high = (_number(report, "grid", key) for key in ("studs_x", "studs_y", "plates_z"))
    return None if wide is None else ("Size", f"{wide:,} × {deep:,} studs, {high:,} plates")


def _pieces(report: dict[str, Any]) -> tuple[str, str] | None:
    components, floating = (_number(report, "structure", key) for key in ("components", "floating"))
    if components is None:
        return None
    if components == 1 and not floating:
        stable = _number(report, "structure", "stable")
        stands = {True: ", stands", False: ", falls"}.get(stable, "")
        return "Structure", f"In one piece{stands}"
    return "Structure", f"{components:,} pieces, {floating or 0:,} parts floating"


def _supports(report: dict[str, Any]) -> tuple[str, str] | None:
    parts = _number(report, "supports", "parts")
    if not parts:
        return None
    stay = sum(each["parts"] for each in _number(report, "supports", "kept") or [])
    return "Supports", f"{parts:,} parts" + (f", {stay:,} must stay" if stay else ", come off")


def _shape(report: dict[str, Any]) -> tuple[str, str] | None:
    iou = _number(report, "shape", "iou")
    return None if iou is None else ("Shape", f"{100 * iou:.1f} % alike (IoU)")


def _colour(report: dict[str, Any]) -> tuple[str, str] | None:
    mean, best = (_number(report, "colour", key) for key in ("mean", "best_mean"))
    if mean is None:
        return None
    return "Colour", f"ΔE {mean:.1f} on average" + ("" if best is None else f" (best {best:.1f})")


def _time(report: dict[str, Any]) -> tuple[str, str] | None:
    total = _number(report, "seconds", "total")
    return None if total is None else ("Time", f"{total:.1f} s")
