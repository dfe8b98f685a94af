#!/usr/bin/env python3
"""PDEKit against hypre's structured multigrid on the same Poisson systems, alternating; prints the medians of ratios.

Usage: poisson.py [ROUNDS]       from the repository's root after `swift build -c release`;
       needs: apt-get install libhypre-dev libopenmpi-dev openmpi-bin

A square or a cube with three solid blocks, double precision, to a relative residual of 1e-6; two threads here, two ranks
there. Times are set-up plus solve. Set-up here includes reading the mask and making the operator; there these are done before
the clock starts. One run each in turn; a ratio is taken within a round.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

CASES = [(1024, 2), (128, 3), (256, 3)]
HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
ENVIRONMENT |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def run(*command):
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)
    return json.loads(result.stdout.splitlines()[-1])


def main(rounds=5):
    with tempfile.TemporaryDirectory() as folder:
        peer = os.path.join(folder, "poisson_hypre")
        subprocess.run(["mpicc", "-O2", f"{HERE}/poisson_hypre.c", "-I/usr/include/hypre", "-lHYPRE", "-lm", "-o", peer],
                       check=True)
        for n, dimensions in CASES:
            theirs, ours = [], []
            for _ in range(rounds):
                theirs.append(run("mpirun", "-n", "2", "--oversubscribe", peer, str(n), str(dimensions)))
                ours.append(run(".build/release/pdegen", "bench", "poisson", "--resolution", str(n), "--dimensions",
                                str(dimensions), "--precision", "double", "--threads", "2", "--repeats", "1"))
            times = [[line["setup_s"] + line["solve_s"] for line in lines] for lines in (theirs, ours)]
            ratio = statistics.median(a / b for a, b in zip(*times))
            print(f"{n}^{dimensions}: {theirs[0]['peer']} {statistics.median(times[0]):.3f} s, "
                  f"{theirs[0]['iterations']} iterations; PDEKit {statistics.median(times[1]):.3f} s, "
                  f"{ours[0]['iterations']} iterations; {ratio:.2f} times faster", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
