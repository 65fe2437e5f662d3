"""The workbook's door to the database: import, export, and the core's tables of stored rows."""
