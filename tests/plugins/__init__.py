"""Plugins of pytest that belong to this suite; `addopts` in pyproject.toml names them."""
