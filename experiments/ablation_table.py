#!/usr/bin/env python3
"""The table of the Burgers ablation, from what `pdetrain` and `pdeeval` have written.

Usage: ablation_table.py [RUNS] [METRICS]    after: pdetrain experiments/burgers-ablation.json
                                                    pdeeval compare runs/burgers-ablation --steps 1000

Each entry is the mean over seeds with the smallest and largest in brackets. Seconds and memory are those of training.
"""
import json
import struct
import sys

runs = sys.argv[1] if len(sys.argv) > 1 else "runs/burgers-ablation"
metrics = json.load(open(sys.argv[2] if len(sys.argv) > 2 else f"{runs}/comparison/metrics.json"))


def state(folder):
    with open(f"{folder}/checkpoint/last.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    return json.loads(header["__metadata__"]["state"])


def entry(values, digits):
    values = [v for v in values if v is not None]
    if not values:
        return "–"
    mean = sum(values) / len(values)
    return f"{mean:.{digits}g} [{min(values):.{digits}g}, {max(values):.{digits}g}]"


groups = {}
for result in metrics["contestants"]:
    if result["kind"] == "surrogate":
        variant, seed = result["name"].split(" ")
        groups.setdefault(variant, []).append((result["summary"], state(f"{runs}/{variant}/{seed}")))

scored, steps = metrics["plan"]["scoredSteps"], metrics["plan"]["steps"]
print(f"| | error over {scored} steps | valid frames (0.2) | blow-ups in {steps} steps | high band, decades | shock position | "
      "training | memory |")
print("|---|---|---|---|---|---|---|---|")
for variant, members in groups.items():
    summaries = [s for s, _ in members]
    blown = sum(s["blowUps"]["count"] for s in summaries)
    total = sum(s["trajectories"] for s in summaries)
    value = lambda key: [s[key]["value"] if s.get(key) else None for s in summaries]
    print(f"| {variant} | {entry(value('error'), 3)} | {entry([s['validTimes'][0]['frames']['value'] for s in summaries], 3)} "
          f"| {blown} of {total} | {entry(value('highBandDecades'), 2)} | {entry(value('frontError'), 2)} "
          f"| {entry([t['seconds'] for _, t in members], 2)} s | {max(t['peakBytes'] for _, t in members) / 1e6:.0f} MB |")
