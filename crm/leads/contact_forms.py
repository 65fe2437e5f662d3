"""The shape of what people type about a contact."""

import datetime as dt
import secrets
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional

from crm.leads.contact_services import Draft
from crm.leads.forms import line, words
from crm.leads.models import Contact
from crm.workbook.schema import BY_NAME

PRESENT = InputRequired(_("请选择。"))


def _choices(column: str) -> list[SelectChoice]:
    return [SelectChoice(key, _(zh)) for key, zh in BY_NAME["contacts"].column(column).choices.items()]


def _without_bool(value: Any) -> Any:
    return {True: "1", False: "0"}.get(value, value)


class ContactForm(FlaskForm):
    """A contact: two fields for the thumb, the rest when it is wanted."""

    kind = RadioField(_("类型"), [PRESENT], choices=_choices("kind"), default="follow_up")
    effective = RadioField(
        _("结果"),
        [PRESENT],
        choices=[SelectChoice("1", _("联系上了")), SelectChoice("0", _("没联系上"))],
        default="1",
        filters=[_without_bool],
    )
    note = words(_("谈了什么"))
    next_step = line(_("下一步"), 200)
    next_on = DateField(_("下一步日期"), [Optional()])
    medium = SelectField(
        _("方式"), [Optional()], choices=[SelectChoice("", _("未填")), *_choices("medium")], default=""
    )
    happened_at = DateTimeLocalField(
        _("发生时间"), [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    shown = words(_("看了什么"))
    liked = words(_("喜欢什么"))
    objected = words(_("有何异议"))
    # Without a name of its own, WTForms would look one up in its files each time.
    version = HiddenField("version")

    def draft(self, stored_at: dt.datetime | None = None) -> Draft:
        """What was typed, for the service; a moment whose minute was not changed keeps its seconds."""
        happened = self.happened_at.data
        if stored_at is not None and happened == stored_at.replace(second=0):
            happened = stored_at
        return Draft(
            kind=self.kind.data,
            effective=self.effective.data == "1",
            note=(self.note.data or "").strip(),
            medium=self.medium.data or None,
            next_step=(self.next_step.data or "").strip(),
            next_on=self.next_on.data,
            happened_at=happened,
            shown=(self.shown.data or "").strip(),
            liked=(self.liked.data or "").strip(),
            objected=(self.objected.data or "").strip(),
        )

    @property
    def rest_is_wanted(self) -> bool:
        """Whether the folded fields have something to show."""
        return bool(self.happened_at.data or self.medium.data or self.happened_at.errors)


class ViewingForm(FlaskForm):
    """What was shown on a visit, liked and objected to."""

    shown = words(_("看了什么"), required=True)
    liked = words(_("喜欢什么"))
    objected = words(_("有何异议"))


def with_own_ids(form: FlaskForm) -> Any:
    """Several such forms may be open on one page: give the fields ids of their own, keep their names."""
    tail = secrets.token_hex(3)
    for field in form:
        field.id = f"{field.name}-{tail}"
    return form


def form_of(contact: Contact) -> ContactForm:
    """The form of a correction, filled with what is stored."""
    form: ContactForm = with_own_ids(ContactForm(obj=contact))
    if form.medium.data is None:
        form.medium.data = ""
    form.version.data = str(contact.version)
    return form
