"""What users read in Blender is written so that translators find it: whole sentences, with named fields."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ON_THE_COMMAND_LINE = {"headless.py", "inspecting.py", "outcomes.py", "telling.py"}  # which is English
SOURCES = [
    path
    for folder in ("operators", "ui")
    for path in sorted((ROOT / folder).glob("*.py"))
    if path.name not in ON_THE_COMMAND_LINE
]
LOOKED_UP = {"rpt_", "iface_", "tip_"}
PLACES = {"report": 1, "tell_status": 1, "_tell": 2, "draw_text": 1, "News": 1}  # of the text among the arguments
WORDS_FOR_TEXT = {"text", "title"}
MAKE_TEXTS = {"_told", "description", "refusals"}  # functions whose results are shown


def name_of(node):
    """The name that is called, whoever's it is."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def texts(tree):
    """Expressions that are shown to users, with the function that each is in."""
    for function in [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for node in ast.walk(function):
            if isinstance(node, ast.Call):
                yield from ((function, word.value) for word in node.keywords if word.arg in WORDS_FOR_TEXT)
                place = PLACES.get(name_of(node))
                if place is not None and place < len(node.args):
                    yield function, node.args[place]
            elif isinstance(node, ast.Return | ast.Yield) and getattr(function, "name", "") in MAKE_TEXTS:
                yield function, node.value


def with_what_was_assigned(function, text):
    """A text's expression, and those of the names in it."""
    names = {node.id for node in ast.walk(text) if isinstance(node, ast.Name)}
    assigned = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id in names for target in node.targets for name in ast.walk(target))
    ]
    return [text, *assigned]


def is_words(node):
    """Whether it is a text that has words in it, not only fields and signs."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    )


def wrong(expression):
    """Why a text can't be translated: it is put together of pieces, or filled before it is looked up."""
    for node in ast.walk(expression):
        if isinstance(node, ast.JoinedStr):
            yield "an f-string"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            if is_words(node.left) or is_words(node.right):
                yield "put together"
        elif isinstance(node, ast.Call) and name_of(node) == "format" and is_words(node.func.value):
            yield "not looked up"
        elif isinstance(node, ast.Call) and name_of(node) in LOOKED_UP and "{}" in ast.unparse(node):
            yield "fields without names"


def faults(source):
    return sorted(
        {
            (part.lineno, why)
            for function, text in texts(ast.parse(source))
            if text is not None
            for part in with_what_was_assigned(function, text)
            for why in wrong(part)
        }
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_texts_can_be_translated(path):
    assert not faults(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parent.name == "ui"], ids=lambda path: path.name)
def test_panels_put_no_text_together(path):
    """They write nothing but texts for users."""
    assert not [node.lineno for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.JoinedStr)]


@pytest.mark.parametrize(
    "source",
    [
        'self.report({"INFO"}, f"{count} objects")',
        'self.report({"INFO"}, "Wrote the file " + path)',
        'self.report({"INFO"}, "{count} objects".format(count=3))',
        'self.report({"INFO"}, rpt_("{} objects").format(3))',
        'layout.label(text="%d objects" % count)',
        'layout.operator("brickprint.x", text=f"{name}")',
        'def draw(self):\n    told = f"{count} objects"\n    self.layout.label(text=told)',
        'tell_status(context, f"{count} parts")',
        'def _told(self):\n    return f"{count} parts"',
    ],
)
def test_what_can_not_be_translated_is_found(source):
    assert faults(source)


def test_what_can_be_translated_is_let_through():
    assert not faults('self.report({"INFO"}, rpt_("{count} objects").format(count=3))')
    assert not faults('layout.label(text="Select an object")')
    assert not faults("layout.label(text=name, translate=False)")
