#!/usr/bin/env python3
"""Opens every file of a dataset with plain h5py, as a user would, and compares it with the manifest and stats.yaml.

Usage: load_with_h5py.py DATASET        needs: pip install h5py numpy pyyaml
"""
import json
import sys
import xml.etree.ElementTree as tree
from pathlib import Path

import h5py
import numpy as np
import yaml


def main(folder):
    folder = Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    stats = yaml.safe_load((folder / "stats.yaml").read_text())
    card = yaml.safe_load((folder / f"{manifest['name']}.yaml").read_text())
    field = manifest["description"]["fields"][0]
    path = f"t{field['order']}_fields/{field['name']}"
    seen, training = {}, []
    for shard in manifest["shards"]:
        file = folder / shard["path"]
        with h5py.File(file) as f:
            values = f[path][...]
            assert values.dtype == np.float32 and np.isfinite(values).all(), file
            assert len(values) == shard["trajectories"] == f.attrs["n_trajectories"], file
            assert values.shape[1] == len(f["dimensions/time"]) == len(manifest["description"]["times"]), file
            for dimension in f["dimensions"].attrs["spatial_dims"]:
                assert len(f["dimensions"][dimension]) in values.shape, (file, dimension)
            recipe = json.loads(f["provenance/recipe"][()] if f["provenance/recipe"].shape == ()
                                else f["provenance/recipe"][0])
            assert recipe == manifest["recipe"], file
            for index in f["scalars/index"][...]:
                assert index not in seen, f"sample {index} is in {seen[index]} and {file}"
                seen[index] = file
        if shard["id"]["split"] == "train":
            training.append(values.astype(np.float64))
        root = tree.parse(file.with_suffix(".xdmf")).getroot()
        assert root.tag == "Xdmf" and len(root.findall("./Domain/Grid")) >= len(values), file
    assert sorted(seen) == list(range(len(seen))), "sample numbers have gaps"
    assert card["dataset_name"] == manifest["name"]
    if training and field["order"] == 0:
        values = np.concatenate(training)
        change = np.diff(values, axis=1)
        for name, expected in {
            "mean": values.mean(), "std": values.std(), "rms": np.sqrt((values**2).mean()),
            "mean_delta": change.mean(), "std_delta": change.std(), "rms_delta": np.sqrt((change**2).mean()),
        }.items():
            found = stats[name][field["name"]]
            assert abs(found - expected) <= 1e-6 * values.std(), (name, found, expected)
    print(f"{folder}: h5py reads {len(seen)} samples; statistics, metadata, recipe and .xdmf agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
