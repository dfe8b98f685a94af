#!/usr/bin/env python3
"""A step of implicit score matching in PyTorch, the work of `pdetrain bench score`: the mean of |s|² + 2 div s over 10,000 particles, the
divergence exact by forward mode, s a perceptron with three layers of width 100, one step of Adam; milliseconds in 2 and 5 dimensions.

Usage: score_torch.py [THREADS]        needs: pip install torch
"""
import json
import statistics
import sys
import time

import torch
from torch.func import functional_call, jvp

PARTICLES, WIDTH = 10_000, 100


def measure(d):
    torch.manual_seed(0)
    sizes = [d, WIDTH, WIDTH, WIDTH]
    hidden = [part for a, b in zip(sizes, sizes[1:]) for part in (torch.nn.Linear(a, b), torch.nn.SiLU())]
    net = torch.nn.Sequential(*hidden, torch.nn.Linear(WIDTH, d))
    adam = torch.optim.Adam(net.parameters(), 4e-4)
    v = torch.randn(PARTICLES, d)
    parameters = dict(net.named_parameters())
    axes = [torch.eye(d)[k].expand(PARTICLES, d).contiguous() for k in range(d)]
    times = []
    for _ in range(23):
        start = time.perf_counter()
        adam.zero_grad()
        divergence = 0
        for k, axis in enumerate(axes):
            s, slope = jvp(lambda x: functional_call(net, parameters, (x,)), (v,), (axis,))
            divergence = divergence + slope[:, k]
        ((s * s).sum(1) + 2 * divergence).mean().backward()
        adam.step()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[3:])


torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
for d in (2, 5):
    print(json.dumps({"bench": "score", "peer": f"torch {torch.__version__}", "dimensions": d, "train_ms": round(measure(d), 2)}))
