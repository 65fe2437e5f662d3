"""应办 (Yingban): a CRM that knows the duties of sales consultants and the people who lead them."""
