#!/usr/bin/env python3
"""One-dimensional Burgers with Exponax (JAX), float32: the work that `pdegen bench burgers` does, timed the same way.

Prints JSON with microseconds per step and trajectory, best of five runs after one that compiles and warms up.

Usage: burgers_exponax.py RESOLUTION ORDER VISCOSITY        needs: pip install exponax jax
"""
import json
import sys
import time

import exponax
import jax
import jax.numpy as jnp

STEPS, TRAJECTORIES, STEP = 1000, 8, 1e-3


def main(resolution, order, viscosity):
    draw = exponax.ic.RandomTruncatedFourierSeries(1, cutoff=5)
    states = jnp.stack([draw(resolution, key=jax.random.PRNGKey(i)) for i in range(TRAJECTORIES)])
    stepper = exponax.stepper.Burgers(1, 1.0, resolution, STEP, diffusivity=viscosity, order=order)
    advance = jax.jit(jax.vmap(exponax.repeat(stepper, STEPS)))
    times = []
    for _ in range(6):
        start = time.perf_counter()
        advance(states).block_until_ready()
        times.append((time.perf_counter() - start) / STEPS / TRAJECTORIES * 1e6)
    print(json.dumps({"peer": f"exponax {exponax.__version__}", "n": resolution, "order": order, "precision": "float",
                      "us_per_step_and_trajectory": round(min(times[1:]), 3)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
