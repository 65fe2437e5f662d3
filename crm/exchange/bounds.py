"""What a manager's workbook may change: the records of the own project, and neither staff nor calendar."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from crm.exchange.merge import Merge
from crm.rulebook.people import codes_in
from crm.rulebook.tables import SECONDS_A_DAY, Tables, day_number
from crm.rulebook.terms import Terms, terms_of
from crm.workbook.check_stock import units_in
from crm.workbook.faults import FaultLog, Words
from crm.workbook.loaded import Mask

_COMPANY = ("staff", "terms", "calendar", "cases")
_NOT_YOURS = Words("只能由人事或管理员更改", "can be changed by HR or the administrator only")
_OTHER = Words("不属于您的项目", "is not of your project")
_OF_STAFF = {"roster": "staff_id", "reports": "staff_id", "quotas": "staff_id", "resignations": "staff_id"}
_OF_CUSTOMER = {"contacts": "customer_id", "transfers": "customer_id", "waivers": "customer_id"}


def check_bounds(merges: Mapping[str, Merge], project: str, on: dt.date, log: FaultLog) -> None:
    """A fault for each row that would be written beyond the project, as the staff stand on that date."""
    for name in _COMPANY:
        _refuse(
            merges[name], merges[name].table.key[0], merges[name].new | merges[name].changed, log, _NOT_YOURS
        )
    staff = merges["staff"].merged().frame
    ids = list(staff["staff_id"].astype(object))
    terms = terms_of(Tables({"terms": merges["terms"].merged().frame}), staff, ids)
    now = terms.at(np.arange(len(ids)), np.full(len(ids), day_number(on)))
    ours = {staff_id for staff_id, at in zip(ids, now.tolist(), strict=True) if terms.project[at] == project}
    customers = merges["customers"].merged().frame
    own_word = customers["project"].astype(object)
    by_owner = _begun_in(customers, terms, ids, project) & own_word.isna()
    theirs = set(customers["customer_id"][(own_word == project) | by_owner])
    for name, column in _OF_STAFF.items():
        _refuse_outside(merges[name], column, ours, log)
    for name, column in (*_OF_CUSTOMER.items(), ("customers", "customer_id"), ("deals", "customer_id")):
        _refuse_outside(merges[name], column, theirs, log)
    deals = merges["deals"].merged().frame
    own_deals = set(deals["deal_id"][deals["customer_id"].astype(object).isin(theirs)])
    _refuse_outside(merges["shares"], "deal_id", own_deals, log)
    _refuse_taken_away(merges["customers"], project, terms, ids, log)
    _refuse_units(merges, project, log)


def _refuse_units(merges: Mapping[str, Merge], project: str, log: FaultLog) -> None:
    """Units of another project are neither written nor sold."""
    units = merges["stock_units"]
    _refuse_outside(units, "project", {project}, log)
    stored = dict(zip(units.stored["unit_id"], units.stored["project"], strict=True))
    theirs = units.loaded.frame["unit_id"].map(lambda key: stored.get(key, project) != project)
    _refuse(units, "unit_id", theirs.to_numpy(dtype=bool) & units.changed, log, _OTHER)
    merged = units.merged().frame
    ours = set(merged["unit_id"][merged["project"].astype(object) == project])
    deals = merges["deals"]
    cells = deals.loaded.frame["stock_units"].astype(object)
    outside = [isinstance(cell, str) and not ours.issuperset(units_in(cell)) for cell in cells]
    _refuse(deals, "stock_units", np.array(outside, dtype=bool) & (deals.new | deals.changed), log, _OTHER)


def _refuse_outside(merge: Merge, column: str, allowed: set[str], log: FaultLog) -> None:
    values = merge.loaded.frame[column].astype(object)
    outside = ~values.isin(allowed).to_numpy(dtype=bool)
    _refuse(merge, column, outside & (merge.new | merge.changed), log, _OTHER)


def _begun_in(customers: pd.DataFrame, terms: Terms, ids: list[str], project: str) -> Mask:
    """Customers whose first owner was of the project on the date of the first contact."""
    owner = codes_in(ids, customers["owner"])
    began = customers["first_contact_at"].to_numpy() // SECONDS_A_DAY
    known = np.flatnonzero(owner >= 0)
    held = terms.at(owner[known], began[known])
    found: Mask = np.zeros(len(customers), dtype=bool)
    found[known] = np.array(terms.project, dtype=object)[held] == project
    return found


def _refuse_taken_away(merge: Merge, project: str, terms: Terms, ids: list[str], log: FaultLog) -> None:
    """A customer of another project does not become ours by being written so."""
    known = merge.at >= 0
    stored = merge.stored.iloc[np.where(known, merge.at, 0)] if len(merge.stored) else merge.loaded.frame
    word = stored["project"].astype(object).to_numpy()
    owner = _begun_in(stored, terms, ids, project)
    was_ours = (word == project) | (stored["project"].isna().to_numpy() & owner)
    _refuse(merge, "customer_id", known & merge.changed & ~was_ours, log, _OTHER)


def _refuse(merge: Merge, column: str, rows: Mask, log: FaultLog, wrong: Words) -> None:
    merge.loaded.add_faults(log, np.asarray(rows, dtype=bool), column, wrong)
