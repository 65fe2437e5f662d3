"""Imports every module with rows, so that the metadata is whole. A new models module gets its line here."""

import crm.daily.models
import crm.deals.disputes_models
import crm.deals.keepers
import crm.deals.models
import crm.deals.papers_models
import crm.deals.receipts_models
import crm.deals.units_models
import crm.goods.models
import crm.goods.promotions_models
import crm.goods.takes_models
import crm.leads.models
import crm.leads.reception_models
import crm.leads.worklist_models
import crm.orders.models
import crm.pay.models
import crm.penalties.models
import crm.penalties.whatif_models
import crm.people.accounts
import crm.people.models
import crm.targets.cases_models
import crm.targets.leaving_models
import crm.targets.models
import crm.targets.probation_models
import crm.targets.training_models
from crm.store.base import Base

metadata = Base.metadata

__all__ = ["crm", "metadata"]
