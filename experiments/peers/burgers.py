#!/usr/bin/env python3
"""PDEKit against Exponax on the same Burgers steps, alternating; prints each pair and the median ratios.

Usage: burgers.py [ROUNDS]        from the repository's root after `swift build -c release`; needs: pip install exponax jax
"""
import json
import os
import statistics
import subprocess
import sys

CASES = [(256, 2, 0.01), (256, 4, 0.01), (1024, 2, 0.001), (1024, 4, 0.001)]


def run(*command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return [json.loads(line) for line in result.stdout.splitlines()]


def main(rounds=3):
    here = os.path.dirname(os.path.abspath(__file__))
    for n, order, viscosity in CASES:
        ratios, ours = {"float": [], "double": []}, {"float": [], "double": []}
        theirs = []
        for _ in range(rounds):
            peer = run(sys.executable, f"{here}/burgers_exponax.py", str(n), str(order), str(viscosity))[0]
            theirs.append(peer["us_per_step_and_trajectory"])
            for line in run(".build/release/pdegen", "bench", "burgers", "--resolution", str(n), "--order", str(order),
                            "--batch", "8", "--viscosity", str(viscosity)):
                ours[line["precision"]].append(line["us_per_step_and_trajectory"])
                ratios[line["precision"]].append(theirs[-1] / line["us_per_step_and_trajectory"])
        median = statistics.median
        print(f"{n} points, ETDRK{order}: {peer['peer']} float {median(theirs):.2f} us; PDEKit float "
              f"{median(ours['float']):.2f} us ({median(ratios['float']):.1f} times faster), double "
              f"{median(ours['double']):.2f} us ({median(ratios['double']):.1f} times faster than its float)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
