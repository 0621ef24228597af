"""The report as one page for people: plain words and bars, no script, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from ..layout import size_of
from ..plan import Plan
from ..progress import STAGES
from ..units import PLATE_MM, STUD_MM

_LEAST_SECONDS = 0.005  # less shows as nothing
_REASONS = {
    "closed in": "closed in by the model",
    "holds": "parts would come loose otherwise",
    "steadies": "parts could not be balanced otherwise",
}

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2126; --soft: #5b6670; --paper: #f5f6f8; --card: #fff; --line: #dfe3e8;
  --bar: #2f74c0; --good: #1d7a46; --bad: #b3261e; --open: #8a6100; --warn: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #9aa5b0; --paper: #14181c; --card: #1e242a;
  --line: #343c45; --bar: #5b9be0; --good: #5ecb8d; --bad: #ff8a80; --open: #e6b84a; --warn: #3b3115; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: .5rem 0 0; } h2 { font-size: 1.1rem; margin: 0 0 .6rem; }
p { margin: .3rem 0; } .soft { color: var(--soft); font-size: .9rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0; }
.warn { background: var(--warn); } ul { margin: 0; padding-left: 1.2rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
.verdict { font-size: 1.15rem; font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .9rem; margin: 0; }
.figures dt { color: var(--soft); font-size: .85rem; } .figures dd { margin: 0; font-size: 1.15rem; font-weight: 600; }
.figures small { display: block; color: var(--soft); font-size: .8rem; font-weight: 400; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
.two section { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th { color: var(--soft); font-weight: 400; }
th, td { text-align: left; padding: .15rem .4rem .15rem 0; vertical-align: middle; }
.count { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bars td:first-child { width: 46%; } .bars td:nth-child(2) { width: 34%; }
.bar { display: block; height: .8rem; min-width: 2px; border-radius: 2px; background: var(--bar); }
.swatch { display: inline-block; width: 1rem; height: 1rem; border-radius: 3px; border: 1px solid var(--line);
  vertical-align: -.15rem; margin-right: .4rem; }
details summary { cursor: pointer; font-weight: 600; } code { font-size: .9em; }
"""


def report_page(plan: Plan) -> str:
    """The report of a plan, also of an inspected one, as HTML; what it does not know it leaves out."""
    report, name = plan.report, escape(plan.name)
    body = [
        f"<h1>{name}</h1>",
        f'<p class="soft">{_summary(report)}</p>',
        _warnings(report.get("warnings") or []),
        _standing(report.get("structure") or {}),
        _section("In figures", _figures(plan)),
        _histograms(plan),
        _supports(report.get("supports") or {}),
        _weakest(report.get("structure") or {}),
        _section("Time", _times(report.get("seconds") or {}, report.get("peak_mb"))),
        _settings(report.get("settings") or {}),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}: report</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body></html>\n"
    )


def _section(title: str, content: str, kind: str = "") -> str:
    if not content:
        return ""
    return f"<section{f' class={kind!r}' if kind else ''}><h2>{title}</h2>{content}</section>"


def _summary(report: Mapping[str, Any]) -> str:
    source = report.get("input")
    if source is None:
        return "Inspected as it is."
    if "image" in source:
        wide, high = source["pixels"]
        return f"Made from an image of {wide:,} × {high:,} pixels."
    if not source["triangles"]:
        return "Made from a voxel model."
    return f"Made from {source['triangles']:,} triangles {'with' if source['textured'] else 'without'} textures."


def _warnings(warnings: list[str]) -> str:
    lines = "".join(f"<li>{escape(warning)}</li>" for warning in warnings)
    return _section("Mind this", f"<ul>{lines}</ul>" if lines else "", "warn")


def _standing(structure: Mapping[str, Any]) -> str:
    if not structure:
        return ""
    kind, verdict = {
        True: ("good", "It stands: forces that hold it were found for every joint."),
        False: ("bad", "It does not stand: no forces can hold all of its parts."),
    }.get(structure["stable"], ("open", "Whether it stands is not known."))
    pieces, floating = structure["components"], structure["floating"]
    told = ["All parts hang together." if pieces == 1 else f"It is in {pieces:,} pieces."]
    if floating:
        told.append(f"{_parts(floating)} {'hangs' if floating == 1 else 'hang'} on nothing.")
    if structure.get("safety") is not None:
        told.append(f"The joints could be {structure['safety']:,.1f} times weaker before it falls.")
    prefixes = structure.get("prefixes")
    if prefixes:
        told.append(f"While it is built it stands after {prefixes['standing']:,} of {prefixes['total']:,} steps.")
    return _section("Does it stand?", f'<p class="verdict {kind}">{verdict}</p><p>{" ".join(told)}</p>')


def _parts(count: int) -> str:
    return _so_many(count, "part")


def _so_many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _figures(plan: Plan) -> str:
    """(what, figure, more) as a list of definitions."""
    shown = [*_build_figures(plan), *_likeness(plan.report)]
    rows = (f"<div><dt>{what}</dt><dd>{figure}<small>{more}</small></dd></div>" for what, figure, more in shown)
    return f'<dl class="figures">{"".join(rows)}</dl>'


