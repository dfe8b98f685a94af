#!/usr/bin/env python3
"""Writes waves that travel at their own speeds, as others store such data: NumPy, PDEBench's layouts, MATLAB's order.

Usage: data_of_others.py FOLDER        needs: pip install h5py numpy
"""
import sys
from pathlib import Path

import h5py
import numpy as np

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(0)
samples, frames, points = 40, 11, 64
x = np.arange(points) / points
t = 0.05 * np.arange(frames)
speed = rng.uniform(0.5, 2, samples)
phase, weight = rng.uniform(0, 1, (2, samples, 3))
u = np.zeros((samples, frames, points))
for mode in range(3):
    angle = x[None, None] - speed[:, None, None] * t[None, :, None] - phase[:, mode, None, None]
    u += weight[:, mode, None, None] * np.sin(2 * np.pi * (mode + 1) * angle)

np.save(folder / "u.npy", u)
np.save(folder / "fortran.npy", np.asfortranarray(u.astype(">f4")))
np.save(folder / "speed.npy", speed)
with h5py.File(folder / "matlab.mat", "w") as f:  # MATLAB's (sample, x, t) has its axes reversed in HDF5
    f["u"] = np.transpose(u, (1, 2, 0))
    f["c"] = speed[None]
with h5py.File(folder / "pdebench.hdf5", "w") as f:
    f["tensor"] = u.astype(np.float32)
    f["x-coordinate"] = x.astype(np.float32)
    f["t-coordinate"] = (0.05 * np.arange(frames + 1)).astype(np.float32)
    f["speed"] = speed
plane = np.stack([u[:, :, :, None] * np.cos(np.arange(8)), u[:, :, :, None] + np.arange(8)], axis=-1).astype(np.float32)
with h5py.File(folder / "groups.h5", "w") as f:
    for sample in range(samples):
        group = f.create_group(f"{sample:04d}")
        group.create_dataset("data", data=plane[sample], compression="lzf")
        for name, values in (("x", x), ("y", np.arange(8) / 8), ("t", t)):
            group.create_dataset(f"grid/{name}", data=values.astype(np.float32), compression="lzf")
