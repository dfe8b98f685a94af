#!/usr/bin/env python3
"""Opens the groups of every file of a dataset with xarray and compares names and coordinates of the axes with the manifest.

Usage: load_with_xarray.py DATASET [ENGINE]        needs: pip install xarray h5netcdf (or netCDF4: ENGINE is netcdf4)
"""
import json
import sys
from pathlib import Path

import h5py
import numpy as np
import xarray


def main(folder, engine="h5netcdf"):
    folder = Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    description = manifest["description"]
    space = {d["name"]: np.float32(d["coordinates"]) for d in description["dimensions"]}
    time = np.float32(description["times"])
    components = [[], ["component"], ["row", "column"]]
    stored = [field for field in description["fields"] if field.get("uniformValue") is None]
    count = 0
    for shard in manifest["shards"]:
        numbers = [sample["index"] for sample in shard["samples"] if sample.get("failure") is None]
        if not numbers:
            continue
        groups = {f"t{order}_fields": [f for f in stored if f["order"] == order] for order in range(3)}
        groups["scalars"] = description["parameters"] + description["scalars"]
        groups["diagnostics"] = description["diagnostics"]
        for group, members in groups.items():
            with xarray.open_dataset(folder / shard["path"], group=group, engine=engine) as data, \
                    h5py.File(folder / shard["path"]) as file:
                for member in members:
                    axes = ["sample"] * member["isSampleVarying"] + ["time"] * member["isTimeVarying"]
                    if "order" in member:
                        axes += list(space) + components[member["order"]]
                    found = data[member["name"]]
                    assert list(found.dims) == axes, (shard["path"], group, member["name"], found.dims)
                    assert (found.values == file[group][member["name"]][...]).all()
                    for axis, values in {"sample": numbers, "time": time, **space}.items():
                        assert axis not in axes or (found[axis].values == values).all(), (group, member["name"], axis)
                    # What a model puts side by side has one type.
                    if group != "diagnostics":
                        assert all(found[axis].dtype == np.float32 for axis in axes if axis in ["time", *space])
                        assert found.dtype == np.float32, (group, member["name"], found.dtype)
                    count += 1
        # Boundaries and provenance have axes without names.
        unnamed = {"phony_dims": "sort"} if engine == "h5netcdf" else {}
        with xarray.open_datatree(folder / shard["path"], engine=engine, **unnamed) as tree:
            assert "t0_fields" in tree.children
    print(f"{folder}: xarray names the axes of {count} variables in {len(manifest['shards'])} files")


if __name__ == "__main__":
    main(*sys.argv[1:])
