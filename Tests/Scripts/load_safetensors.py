#!/usr/bin/env python3
"""Opens a checkpoint's weights with Python's safetensors, as a user would, and prints names, types, shapes and sums.

Usage: load_safetensors.py FILE [COPY]       needs: pip install safetensors numpy

Fails when the file cannot be opened, its layout is not the one that is documented, or a floating-point number is NaN or
infinite. With COPY the arrays are written there by safetensors, for a look from the other side.
"""
import json
import struct
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "U64": np.uint64, "U8": np.uint8}


def layout(path):
    """The header and the numbers behind it, read by hand."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    assert (8 + length) % 8 == 0, f"numbers begin at byte {8 + length}"
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    assert list(header) == sorted(header, key=str.encode), "arrays are not in the order of their names"
    end = 0
    for name, entry in header.items():
        assert entry["data_offsets"][0] == end, f"{name} does not follow the array before it"
        end = entry["data_offsets"][1]
    assert end == len(data) - 8 - length, "bytes are left over"
    return metadata, header, data[8 + length:]


def main(path, copy=None):
    metadata, header, data = layout(path)
    arrays = {}
    with safe_open(path, framework="np") as file:
        assert (file.metadata() or {}) == metadata, "safetensors sees other metadata"
        assert sorted(file.keys()) == sorted(header), "safetensors sees other names"
        for name in sorted(file.keys(), key=str.encode):
            values, entry = file.get_tensor(name), header[name]
            assert values.dtype == TYPES[entry["dtype"]] and list(values.shape) == entry["shape"], name
            assert values.tobytes() == data[slice(*entry["data_offsets"])], f"{name}: other bytes"
            if values.dtype.kind == "f":
                assert np.isfinite(values).all(), f"{name} holds NaN or infinity"
            total = values.sum(dtype=np.float64) if values.dtype.kind == "f" else values.sum()
            print(f"{name}\t{entry['dtype']}\t{list(values.shape)}\t{total}")
            arrays[name] = values
    for name, text in sorted(metadata.items()):
        print(f"# {name}: {text}")
    if copy:
        save_file(arrays, copy, metadata=metadata or None)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"{sys.argv[1]}: {type(error).__name__}: {error}")
