#!/usr/bin/env python3
"""What the nine settings of the published multi-difficulty data set cost here, beside what they took with OpenFOAM.

Usage: seed_settings.py [SAMPLES]        from the repository's root after `swift build -c release`; some minutes

Settings: no, one or two to ten squares in a square channel of 128 x 128 cells, at a low, medium or high Reynolds number,
20 frames. End times are those of the scripts published with the data set, in heights over the peak speed: 5, 20 and 40 for
the highest Reynolds numbers of the three levels (it is 1 to 5, 10 to 20 and 40 within them). One thread, double precision.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

LEVELS = {"low": ("easy", 5), "medium": ("medium", 20), "high": ("hard", 40)}
GEOMETRIES = {"none": "easy", "one": "medium", "many": "hard"}
# Seconds a trajectory with icoFoam: N. Choudhary et al., "Pre-Generating Multi-Difficulty PDE Data for Few-Shot Neural
# PDE Solvers" (2025).
PUBLISHED = {
    "none": {"low": 171, "medium": 263, "high": 350},
    "one": {"low": 610, "medium": 731, "high": 943},
    "many": {"low": 1551, "medium": 1599, "high": 1653},
}
TRAJECTORIES = 6400


def seconds(geometry, level, samples, folder):
    reynolds, end = LEVELS[level]
    # An empty channel becomes steady, and pdegen refuses frames that repeat: there only the end is stored.
    frames = 2 if geometry == "none" else 20
    out = os.path.join(folder, f"{geometry}-{level}")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    subprocess.run(
        [".build/release/pdegen", "--re", reynolds, "--obstacles", GEOMETRIES[geometry], "--train", str(samples),
         "--valid", "0", "--test", "0", "--frames", str(frames), "--set", f"frames.interval={end / (frames - 1)}", "--threads", "1",
         "--out", out, "--quiet"], check=True, stdout=subprocess.DEVNULL, env=environment)
    with open(f"{out}/manifest.json") as file:
        manifest = json.load(file)
    return statistics.mean(s["wallTime"] for shard in manifest["shards"] for s in shard["samples"])


def main(samples=6):
    ours, published = 0.0, 0.0
    print("| obstacles | Re | end | OpenFOAM, published | here | times |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for geometry in GEOMETRIES:
            for level, (_, end) in LEVELS.items():
                here, there = seconds(geometry, level, samples, folder), PUBLISHED[geometry][level]
                ours, published = ours + here, published + there
                print(f"| {geometry} | {level} | {end} | {there} s | {here:.2f} s | {there / here:.0f} |", flush=True)
    print(f"\n9 x {TRAJECTORIES} trajectories: {published * TRAJECTORIES / 3600:.0f} core-hours published, "
          f"{ours * TRAJECTORIES / 3600:.1f} here")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
