#!/usr/bin/env python3
"""Gaussian processes as solvers: PDEKit against dense numpy on the same problems, alternating; prints medians and ratios.

Usage: boundary_values.py [ROUNDS [POINTS]]     from the repository's root after `swift build -c release`; needs: pip install numpy

PDEKit solves on 4001 points and 401 x 401, numpy on POINTS (2001) and 401 x 401. PDEKit's seconds are one solution and an eighth of learning
the kernel, as of a test split of eight problems; numpy's kernel is set by hand.
"""
import json
import os
import statistics
import subprocess
import sys

PROBLEMS = {"poisson-" + name: name for name in
            ["sine", "modulated-sine", "growing-sine", "mixed-sines", "sine-and-parabola", "sine-product"]}
TEST_SPLIT = 8


def lines(*command):
    """The command's lines of JSON as they come; ended where nobody asks for more."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            for line in process.stdout:
                yield json.loads(line)
        finally:
            process.terminate()


def main(rounds=3, points=2001):
    here = os.path.dirname(os.path.abspath(__file__))
    ours, theirs, errors = {}, {}, {}
    for _ in range(rounds):
        for line in lines(sys.executable, f"{here}/gp_numpy.py", str(points)):
            theirs.setdefault(line["problem"], []).append(line["solve_s"])
            errors[line["problem"], "numpy"] = line["error"]
        for line in lines(".build/release/pdetrain", "bench", "gp"):
            if "pairs" in line:
                break
            name = PROBLEMS.get(line["problem"])
            if name and (line["dimensions"] == 1 or line["points"] < 1601):
                ours.setdefault(name, []).append(line["solve_s"] + line["train_s"] / TEST_SPLIT)
                errors[name, "PDEKit"] = line["error"]
    for name, own in ours.items():
        if name not in theirs:
            print(f"{name}: numpy ended before it; PDEKit {statistics.median(own):.4f} s, error {errors[name, 'PDEKit']:.1e}")
            continue
        ratios = [a / b for a, b in zip(theirs[name], own)]
        print(f"{name}: numpy {statistics.median(theirs[name]):.3f} s, error {errors[name, 'numpy']:.1e}; PDEKit "
              f"{statistics.median(own):.4f} s ({statistics.median(ratios):.0f} times faster), error {errors[name, 'PDEKit']:.1e}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
