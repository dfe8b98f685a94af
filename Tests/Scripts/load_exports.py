#!/usr/bin/env python3
"""Compares what `pdegen export` wrote with the dataset that it came from, value by value.

Usage: load_exports.py DATASET NPY PDEBENCH        needs: pip install h5py numpy
"""
import sys
from pathlib import Path

import h5py
import numpy as np


def samples(dataset, split):
    """All fields of a split's samples by name."""
    found = {}
    for path in sorted((Path(dataset) / "data" / split).glob("*.hdf5")):
        with h5py.File(path) as f:
            for group in ("t0_fields", "t1_fields"):
                for name in f[group].attrs["field_names"]:
                    found.setdefault(name, []).append(f[group][name][...])
    return {name: np.concatenate(parts) for name, parts in found.items()}


def main(dataset, arrays, bench):
    for split in ("train", "valid", "test"):
        truth = samples(dataset, split)
        for name, values in truth.items():
            found = np.load(f"{arrays}/{split}/{name}.npy", mmap_mode="r")
            assert found.dtype == np.float32 and np.array_equal(found, values), (split, name)
        (path,) = Path(bench).glob(f"{split}.h*")
        with h5py.File(path) as f:
            names = list(f.attrs["field_names"])
            if "tensor" in f:
                assert np.array_equal(f["tensor"][...], truth[names[0]])
                assert len(names) == 1 or np.array_equal(f["nu"][...], truth[names[1]])
                assert f["x-coordinate"].shape == f["tensor"].shape[2:3]
            else:
                for sample, group in enumerate(sorted(f)):
                    moving = [n for n in truth if not Path(f"{bench}/{split}/{n}.npy").exists()]
                    expected = {n: truth[n][sample] for n in moving}
                    for place, channel in enumerate(names):
                        found = f[group]["data"][..., place]
                        stem, _, axis = channel.rpartition("_")
                        values = expected[stem][..., "xyz".index(axis)] if stem in expected else expected[channel]
                        assert np.array_equal(found, values), (split, group, channel)
    print(f"{dataset}: arrays and PDEBench's files hold its {', '.join(truth)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
