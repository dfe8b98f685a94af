#!/usr/bin/env python3
"""PDEKit against PyTorch and JAX on the same networks, alternating; prints medians and the median ratios to the better one.

Usage: networks.py [ROUNDS] [NAME…]     from the repository's root after `swift build -c release`;
       NAME is fno1d, fno2d, unet2d, lsm2d-16 or lsm2d-32, a latent spectral model by its width (default: all);
       needs: pip install torch jax optax
"""
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = {"fno1d": [("fno_torch.py", "1", "2"), ("fno_jax.py", "1")], "fno2d": [("fno_torch.py", "2", "2"), ("fno_jax.py", "2")],
         "unet2d": [("unet2d_torch.py", "2")], "lsm2d-16": [("lsm2d_torch.py", "2", "16")],
         "lsm2d-32": [("lsm2d_torch.py", "2", "32")]}


def run(*command):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(result.stdout.splitlines()[-1])


def main(rounds, names):
    median = statistics.median
    for name in names:
        ours, theirs = [], [[] for _ in PEERS[name]]
        bench, _, width = name.partition("-")
        for _ in range(rounds):
            for script, lines in zip(PEERS[name], theirs):
                lines.append(run(sys.executable, f"{HERE}/{script[0]}", *script[1:]))
            ours.append(run(".build/release/pdetrain", "bench", bench, "--precision", "float", "--threads", "2",
                            *(["--width", width] if width else [])))
        parts = [f"PDEKit train {median(o['train_ms'] for o in ours):.1f} ms, forward "
                 f"{median(o['forward_ms'] for o in ours):.1f} ms, {median(o['peak_mb'] for o in ours):.0f} MB"]
        for lines in theirs:
            parts.append(f"{lines[0]['peer']} train {median(l['train_ms'] for l in lines):.1f} ms, forward "
                         f"{median(l['forward_ms'] for l in lines):.1f} ms, {median(l['peak_mb'] for l in lines):.0f} MB")
        for key in ("train_ms", "forward_ms"):
            ratio = median(min(lines[i][key] for lines in theirs) / ours[i][key] for i in range(rounds))
            parts.append(f"{key} {ratio:.2f} times faster than the better")
        ratio = median(ours[i]["peak_mb"] / min(lines[i]["peak_mb"] for lines in theirs) for i in range(rounds))
        parts.append(f"peak memory {ratio:.2f} of the better")
        print(f"{name}: " + "; ".join(parts), flush=True)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 3
    wanted = [a for a in sys.argv[1:] if not a.isdigit()] or list(PEERS)
    main(count, wanted)
