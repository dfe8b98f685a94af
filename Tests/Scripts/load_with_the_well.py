#!/usr/bin/env python3
"""Loads every split of a dataset through the package the_well and checks shapes, types, normalisation and the way to xarray.

Usage: load_with_the_well.py DATASET        needs: pip install the_well (with torch) xarray
"""
import json
import sys
from pathlib import Path

import torch
from the_well.data import WellDataset
from the_well.data.normalization import RMSNormalization, ZScoreNormalization


def main(folder):
    manifest = json.loads((Path(folder) / "manifest.json").read_text())
    description = manifest["description"]
    inputs = [s["name"] for s in description["parameters"] + description["scalars"] if not s["isTimeVarying"]]
    frames = len(description["times"])
    outputs = min(2, frames - 1)
    for split, (start, end) in manifest["splits"].items():
        options = dict(path=folder, well_split_name=split, n_steps_input=1, n_steps_output=outputs)
        data = WellDataset(**options)
        windows = (end - start) * (frames - outputs)
        assert len(data) == windows, (split, len(data), windows)
        assert data.metadata.constant_scalar_names == inputs, data.metadata.constant_scalar_names
        for place in (0, len(data) - 1):
            item = data[place]
            assert item["input_fields"].shape[0] == 1
            assert outputs == 0 or item["output_fields"].shape[0] == outputs
            for name, values in item.items():
                assert name == "boundary_conditions" or values.dtype == torch.float32, (name, values.dtype)
                assert torch.isfinite(values).all(), name
        whole = WellDataset(path=folder, well_split_name=split, full_trajectory_mode=True, max_rollout_steps=frames,
                            n_steps_input=1)[0] if frames > 1 else {}
        assert frames == 1 or len(whole["input_fields"]) + len(whole["output_fields"]) == frames
        stacked = data.to_xarray("numpy")
        assert stacked.sizes["sample"] == end - start
        varying = [s["name"] for s in description["parameters"] + description["scalars"] if s["isSampleVarying"]]
        assert all(stacked[name].dims == ("sample",) for name in varying), stacked
        if split == "train":
            for kind in (ZScoreNormalization, RMSNormalization):
                normalised = WellDataset(use_normalization=True, normalization_type=kind, **options)
                sample = torch.cat([normalised[i]["input_fields"].flatten() for i in range(0, len(normalised), 7)])
                assert torch.isfinite(sample).all() and 0.3 < sample.std() < 3, (kind, sample.std())
    print(f"{folder}: the_well loads {', '.join(manifest['splits'])}")


if __name__ == "__main__":
    main(*sys.argv[1:])
