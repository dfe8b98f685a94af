"""How the scripts `*_torch.py` measure a network: milliseconds of a training step and of a forward pass, and peak memory."""
import json
import resource
import statistics
import time

import torch


def median_ms(work, repeats=15, warm=3):
    times = []
    for _ in range(warm + repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return round(statistics.median(times[warm:]), 2)


def measure(net, x, y, **labels):
    """Steps of Adam on the relative L2 error of net(x) against y, summed over samples; prints `labels` and numbers as JSON."""
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)

    def train():
        optimizer.zero_grad()
        error = (net(x) - y).flatten(1).norm(dim=1) / y.flatten(1).norm(dim=1)
        error.sum().backward()
        optimizer.step()

    def infer():
        with torch.no_grad():
            net(x)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    train_ms, forward_ms = median_ms(train), median_ms(infer)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"peer": f"torch {torch.__version__}", **labels, "threads": torch.get_num_threads(),
                      "parameters": sum(p.numel() for p in net.parameters()), "train_ms": train_ms, "forward_ms": forward_ms,
                      "peak_mb": round(after / 1024), "step_mb": round((after - before) / 1024)}))
