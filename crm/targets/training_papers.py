"""Signed papers that are uploaded: what they may be, and keeping them with the rows, where a backup has them."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm.errors import Invalid
from crm.targets.training_models import TrainingFile

LARGEST = 8 * 1024 * 1024
_BEGINNINGS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
)
LONGEST_NAME = 100


@dataclass(frozen=True)
class Paper:
    """A file as it was chosen."""

    name: str
    content: bytes


def check_paper(paper: Paper) -> tuple[str, str]:
    """The kind of a scan or photograph by its first bytes, as MIME type and ending; `Invalid` for anything else."""
    if len(paper.content) > LARGEST:
        raise Invalid("文件最大 8 MB。", "A file has at most 8 MB.", "paper")
    for beginning, mime, ending in _BEGINNINGS:
        if paper.content.startswith(beginning):
            return mime, ending
    raise Invalid("请上传 PDF、JPG 或 PNG 文件。", "Upload a PDF, JPG or PNG file.", "paper")


def keep_paper(session: Session, notice_id: int, paper: Paper, actor: str, at: dt.datetime) -> int:
    """Store it; gives its file_id."""
    mime, ending = check_paper(paper)
    stem = "".join(c for c in paper.name.rpartition(".")[0] if c.isprintable() and c not in '/\\"<>|:*?')
    row = TrainingFile(
        notice_id=notice_id,
        name=f"{stem[:LONGEST_NAME] or 'paper'}.{ending}",
        mime=mime,
        content=paper.content,
        digest=hashlib.sha256(paper.content).hexdigest(),
        kept_by=actor,
        kept_at=at,
    )
    session.add(row)
    session.flush()
    return row.file_id
