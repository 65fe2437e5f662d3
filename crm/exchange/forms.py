"""The shape of an upload."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import BooleanField

KINDS = ("xlsx", "zip")


class UploadForm(FlaskForm):
    """A workbook."""

    workbook = FileField(
        _("工作簿"),
        [FileRequired(_("请选择文件。")), FileAllowed(KINDS, _("应为 .xlsx 或 .zip 文件。"))],
    )
    check_only = BooleanField(_("只检查，不写入"))
