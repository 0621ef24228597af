import pytest
from brickprint.core.errors import CannotWrite
from brickprint.core.export.files import file_name, write_whole
from hypothesis import example, given
from hypothesis import strategies as st

RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}


def test_text_and_bytes_are_written_and_folders_made(tmp_path):
    text, binary = tmp_path / "a" / "b" / "text.ldr", tmp_path / "a" / "binary.npz"
    write_whole(text, "0 Grüße\n")
    write_whole(binary, b"\x00\r\n\xff")
    assert text.read_bytes() == "0 Grüße\n".encode()
    assert binary.read_bytes() == b"\x00\r\n\xff"


def test_an_old_file_is_replaced_and_nothing_else_left(tmp_path):
    target = tmp_path / "model.ldr"
    target.write_text("old and longer")
    write_whole(target, "new")
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failure_names_the_path_and_leaves_no_half_file(tmp_path):
    target = tmp_path / "model.ldr"
    (target / "inside").mkdir(parents=True)
    with pytest.raises(CannotWrite, match=r"model\.ldr.*choose a folder"):
        write_whole(target, "new")
    assert list(tmp_path.iterdir()) == [target]
    assert list(target.iterdir()) == [target / "inside"]


def test_a_file_where_a_folder_should_be_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CannotWrite, match="out"):
        write_whole(tmp_path / "out" / "model.ldr", "new")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_full_disk_leaves_the_old_file_whole(tmp_path, monkeypatch):
    target = tmp_path / "model.ldr"
    target.write_text("old")

    def half_written(path, data):
        path.open("wb").write(data[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(target), "write_bytes", half_written)
    with pytest.raises(CannotWrite, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Spot", "Spot"),
        ("Fußball 足球", "Fußball 足球"),
        ("head/left:eye", "head_left_eye"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("Cube.001", "Cube.001"),
        ("v1.", "v1"),
        ("  two words  ", "two words"),
        ("", "model"),
        ("...", "model"),
        ("con", "con_"),
        ("Aux.blend", "Aux_"),
        ("console", "console"),
        ("COM1", "COM1_"),
        ('a<b>c"d|e?f*g\\h', "a_b_c_d_e_f_g_h"),
        ("line\nbreak\x00", "line_break_"),
        ("e\u0301", "é"),
    ],
)
def test_file_names(text, name):
    assert file_name(text) == name


@given(st.text(st.characters(), max_size=300))
@example("x" * 119 + "é")
@example("x" * 119 + " y")
@example("\ud800")
def test_file_names_suit_every_system(text):
    name = file_name(text)
    assert 0 < len(name.encode()) <= 130
    assert not set(name) & set('<>:"/\\|?*')
    assert all(ord(character) >= 32 for character in name)
    assert name == name.strip(". ")
    assert name.split(".")[0].lower() not in RESERVED
    assert file_name(name) == name


@given(st.text(st.characters(), max_size=300))
def test_files_of_any_name_can_be_written(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("named") / f"{file_name(text)}.plan.json"
    write_whole(path, "x")
    assert path.read_text() == "x"
