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
    described = manifest["description"]["fields"]
    fields = [field for field in described if field.get("uniformValue") is None]
    uniform = {field["name"]: field["uniformValue"] for field in described if field not in fields}
    clouds = manifest["description"].get("particles", [])
    paths = {field["name"]: f"t{field['order']}_fields/{field['name']}" for field in fields}
    seen, training = {}, {thing["name"]: [] for thing in fields + clouds}
    for shard in manifest["shards"]:
        file = folder / shard["path"]
        with h5py.File(file) as f:
            stored = {name: f["uniform_fields"][name][()] for name in uniform}
            assert all(stored[name] == np.float32(value) for name, value in uniform.items()), file
            for field in fields:
                values = f[paths[field["name"]]][...]
                assert values.dtype == np.float32 and np.isfinite(values).all(), (file, field["name"])
                assert len(values) == shard["trajectories"] == f.attrs["n_trajectories"], file
                if field["isTimeVarying"]:
                    assert values.shape[1] == len(f["dimensions/time"]) == len(manifest["description"]["times"]), file
                for dimension in f["dimensions"].attrs["spatial_dims"]:
                    assert len(f["dimensions"][dimension]) in values.shape, (file, dimension)
                if shard["id"]["split"] == "train":
                    training[field["name"]].append(values.astype(np.float64))
            for cloud in clouds:
                particles = f["particles"][cloud["name"]]
                values = particles[...]
                times, components = len(manifest["description"]["times"]), len(cloud["components"])
                assert values.dtype == np.float32 and np.isfinite(values).all(), (file, cloud["name"])
                assert values.shape == (shard["trajectories"], times, cloud["count"], components), file
                assert [str(c) for c in particles.attrs["component_names"]] == cloud["components"], file
                assert abs(particles.attrs["weight"] * cloud["count"] - 1) < 1e-12, file
                if shard["id"]["split"] == "train":
                    training[cloud["name"]].append(values.astype(np.float64))
            recipe = json.loads(f["provenance/recipe"][()] if f["provenance/recipe"].shape == ()
                                else f["provenance/recipe"][0])
            assert recipe == manifest["recipe"], file
            scalars, diagnostics = (set(f[group].attrs["field_names"]) for group in ("scalars", "diagnostics"))
            health = {name for sample in shard["samples"] for name in sample["health"]}
            assert diagnostics >= health | {"index", "attempt"} and not scalars & diagnostics, (file, scalars)
            for index in f["diagnostics/index"][...]:
                assert index not in seen, f"sample {index} is in {seen[index]} and {file}"
                seen[index] = file
        root = tree.parse(file.with_suffix(".xdmf")).getroot()
        assert root.tag == "Xdmf" and len(root.findall("./Domain/Grid")) >= shard["trajectories"], file
    numbers = sorted(n for first, end in manifest["splits"].values() for n in range(first, end))
    assert sorted(seen) == numbers, "sample numbers have gaps"
    assert card["dataset_name"] == manifest["name"]
    for field in fields + clouds:
        if not training[field["name"]]:
            continue
        values = np.concatenate(training[field["name"]])
        # Statistics are those of each component: all axes but the last D of a vector or matrix, the last of particles.
        axes = tuple(range(values.ndim - field.get("order", 1)))
        expected = {"mean": values.mean(axes), "std": values.std(axes), "rms": np.sqrt((values**2).mean(axes))}
        if field.get("isTimeVarying", True) and values.shape[1] > 1:
            change = np.diff(values, axis=1)
            expected |= {"mean_delta": change.mean(axes), "std_delta": change.std(axes),
                         "rms_delta": np.sqrt((change**2).mean(axes))}
        for name, value in expected.items():
            found = np.array(stats[name][field["name"]])
            assert found.shape == value.shape, (name, field["name"], found.shape)
            assert (abs(found - value) <= 1e-6 * values.std() + 1e-12).all(), (name, field["name"], found, value)
    print(f"{folder}: h5py reads {len(seen)} samples; statistics, metadata, recipe and .xdmf agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
