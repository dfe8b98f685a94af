#!/usr/bin/env python3
"""Checks that the peak memory of pdegen does not grow with the number of samples.

Usage: memory.py PDEGEN
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

RECIPE = {
    "equation": {"name": "burgers", "viscosity": 0.05}, "resolution": 512,
    "initial": {"kind": "fourier", "modes": 3}, "frames": {"count": 101, "interval": 0.005},
    "samples": {"train": 0, "perShard": 16},
}


def peak(pdegen, samples, folder):
    """Peak resident memory of one run in MB."""
    RECIPE["samples"]["train"] = samples
    path = os.path.join(folder, f"memory{samples}.json")
    with open(path, "w") as file:
        json.dump(RECIPE, file)
    process = subprocess.Popen([pdegen, path, "--out", path[:-5], "--quiet"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"pdegen ended with {status}"
    return usage.ru_maxrss / 1024


def main(pdegen):
    folder = tempfile.mkdtemp()
    try:
        few, many = (peak(pdegen, samples, folder) for samples in (64, 1024))
    finally:
        shutil.rmtree(folder)
    print(f"memory: peak {few:.0f} MB with 64 samples, {many:.0f} MB with 1024")
    # The records of samples take about a kilobyte each; their frames, 200 kB each here, must not add up.
    return 0 if many < 1.5 * few else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
