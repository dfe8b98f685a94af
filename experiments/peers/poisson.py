#!/usr/bin/env python3
"""PDEKit against hypre's structured multigrid and PyAMG on the same Poisson systems, alternating; prints the medians of ratios.

Usage: poisson.py [ROUNDS] [PEER…]     from the repository's root after `swift build -c release`;
       PEER is hypre or pyamg (default: hypre);
       needs: apt-get install libhypre-dev libopenmpi-dev openmpi-bin; for PyAMG: pip install pyamg

A square or a cube with three solid blocks, double precision, to a relative residual of 1e-6; two threads here, two ranks of
hypre there, one thread of PyAMG, which leaves out 256³. Times are set-up plus solve. Set-up here includes
reading the mask and making the operator; there these are done before the clock starts. One run each in turn; a ratio is taken
within a round.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

CASES = [(1024, 2), (128, 3), (256, 3)]
PYAMG_CELLS = 128**3
HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
ENVIRONMENT |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def run(*command):
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)
    return json.loads(result.stdout.splitlines()[-1])


def commands(names, folder):
    """The beginning of each peer's command; the resolution and the dimensions follow."""
    found = {}
    if "hypre" in names:
        peer = os.path.join(folder, "poisson_hypre")
        subprocess.run(["mpicc", "-O2", f"{HERE}/poisson_hypre.c", "-I/usr/include/hypre", "-lHYPRE", "-lm", "-o", peer],
                       check=True)
        found["hypre"] = ["mpirun", "-n", "2", "--oversubscribe", peer]
    if "pyamg" in names:
        found["pyamg"] = [sys.executable, f"{HERE}/poisson_pyamg.py"]
    return found


def main(rounds, names):
    with tempfile.TemporaryDirectory() as folder:
        peers = commands(names, folder)
        for n, dimensions in CASES:
            taken = [name for name in peers if name != "pyamg" or n**dimensions <= PYAMG_CELLS]
            theirs, ours = {name: [] for name in taken}, []
            for _ in range(rounds):
                for name in taken:
                    theirs[name].append(run(*peers[name], str(n), str(dimensions)))
                ours.append(run(".build/release/pdegen", "bench", "poisson", "--resolution", str(n), "--dimensions",
                                str(dimensions), "--precision", "double", "--threads", "2", "--repeats", "1"))
            own = [line["setup_s"] + line["solve_s"] for line in ours]
            parts = [f"PDEKit {statistics.median(own):.3f} s, {ours[0]['iterations']} iterations"]
            for lines in theirs.values():
                times = [line["setup_s"] + line["solve_s"] for line in lines]
                ratio = statistics.median(a / b for a, b in zip(times, own))
                parts.append(f"{lines[0]['peer']} {statistics.median(times):.3f} s, {lines[0]['iterations']} iterations "
                             f"(PDEKit {ratio:.2f} times faster)")
            print(f"{n}^{dimensions}: " + "; ".join(parts), flush=True)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 5
    main(count, [a for a in sys.argv[1:] if not a.isdigit()] or ["hypre"])
