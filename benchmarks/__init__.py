"""How fast, on how much: a workbook of any size from one seed, and the measuring of `crm replay` on it."""
