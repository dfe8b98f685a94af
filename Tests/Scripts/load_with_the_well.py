#!/usr/bin/env python3
"""Loads every split of a dataset through the package the_well and checks the shapes and the normalisation.

Usage: load_with_the_well.py DATASET        needs: pip install the_well (with torch)
"""
import json
import sys
from pathlib import Path

import torch
from the_well.data import WellDataset
from the_well.data.normalization import ZScoreNormalization


def main(folder):
    manifest = json.loads((Path(folder) / "manifest.json").read_text())
    frames = len(manifest["description"]["times"])
    outputs = min(2, frames - 1)
    for split, (start, end) in manifest["splits"].items():
        options = dict(path=folder, well_split_name=split, n_steps_input=1, n_steps_output=outputs)
        data = WellDataset(**options)
        windows = (end - start) * (frames - outputs)
        assert len(data) == windows, (split, len(data), windows)
        for place in (0, len(data) - 1):
            item = data[place]
            assert item["input_fields"].shape[0] == 1 and item["output_fields"].shape[0] == outputs
            assert torch.isfinite(item["input_fields"]).all() and torch.isfinite(item["output_fields"]).all()
        if split == "train":
            normalised = WellDataset(use_normalization=True, normalization_type=ZScoreNormalization, **options)
            sample = torch.cat([normalised[i]["input_fields"].flatten() for i in range(0, len(normalised), 7)])
            assert abs(sample.mean()) < 0.5 and 0.3 < sample.std() < 3, (sample.mean(), sample.std())
    print(f"{folder}: the_well loads {', '.join(manifest['splits'])}")


if __name__ == "__main__":
    main(*sys.argv[1:])
