#!/usr/bin/env python3
"""PyAMG's classical algebraic multigrid with conjugate gradients on the work of `pdegen bench poisson`, to 1e-6.

The Laplacian on the fluid cells of a square or a cube: the value 0 half a cell beyond the box, no flux through three solid
blocks of an eighth of its side, noise on the right. Blocks come from G. Marsaglia's xorshift generator, as there; the noise
is NumPy's. The matrix is made before the clock starts; set-up and solve are timed. Prints JSON.

Usage: poisson_pyamg.py RESOLUTION DIMENSIONS        needs: pip install pyamg
"""
import json
import sys
import time

import numpy as np
import pyamg
import scipy.sparse


def draw_blocks(n, dimensions):
    """True where a cell, by its plane, row and column, is in one of the blocks."""
    state, side = 88172645463325252, n // 8
    solid = np.zeros((n,) * dimensions, dtype=bool)
    for _ in range(3):
        corner = []
        for _ in range(dimensions):
            state ^= state << 13 & 0xFFFFFFFFFFFFFFFF
            state ^= state >> 7
            state ^= state << 17 & 0xFFFFFFFFFFFFFFFF
            corner.append(side + int((state >> 11) * 2.0**-53 * (n - n // 4 - side)))
        solid[tuple(slice(first, first + side) for first in reversed(corner))] = True
    return solid


def laplacian(solid):
    """h² times the finite-volume operator on the fluid cells."""
    fluid = ~solid
    number = np.cumsum(fluid).reshape(fluid.shape) - 1
    diagonal = np.zeros(fluid.shape)
    rows, columns = [], []
    for axis in range(fluid.ndim):
        before = tuple(slice(None, -1) if a == axis else slice(None) for a in range(fluid.ndim))
        after = tuple(slice(1, None) if a == axis else slice(None) for a in range(fluid.ndim))
        is_open = fluid[before] & fluid[after]
        diagonal[before] += is_open
        diagonal[after] += is_open
        low, high = number[before][is_open], number[after][is_open]
        rows += [low, high]
        columns += [high, low]
        for end in (0, -1):
            diagonal[tuple(end if a == axis else slice(None) for a in range(fluid.ndim))] += 2
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    count = int(fluid.sum())
    off = scipy.sparse.csr_matrix((-np.ones(len(rows)), (rows, columns)), shape=(count, count))
    return (off + scipy.sparse.diags(diagonal[fluid])).tocsr()


def main(n, dimensions):
    matrix = laplacian(draw_blocks(n, dimensions))
    right = np.random.default_rng(0).uniform(-0.5, 0.5, matrix.shape[0])
    start = time.perf_counter()
    solver = pyamg.ruge_stuben_solver(matrix)
    ready = time.perf_counter()
    norms = []
    solution = solver.solve(right, tol=1e-6, accel="cg", residuals=norms)
    end = time.perf_counter()
    residual = np.linalg.norm(right - matrix @ solution) / np.linalg.norm(right)
    print(json.dumps({"peer": f"PyAMG {pyamg.__version__} Ruge-Stueben CG", "n": n, "dimensions": dimensions,
                      "setup_s": round(ready - start, 5), "solve_s": round(end - ready, 5), "iterations": len(norms) - 1,
                      "relative_residual": float(f"{residual:.2e}")}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
