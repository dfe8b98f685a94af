#!/usr/bin/env python3
"""PDEKit against PyAMG and hypre on media that are hard for multigrid: the medians of alternating rounds, to 1e-8 in double precision.

Usage: poisson_media.py [ROUNDS] [RESOLUTION] [DIMENSIONS]     from the repository's root after `swift build -c release`
Needs: pip install pyamg; apt-get install libhypre-dev libopenmpi-dev openmpi-bin

PyAMG's Ruge-Stueben and smoothed-aggregation multigrid, whichever is faster, and hypre's BoomerAMG, all with conjugate gradients;
one thread each. Times are set-up plus solve, once the matrix is there.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = ["--contrast 1e3", "--contrast 1e4", "--contrast 1e6", "--contrast 1e3 --exponent 1.1",
         "--contrast 1e6 --exponent 1.1", "--contrast 1e3 --block 8", "--stretch 10", "--stretch 100", "--solid 0.4",
         "--solid 0.4 --block 8"]


def run(*command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OMPI_ALLOW_RUN_AS_ROOT": "1",
                    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def setup(line):
    return line["setup_s"] - line.get("system_s", 0)


def total(line):
    return setup(line) + line["solve_s"] if line["relative_residual"] < 1e-7 else float("inf")


def text(name, lines):
    return (f"{name} {statistics.median(map(total, lines)):.4f} s (set-up {statistics.median(map(setup, lines)):.4f}), "
            f"{lines[0]['iterations']} iterations")


def main(rounds, n, dimensions):
    with tempfile.TemporaryDirectory() as folder:
        boomer, matrix = f"{folder}/poisson_boomeramg", f"{folder}/matrix"
        subprocess.run(["mpicc", "-O2", f"{HERE}/poisson_boomeramg.c", "-I/usr/include/hypre", "-lHYPRE", "-lm", "-o",
                        boomer], check=True)
        for case in CASES:
            flags = case.split() + ["--tolerance", "1e-8"]
            ours, theirs = [], {"PyAMG": [], "hypre": []}
            for _ in range(rounds):
                theirs["PyAMG"].append(min(
                    run(sys.executable, f"{HERE}/poisson_pyamg.py", n, dimensions, *flags, "--matrix", matrix, "--method",
                        "ruge-stuben,smoothed-aggregation"), key=total))
                ours += run(".build/release/pdegen", "bench", "poisson", "--resolution", n, "--dimensions", dimensions,
                            "--precision", "double", "--threads", "1", "--repeats", "1", *flags)
                theirs["hypre"] += run(boomer, matrix, dimensions, "1e-8")
            ratios = {name: statistics.median(total(their) / total(our) for their, our in zip(lines, ours))
                      for name, lines in theirs.items()}
            print("; ".join([f"{case:32s} {text('PDEKit', ours)}"] + [
                f"{text(lines[0]['peer'], lines)}, {ratios[name]:.1f} ×" for name, lines in theirs.items()]), flush=True)


if __name__ == "__main__":
    arguments = sys.argv[1:] + ["3", "256", "2"][len(sys.argv) - 1:]
    main(int(arguments[0]), *arguments[1:3])
