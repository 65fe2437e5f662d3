"""How rows are kept: column types, the connection, the writer gate and the schema's version."""
