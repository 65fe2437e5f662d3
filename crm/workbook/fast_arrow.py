"""The fast reading with pyarrow, which parses CSV on all cores; an optional extra."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from crm.rulebook.tables import NO_TIME
from crm.workbook.cells import LONGEST_TEXT, parse
from crm.workbook.fast import Doubt, Raw, is_coded
from crm.workbook.headers import Layout
from crm.workbook.loaded import Ints
from crm.workbook.scan import Plain
from crm.workbook.schema import Column, Kind
from crm.workbook.stamps import seconds_of

_BLOCK = 4 * 1024**2
_SPACE, _DELETE = 32, 127
_SHORT = 8


def read_arrow(scanned: Plain, layout: Layout) -> Raw:
    """The columns as pyarrow reads them; Doubt where it stumbles or a value is not plain."""
    table = _read(scanned, layout)
    raw = Raw(table.num_rows)
    for name, place in layout.places.items():
        column = layout.table.column(name)
        values = table.column(str(place))
        if is_coded(layout.table, column):
            raw.coded[name] = _codes(values)
        elif column.kind is Kind.TIMESTAMP:
            raw.seconds[name] = _seconds(values, column)
        else:
            raw.texts[name] = _text(values, column)
            if column.key and _all_differ(values.chunks):
                raw.different.add(name)
    return raw


def _read(scanned: Plain, layout: Layout) -> Any:
    """The file as it comes, and with care for newlines within values only where that fails: it is slower."""
    try:
        return _read_csv(scanned, layout, False)
    except Doubt:
        if not scanned.quoted_newlines:
            raise
        return _read_csv(scanned, layout, True)


def _read_csv(scanned: Plain, layout: Layout, newlines_in_values: bool) -> Any:
    types: dict[str, Any] = {str(place): pa.string() for place in range(len(layout.header))}
    for name, place in layout.places.items():
        if is_coded(layout.table, layout.table.column(name)):
            types[str(place)] = pa.dictionary(pa.int32(), pa.string())
    try:
        return pcsv.read_csv(
            pa.BufferReader(pa.py_buffer(scanned.data)),
            pcsv.ReadOptions(column_names=list(types), skip_rows=1, block_size=_BLOCK),
            pcsv.ParseOptions(newlines_in_values=newlines_in_values),
            pcsv.ConvertOptions(
                column_types=types,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowException, ValueError):
        raise Doubt from None


def _codes(values: Any) -> tuple[Ints, list[str]]:
    array = values.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, array.dictionary.to_pylist()


def _text(values: Any, column: Column) -> Any:
    """Text as it is; what the careful reader would strip, refuse or take for empty is a doubt."""
    if (pc.max(pc.binary_length(values)).as_py() or 0) > LONGEST_TEXT:
        raise Doubt
    if column.kind is Kind.ID:
        odd = not all(map(_are_simple, values.chunks))
    else:
        odd = pc.any(pc.utf8_is_space(values)).as_py()
    if odd:
        raise Doubt
    return values.to_pandas()


def _all_differ(chunks: list[Any]) -> bool:
    """Whether keys of one short width all differ; as whole numbers they sort many times faster than as text.

    False where the width varies or is larger: then somebody else must find out.
    """
    numbers = []
    for chunk in chunks:
        width = pc.min_max(pc.binary_length(chunk)).as_py()
        if chunk.null_count or not len(chunk) or width["min"] != width["max"] or width["max"] > _SHORT:
            return False
        rows = np.zeros((len(chunk), _SHORT), dtype=np.uint8)
        rows[:, : width["max"]] = _letters(chunk).reshape(len(chunk), width["max"])
        numbers.append(rows.view(np.uint64).ravel())
    ordered = np.sort(np.concatenate([*numbers, np.empty(0, np.uint64)]))
    return not bool((ordered[1:] == ordered[:-1]).any())


def _are_simple(chunk: Any) -> bool:
    """Whether ids are ASCII without spaces or control characters; any other is looked at with care."""
    letters = _letters(chunk)
    return not len(letters) or (int(letters.min()) > _SPACE and int(letters.max()) < _DELETE)


def _letters(chunk: Any) -> Any:
    """The bytes of all values of a chunk, one after the other."""
    _, offsets, data = chunk.buffers()
    if data is None:
        return np.empty(0, dtype=np.uint8)
    places = np.frombuffer(offsets, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return np.frombuffer(data, dtype=np.uint8)[places[0] : places[-1]]


def _seconds(values: Any, column: Column) -> Ints:
    """Seconds of a timestamp column: at once where all are of one width, otherwise value by value."""
    seconds = np.full(len(values), NO_TIME, dtype=np.int64)
    start = 0
    for chunk in values.chunks:
        here = seconds[start : start + len(chunk)]
        here[chunk.is_valid().to_numpy(zero_copy_only=False)] = _chunk_seconds(chunk.drop_null(), column)
        start += len(chunk)
    return seconds


def _chunk_seconds(chunk: Any, column: Column) -> Any:
    width = pc.min_max(pc.binary_length(chunk)).as_py()
    if len(chunk) and width["min"] == width["max"]:
        seconds = seconds_of(_letters(chunk).reshape(len(chunk), width["min"]))
        if seconds is not None:
            return seconds
    return [NO_TIME if (value := parse(column, text)) is None else value for text in chunk.to_pylist()]
