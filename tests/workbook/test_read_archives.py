"""Files that are broken, hostile or something else: one clear sentence, before anything is unpacked."""

import os
import struct
import zipfile
from pathlib import Path

import pytest

from crm.workbook import archive, xlsx
from crm.workbook.archive import Archive
from crm.workbook.faults import UnreadableFile
from crm.workbook.read import read_workbook
from tests.workbook.books import csv_text, good, spreadsheet, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def refusal(path: Path) -> str:
    """The one sentence with which the file is refused, in Chinese; it names the file."""
    with pytest.raises(UnreadableFile) as caught:
        read_workbook(path)
    assert "\n" not in str(caught.value)
    assert path.name in caught.value.sentence("zh")
    assert path.name in caught.value.sentence("en")
    return str(caught.value)


def rewritten(source: Path, target: Path, **parts: bytes) -> Path:
    """A copy of a zip with some parts replaced; `sheet1` stands for the first sheet's XML."""
    names = {"sheet1": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    names["links"] = "xl/_rels/workbook.xml.rels"
    new = {names[name]: content for name, content in parts.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for info in old.infolist():
            out.writestr(info.filename, new.get(info.filename) or old.read(info.filename))
    return target


def with_sheet(tmp_path: Path, xml: str) -> Path:
    """The good book as xlsx, the first sheet's XML replaced."""
    return rewritten(spreadsheet(tmp_path / "good.xlsx", good()), tmp_path / "bad.xlsx", sheet1=xml.encode())


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    assert "找不到" in refusal(tmp_path / "none.xlsx")


@pytest.mark.parametrize("name", ["a.xlsx", "a.zip"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert "空文件" in refusal(tmp_path / name)


def test_a_folder_without_csv(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert "CSV" in refusal(tmp_path)


def test_a_zip_without_csv(tmp_path: Path) -> None:
    assert "CSV" in refusal(zipped(tmp_path / "a.zip", {}))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xlsx")
    assert "普通文件" in refusal(tmp_path / "a.xlsx")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = spreadsheet(tmp_path / "a.xlsx", good())

    def forbid(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbid)
    assert "权限" in refusal(path)


@pytest.mark.parametrize(
    "content", [b"<html><table></table></html>", b"staff_id,name\n", b"\x89PNG\r\n\x1a\n"]
)
def test_something_else_called_xlsx(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert "不是 Excel" in refusal(tmp_path / "a.xlsx")


def test_an_old_or_encrypted_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "密码" in refusal(tmp_path / "a.xlsx")


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv", "a", "a.xlsx.html"])
def test_another_format(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert ".xlsx" in refusal(tmp_path / name)


def test_a_zip_that_is_no_workbook_called_xlsx(tmp_path: Path) -> None:
    assert "不是 Excel" in refusal(zipped(tmp_path / "a.xlsx", good()))


@pytest.mark.parametrize("left", [10, 500, -30, -1])
@pytest.mark.parametrize("suffix", ["xlsx", "zip"])
def test_a_truncated_file(tmp_path: Path, left: int, suffix: str) -> None:
    make = spreadsheet if suffix == "xlsx" else zipped
    whole = make(tmp_path / f"whole.{suffix}", good()).read_bytes()
    (tmp_path / f"a.{suffix}").write_bytes(whole[:left])
    assert "损坏" in refusal(tmp_path / f"a.{suffix}")


def test_encrypted_parts(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", good())
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        content[start + place] |= 1
    path.write_bytes(bytes(content))
    assert "加密" in refusal(path)


def test_a_bomb_is_refused_by_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("staff.csv", b"0" * (archive.SMALL + 1))
    assert "压缩比" in refusal(path)


def test_a_directory_that_claims_too_much(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"staff": good()["staff"]})
    content = bytearray(path.read_bytes())
    start = content.find(b"PK\x01\x02")
    content[start + 24 : start + 28] = struct.pack("<L", archive.MOST_UNPACKED + 1)
    path.write_bytes(bytes(content))
    assert "2 GB" in refusal(path)


def test_a_directory_that_claims_too_little(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"staff": good()["staff"]})
    content = bytearray(path.read_bytes())
    start = content.find(b"PK\x01\x02")
    content[start + 24 : start + 28] = struct.pack("<L", 10)
    path.write_bytes(bytes(content))
    assert "不符" in refusal(path)


def test_a_wrong_checksum(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"staff": good()["staff"]})
    content = bytearray(path.read_bytes())
    start = content.find(b"PK\x01\x02")
    content[start + 16] ^= 1
    path.write_bytes(bytes(content))
    assert "损坏" in refusal(path)


def test_parts_that_share_their_bytes(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"staff": good()["staff"], "deals": good()["deals"]})
    content = bytearray(path.read_bytes())
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<L", 0)
    path.write_bytes(bytes(content))
    assert "不符" in refusal(path)


def test_too_many_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for number in range(archive.MOST_PARTS + 1):
            out.writestr(f"{number}.csv", b"")
    assert str(archive.MOST_PARTS) in refusal(path)


def test_paths_that_lead_outside_are_passed_over(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", good())
    with zipfile.ZipFile(path, "a") as out:
        for name in (
            "../staff.csv",
            "/etc/staff.csv",
            "__MACOSX/staff.csv",
            "deep/er/staff.csv",
            "C:/staff.csv",
        ):
            out.writestr(name, "x\n")
    assert read_workbook(path).warnings == []
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_compression_that_is_not_deflate(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as out:
        out.writestr("staff.csv", csv_text(good()["staff"]))
    assert "压缩方式" in refusal(path)


@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE lolz [<!ENTITY lol "lol">]>', "<!doctype x>", '<!DOCTYPE x SYSTEM "file:///etc/passwd">'],
)
def test_entities_are_refused(tmp_path: Path, declaration: str) -> None:
    xml = f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    assert "实体" in refusal(with_sheet(tmp_path, xml))


def test_entities_are_found_across_the_border_of_two_pieces(tmp_path: Path) -> None:
    padding = " " * (archive.PIECE - 24)
    xml = f'<?xml version="1.0"?>{padding}<!DOCTYPE x><worksheet xmlns="{MAIN}"/>'
    assert "实体" in refusal(with_sheet(tmp_path, xml))


def test_xml_that_hides_in_utf_16_is_refused(tmp_path: Path) -> None:
    source = spreadsheet(tmp_path / "good.xlsx", good())
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><worksheet/>'.encode("utf-16")
    assert "UTF-8" in refusal(rewritten(source, tmp_path / "a.xlsx", sheet1=hidden))


@pytest.mark.parametrize(
    "cell",
    ['r="XFD1048576"', "r='XFD1048576'", 'r="A4294967295"', 'r = "xfd1048576"'],
)
def test_a_stray_cell_far_away_does_not_fill_the_memory(tmp_path: Path, cell: str) -> None:
    xml = (
        f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'
        f'<row r="1"><c r="A1"><v>1</v></c></row><row><c {cell}><v>1</v></c></row></sheetData></worksheet>'
    )
    assert "单元格" in refusal(with_sheet(tmp_path, xml))


@pytest.mark.parametrize("count", ["4000000000", "&#52;000000000", "99999999999999999999999"])
def test_a_count_that_asks_for_all_memory_is_refused(tmp_path: Path, count: str) -> None:
    source = spreadsheet(tmp_path / "good.xlsx", good())
    xml = f'<?xml version="1.0"?><sst xmlns="{MAIN}" count="1" uniqueCount="{count}"><si><t>x</t></si></sst>'
    assert "数量" in refusal(rewritten(source, tmp_path / "a.xlsx", strings=xml.encode()))


def test_a_text_that_looks_like_a_count_is_only_text(tmp_path: Path) -> None:
    book = good()
    book["contacts"][0]["note"] = "count=\"4000000000\" r='A1'"
    notes = read_workbook(spreadsheet(tmp_path / "a.xlsx", book)).tables["contacts"]["note"]
    assert list(notes) == ["count=\"4000000000\" r='A1'"]


def test_a_sheet_may_not_hide_as_a_picture(tmp_path: Path) -> None:
    source = spreadsheet(tmp_path / "good.xlsx", good())
    with zipfile.ZipFile(source) as old:
        links = old.read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet1.png")
    assert "损坏" in refusal(rewritten(source, tmp_path / "a.xlsx", links=links))


def test_a_wide_but_short_sheet_is_no_danger(tmp_path: Path) -> None:
    book = good()
    book["staff"] = [row | {f"extra {number}": "x" for number in range(60)} for row in book["staff"]]
    assert len(read_workbook(spreadsheet(tmp_path / "a.xlsx", book)).warnings) == 60


def test_broken_xml(tmp_path: Path) -> None:
    assert "损坏" in refusal(with_sheet(tmp_path, f'<worksheet xmlns="{MAIN}"><sheetData><row><c'))


def test_the_limits_leave_room_for_two_million_contacts() -> None:
    row = "K0000001,C000001,S001,follow_up,2026-10-02T10:30:00,2026-10-02T18:00:00,1,wechat," + "字" * 60
    assert len(row.encode()) * 2_000_000 < archive.MOST_UNPACKED
    assert xlsx.MOST_CELLS > 1_048_576 * 20


def test_an_archive_is_closed_after_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK" + b"\0" * 100)
    with pytest.raises(UnreadableFile):
        Archive(path)
    path.unlink()
