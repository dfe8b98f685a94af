#!/usr/bin/env python3
"""PDEKit against PyTorch and JAX on the same step of implicit score matching, alternating; prints medians and median ratios.

Usage: score.py [ROUNDS]     from the repository's root after `swift build -c release`; needs: pip install torch jax optax, or one of them
"""
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def times(*command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.returncode:
        sys.exit(result.stderr)
    return {line["dimensions"]: line for line in map(json.loads, result.stdout.splitlines())}


def main(rounds):
    peers = [name for name in ("torch", "jax") if not subprocess.run([sys.executable, "-c", f"import {name}"],
                                                                    capture_output=True).returncode]
    found = []
    for _ in range(rounds):
        found.append({peer: times(sys.executable, f"{HERE}/score_{peer}.py") for peer in peers})
        found[-1]["PDEKit"] = times(".build/release/pdetrain", "bench", "score", "--threads", "2")
    for d in (2, 5):
        median = lambda name: statistics.median(one[name][d]["train_ms"] for one in found)
        parts = [f"PDEKit {median('PDEKit'):.1f} ms"]
        for peer in peers:
            ratio = statistics.median(one[peer][d]["train_ms"] / one["PDEKit"][d]["train_ms"] for one in found)
            parts.append(f"{found[0][peer][d]['peer']} {median(peer):.1f} ms, {ratio:.2f} times that")
        print(f"{d} dimensions: " + "; ".join(parts))


main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
