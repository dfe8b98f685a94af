#!/usr/bin/env python3
"""Reads every file of a dataset without checksums of chunks through kerchunk's references and compares it with h5py.

Usage: load_with_kerchunk.py DATASET        needs: pip install kerchunk h5py xarray zarr
"""
import json
import sys
from pathlib import Path

import fsspec
import h5py
import numpy as np
import zarr
from kerchunk.hdf import SingleHdf5ToZarr


def main(folder):
    folder = Path(folder).absolute()
    manifest = json.loads((folder / "manifest.json").read_text())
    count = 0
    for shard in manifest["shards"]:
        path = str(folder / shard["path"])
        references = SingleHdf5ToZarr(path, inline_threshold=300).translate()
        files = fsspec.filesystem("reference", fo=references, asynchronous=True, remote_protocol="file",
                                  remote_options={"asynchronous": True})
        group = zarr.open_group(zarr.storage.FsspecStore(files, read_only=True), mode="r", zarr_format=2)
        with h5py.File(path) as file:
            for name in ("t0_fields", "t1_fields", "t2_fields", "scalars"):
                for member in file[name].attrs["field_names"]:
                    assert np.array_equal(group[f"{name}/{member}"][...], file[name][member][...]), (path, name, member)
                    count += 1
    print(f"{folder}: kerchunk reads {count} variables in {len(manifest['shards'])} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
