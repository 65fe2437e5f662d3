"""Putting a file or a folder in its place whole, or not at all."""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.workbook.faults import Words, WorkbookError

_REASONS = {
    errno.ENOSPC: Words("磁盘空间不足", "the disk is full"),
    errno.EDQUOT: Words("磁盘配额已用完", "the disk quota is used up"),
    errno.EACCES: Words("没有写入权限", "there is no permission to write there"),
    errno.EPERM: Words("没有写入权限", "there is no permission to write there"),
    errno.EROFS: Words("该磁盘是只读的", "the disk is read-only"),
    errno.ENOENT: Words("所在的文件夹不存在", "its folder does not exist"),
    errno.ENOTDIR: Words("所在的路径不是文件夹", "what should be its folder is a file"),
    errno.EISDIR: Words("该名称已是一个文件夹", "a folder has that name"),
    errno.ENAMETOOLONG: Words("文件名太长", "the name is too long"),
}


class UnwritableFile(WorkbookError):
    """A file that could not be written; nothing of it was left behind, and what stood there is untouched."""

    def __init__(self, path: Path, reason: Words) -> None:
        self.path, self.reason = path, reason
        super().__init__(self.sentence("zh"))

    @classmethod
    def because(cls, path: Path, error: OSError) -> "UnwritableFile":
        """What the system's error means for the one who wanted the file."""
        unknown = error.strerror or type(error).__name__
        other = Words(f"系统报告 {unknown}", f"the system says {unknown}")
        return cls(path, _REASONS.get(error.errno or 0, other))

    def sentence(self, lang: str = "zh") -> str:
        """What could not be written, and why."""
        if lang == "en":
            return f"Cannot write {self.path}: {self.reason.en}."
        return f"无法写入 {self.path}:{self.reason.zh}。"


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A new folder next to the target, on the same disk, so that a rename can finish the work."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name[:40]}.", dir=path.parent))
    except OSError as error:
        raise UnwritableFile.because(path, error) from error
    try:
        yield folder
    except OSError as error:
        raise UnwritableFile.because(path, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_file(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a file under another name and move it to `path`; raises `UnwritableFile`."""
    with _beside(path) as folder:
        made = folder / path.name
        write(made)
        _flush(made)
        os.replace(made, path)


def put_folder(path: Path, write: Callable[[Path], None], replaceable: Callable[[str], bool]) -> None:
    """Have `write` fill a new folder and put it in the place of `path`.

    An older folder is replaced only if it holds nothing but files whose names are `replaceable`, so that
    nobody loses what this program did not write; raises `UnwritableFile`.
    """
    with _beside(path) as folder:
        _refuse_strangers(path, replaceable)
        made = folder / "new"
        made.mkdir()
        write(made)
        for file in made.iterdir():
            _flush(file)
        _swap(made, path, folder / "old")


def _refuse_strangers(path: Path, replaceable: Callable[[str], bool]) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise UnwritableFile(path, Words("该名称已是一个文件", "a file has that name"))
    for entry in sorted(path.iterdir()):
        if entry.is_dir() or not replaceable(entry.name):
            stranger = Words(
                f"文件夹中还有其他内容({entry.name})，请换一个空文件夹",
                f"the folder holds something else ({entry.name}); name an empty one",
            )
            raise UnwritableFile(path, stranger)


def _swap(made: Path, path: Path, aside: Path) -> None:
    """Rename the new folder into place; the old one comes back if that fails."""
    existed = path.exists()
    if existed:
        path.rename(aside)
    try:
        made.rename(path)
    except OSError:
        if existed:
            aside.rename(path)
        raise


def _flush(file: Path) -> None:
    """Wait until the disk has the bytes, so that a full disk shows before the rename, not after it."""
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())
