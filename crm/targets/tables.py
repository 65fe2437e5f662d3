"""The tables of targets, cases and leaving that the core is given."""

from crm.targets.models import Case, Quota, Resignation

ROWS = {"quotas": Quota, "cases": Case, "resignations": Resignation}
