#!/usr/bin/env python3
"""Which optimiser and which network give the least error, at equal time and at equal steps.

Usage: optimizers.py [EXPERIMENT [OUT [PDETRAIN-FLAG…]]]    from the repository's root after `swift build -c release`; about four and a
       half hours on two idle cores for experiments/optimizers.json, which goes on where it was stopped

Every optimiser has the same tries on every network, problem and budget: one run with the first seed at each learning rate. The rate of
the least validation error is trained with the other seeds, too, and the tables show the error on unseen samples: of Burgers rollouts over all
frames, of Darcy solutions. Runs at equal time settle their steps by a measurement before the first one, so that each schedule ends with
its time; nothing else may run beside. A run whose loss is no number any more loses its try. Flags go to every `pdetrain`:
`--set budget.steps=20`.
"""
import json
import statistics
import struct
import subprocess
import sys

file, out = (sys.argv[1:3] + ["experiments/optimizers.json", "runs/optimizers"][len(sys.argv[1:3]):])
flags = sys.argv[3:]
experiment = json.load(open(file))
networks, problems, optimizers, rates, budgets = [[choice["name"] for choice in axis] for axis in experiment["variants"]]
first, *others = experiment["seeds"]


def folder(cell, rate, seed):
    network, problem, optimizer, budget = cell
    return f"{out}/{'-'.join((network, problem, optimizer, rate, budget))}/seed-{seed}"


def train(cell, rate, seed):
    """Trains a run, or finds it finished; None where it diverged."""
    run = folder(cell, rate, seed)
    command = [".build/release/pdetrain", file, "--out", out, "--variant", run.split("/")[-2], "--seed", str(seed), "--resume", "--quiet"]
    result = subprocess.run(command + flags, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode == 0:
        with open(f"{run}/checkpoint/last.safetensors", "rb") as checkpoint:
            header = json.loads(checkpoint.read(struct.unpack("<Q", checkpoint.read(8))[0]))
        return json.loads(header["__metadata__"]["state"])
    if "the loss is " not in result.stderr:
        sys.exit(f"{run}: {result.stderr}")
    print(f"{run} diverged", file=sys.stderr)


def errors(problem, budget, chosen):
    """The error of every run on unseen samples, by its folder."""
    runs = {(cell, seed): folder(cell, rate, seed) for cell, rate in chosen.items() if cell[1::2] == (problem, budget)
            for seed in [first] + others if (cell, seed) in states}
    report = f"{out}/{problem}-{budget}"
    subprocess.run([".build/release/pdeeval", "compare", *runs.values(), "--no-solver", "--quiet", "--out", report], check=True,
                   stdout=subprocess.DEVNULL)
    results = [c for c in json.load(open(f"{report}/metrics.json"))["contestants"] if c["kind"] == "surrogate"]
    return {key: (result["summary"] if "summary" in result else result)["error"]["value"] for key, result in zip(runs, results)}


def entry(values, digits=3):
    return f"{statistics.mean(values):.{digits}g} [{min(values):.{digits}g}, {max(values):.{digits}g}]"


states, chosen = {}, {}
for cell in [(n, p, o, b) for b in budgets for p in problems for n in networks for o in optimizers]:
    tried = {rate: train(cell, rate, first) for rate in rates}
    sound = {rate: state for rate, state in tried.items() if state}
    if not sound:
        continue
    chosen[cell] = min(sound, key=lambda rate: sound[rate]["bestLoss"])
    states[cell, first] = sound[chosen[cell]]
    for seed in others:
        state = train(cell, chosen[cell], seed)
        if state:
            states[cell, seed] = state
    print(f"{'-'.join(cell)}: {chosen[cell]}", file=sys.stderr, flush=True)

for problem in problems:
    for budget in budgets:
        found = errors(problem, budget, chosen)
        print(f"\n{problem}, equal {budget}: error, mean over seeds with the smallest and largest, and the rate\n")
        print("| | " + " | ".join(optimizers) + " | steps | seconds |\n" + "|---" * (len(optimizers) + 3) + "|")
        means = {}
        for network in networks:
            columns, steps, seconds = [], [], []
            for optimizer in optimizers:
                cell = (network, problem, optimizer, budget)
                seeds = [seed for seed in experiment["seeds"] if (cell, seed) in found]
                if not seeds:
                    columns.append("diverged")
                    continue
                values = [found[cell, seed] for seed in seeds]
                means[network, optimizer] = statistics.mean(values)
                columns.append(f"{entry(values)}, {chosen[cell]}" + ("" if len(seeds) == len(experiment["seeds"]) else
                                                                      f", {len(seeds)} seeds"))
                steps += [states[cell, seed]["step"] for seed in seeds]
                seconds += [states[cell, seed]["seconds"] for seed in seeds]
            print(f"| {network} | {' | '.join(columns)} | {min(steps)}…{max(steps)} | {min(seconds):.0f}…{max(seconds):.0f} |")
        ranks = sorted(means, key=means.get)
        print(f"\nleast: {ranks[0][1]} on {ranks[0][0]}, {means[ranks[1]] / means[ranks[0]]:.2f} times below {ranks[1][1]} on {ranks[1][0]}")
