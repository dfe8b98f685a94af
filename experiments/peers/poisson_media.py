#!/usr/bin/env python3
"""PDEKit against PyAMG on media that are hard for multigrid: the medians of alternating rounds, to 1e-8 in double precision.

Usage: poisson_media.py [ROUNDS] [RESOLUTION] [DIMENSIONS]     from the repository's root after `swift build -c release`
Needs: pip install pyamg

PyAMG's Ruge-Stueben and smoothed-aggregation multigrid, whichever is faster; one thread each. Times are set-up plus solve,
once the matrix is there.
"""
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = ["--contrast 1e3", "--contrast 1e4", "--contrast 1e6", "--contrast 1e3 --exponent 1.1",
         "--contrast 1e6 --exponent 1.1", "--contrast 1e3 --block 8", "--stretch 10", "--stretch 100", "--solid 0.4",
         "--solid 0.4 --block 8"]


def run(*command):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [json.loads(line) for line in result.stdout.splitlines()]


def setup(line):
    return line["setup_s"] - line.get("system_s", 0)


def total(line):
    return setup(line) + line["solve_s"] if line["relative_residual"] < 1e-7 else float("inf")


def main(rounds, n, dimensions):
    for case in CASES:
        flags = case.split() + ["--tolerance", "1e-8"]
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(min(run(sys.executable, f"{HERE}/poisson_pyamg.py", n, dimensions, *flags, "--method",
                                  "ruge-stuben,smoothed-aggregation"), key=total))
            ours += run(".build/release/pdegen", "bench", "poisson", "--resolution", n, "--dimensions", dimensions,
                        "--precision", "double", "--threads", "1", "--repeats", "1", *flags)
        ratio = statistics.median(total(their) / total(our) for their, our in zip(theirs, ours))
        print(f"{case:32s} PDEKit {statistics.median(map(total, ours)):.4f} s (set-up "
              f"{statistics.median(map(setup, ours)):.4f}), {ours[0]['iterations']} iterations; "
              f"{theirs[0]['peer']} {statistics.median(map(total, theirs)):.4f} s, {theirs[0]['iterations']} iterations, "
              f"{ratio:.1f} ×", flush=True)


if __name__ == "__main__":
    arguments = sys.argv[1:] + ["3", "256", "2"][len(sys.argv) - 1:]
    main(int(arguments[0]), *arguments[1:3])
