"""A lifelike sales team and three months of its records, to try the program with before one's own file."""

from importlib.resources import files
from pathlib import Path


def sample_path() -> Path:
    """The folder of the sample's CSV files, as it ships with the package."""
    return Path(str(files(__name__).joinpath("data")))