def _build_figures(plan: Plan) -> list[tuple[str, str, str]]:
    report = plan.report
    parts, supports = report.get("parts") or {}, report.get("supports") or {}
    wide, deep, high = size_of(plan.layout, plan.catalogue)
    size = f"{wide * STUD_MM / 10:.1f} × {deep * STUD_MM / 10:.1f} × {high * PLATE_MM / 10:.1f} cm"
    shown = [("Size", f"{wide:,} × {deep:,} studs", f"{high:,} plates high; {size}")]
    if parts:
        and_supports = f"and {supports['parts']:,} of supports" if supports.get("parts") else ""
        least = f"at least {parts['lower_bound']:,} are needed" if parts.get("lower_bound") else ""
        shown.append(("Parts", f"{parts['total']:,}", "; ".join(filter(None, [and_supports, least]))))
        kinds = f"of {_so_many(len(parts['by_part']), 'kind')}, in {_so_many(len(parts['by_colour']), 'colour')}"
        shown.append(("Single studs", f"{parts['unit_share']:.0%}", f"of the parts are 1 × 1; parts are {kinds}"))
    if report.get("stock"):
        shown.append(("From your stock", f"{report['stock']['used']:,}", f"of {report['stock']['owned']:,} owned"))
    if report.get("grams"):
        shown.append(("Weight", _weight(report["grams"]), "with supports" if supports.get("parts") else ""))
    if report.get("steps"):
        shown.append(("Building steps", f"{report['steps']:,}", ""))
    return shown


def _weight(grams: float) -> str:
    return f"{grams:,.0f} g" if grams < 1000 else f"{grams / 1000:,.2f} kg"


def _likeness(report: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """How like its original it is."""
    shape, colour, interior = (report.get(key) or {} for key in ("shape", "colour", "interior"))
    shown = []
    if shape.get("iou") is not None:
        away = f"; its surface is {shape['surface_mm']:.1f} mm off" if shape.get("surface_mm") is not None else ""
        shown.append(("Shape", f"{shape['iou']:.1%}", f"of the volume agrees with the original{away}"))
    if colour.get("mean") is not None:
        best = f"the best these colours allow is {colour['best_mean']:.1f}"
        if colour.get("bound") is not None:
            best += f", and {colour['bound']:.1f} with so many of each (proved)"
        shown.append(("Colour error", f"{colour['mean']:.1f}", f"ΔE on average ({escape(colour['metric'])}); {best}"))
    if interior.get("hollow_out_ratio") is not None:
        shown.append(("Hollow", f"{interior['hollow_out_ratio']:.1%}", "of the inside is left empty"))
    return shown


def _histograms(plan: Plan) -> str:
    parts = plan.report.get("parts")
    if not parts:
        return ""
    shade = {colour.name: colour.hex for colour in plan.palette.colours}
    number = {part.name: part.ldraw for part in plan.catalogue.parts}
    kinds = [
        (f'{escape(name)} <span class="soft">{escape(number.get(name, ""))}</span>', count, f"{count:,}")
        for name, count in parts["by_part"].items()
    ]
    colours = [
        (
            f'<span class="swatch" style="background:{escape(shade.get(name, "none"))}"></span>{escape(name)}',
            count,
            f"{count:,}",
        )
        for name, count in parts["by_colour"].items()
    ]
    columns = _section("By part", _bars(kinds)) + _section("By colour", _bars(colours))
    return f'<div class="two">{columns}</div>'


def _bars(rows: Iterable[tuple[str, float, str]]) -> str:
    """A table of (label in HTML, length, figure)."""
    rows = list(rows)
    longest = max((length for _, length, _ in rows), default=0) or 1
    lines = (
        f'<tr><td>{label}</td><td><span class="bar" style="width:{100 * length / longest:.1f}%"></span></td>'
        f'<td class="count">{figure}</td></tr>'
        for label, length, figure in rows
    )
    return f'<table class="bars">{"".join(lines)}</table>'


def _supports(supports: Mapping[str, Any]) -> str:
    if not supports.get("parts"):
        return ""
    kept = supports.get("kept") or []
    stay = sum(each["parts"] for each in kept)
    told = f"{_parts(supports['parts'])}, {_weight(supports['grams'])}. "
    told += f"{stay:,} must stay after the build:" if stay else "All come off after the build."
    lines = "".join(
        f"<li>{_parts(each['parts'])} at stud {each['at'][0]}, {each['at'][1]}, plate {each['at'][2]}: "
        f"{escape(_REASONS.get(each['reason'], each['reason']))}</li>"
        for each in kept
    )
    bars = _bars((escape(name), count, f"{count:,}") for name, count in supports["by_part"].items())
    return _section("Supports", f"<p>{told}</p>{f'<ul>{lines}</ul>' if lines else ''}{bars}")


def _weakest(structure: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(each['part'])}</td><td>{escape(each['colour'])}</td>"
        f"<td>stud {each['x'] + 1}, {each['y'] + 1}, plate {each['z'] + 1}</td>"
        f'<td class="count">{each["utilisation"]:.1%}</td></tr>'
        for each in structure.get("weakest") or []
    )
    head = '<tr><th>Part</th><th>Colour</th><th>Where</th><th class="count">of what its joints bear</th></tr>'
    return _section("Pulled hardest", f"<table>{head}{rows}</table>" if rows else "")


def _times(seconds: Mapping[str, float], peak_mb: float | None) -> str:
    if not seconds:
        return ""
    spent = [(stage, took) for stage, took in seconds.items() if stage != "total" and took >= _LEAST_SECONDS]
    bars = _bars((escape(STAGES.get(stage, stage)), took, f"{took:.2f} s") for stage, took in spent)
    memory = f", and at most {peak_mb:,.0f} MB of memory" if peak_mb else ""
    total = f"<p>{seconds['total']:.1f} seconds in all{memory}.</p>" if "total" in seconds else ""
    return total + bars


def _settings(settings: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_value(value))}</td></tr>"
        for name, value in settings.items()
    )
    return f"<section><details><summary>Settings</summary><table>{rows}</table></details></section>" if rows else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
