#!/usr/bin/env python3
"""PyAMG's algebraic multigrid with conjugate gradients on the work of `pdegen bench poisson`.

The Laplacian on the fluid cells of a square or a cube: the value 0 half a cell beyond the box, no flux through three solid
blocks of an eighth of its side, noise on the right; or one of the media of `--contrast`, `--exponent`, `--stretch`, `--solid`
and `--block`, which mean what they mean there. Solids and media come from G. Marsaglia's xorshift generator, as there; the
noise is NumPy's. Cells that touch no side through fluid ones are left out: PyAMG has no answer where a constant is free. The
matrix is made before the clock starts; set-up and solve are timed. Prints JSON, a line for each method.

Usage: poisson_pyamg.py RESOLUTION DIMENSIONS [--method ruge-stuben,smoothed-aggregation] [--tolerance T] [--contrast C] …
                        [--matrix FILE]    writes matrix and right-hand side for `poisson_boomeramg.c`
Needs: pip install pyamg
"""
import argparse
import json
import math
import time

import numpy as np
import pyamg
import scipy.fft
import scipy.sparse

METHODS = {"ruge-stuben": pyamg.ruge_stuben_solver, "smoothed-aggregation": pyamg.smoothed_aggregation_solver}


class Xorshift:
    def __init__(self):
        self.state = 88172645463325252

    def uniform(self):
        state = self.state
        state ^= state << 13 & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 7
        state ^= state << 17 & 0xFFFFFFFFFFFFFFFF
        self.state = state
        return (state >> 11) * 2.0**-53

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())


def draw_blocks(shape, generator):
    """True where a cell, by its plane, row and column, is in one of three blocks."""
    n, side = shape[0], shape[0] // 8
    solid = np.zeros(shape, dtype=bool)
    for _ in range(3):
        corner = [side + int(generator.uniform() * (n - n // 4 - side)) for _ in shape]
        solid[tuple(slice(first, first + side) for first in reversed(corner))] = True
    return solid


def draw_squares(shape, block, generator):
    """A uniform number for every cell, the same in all of a square."""
    small = [(count + block - 1) // block for count in shape]
    numbers = np.array([generator.uniform() for _ in range(math.prod(small))]).reshape(small)
    for axis in range(len(shape)):
        numbers = np.repeat(numbers, block, axis=axis)
    return numbers[tuple(slice(0, count) for count in shape)]


def draw_field(shape, exponent, generator):
    """Cosines of normal amplitude, as many as cells, on a box of side 1."""
    waves = np.meshgrid(*[np.arange(count) for count in shape], indexing="ij")
    norm = np.prod([np.where(k > 0, math.sqrt(0.5), 1.0) for k in waves], axis=0)
    square = 9.0 + np.pi**2 * sum(k.astype(float) ** 2 for k in waves)
    normals = np.array([generator.normal() for _ in range(math.prod(shape))]).reshape(shape)
    amplitudes = normals * norm * square ** (-exponent / 2)
    amplitudes.flat[0] = 0
    return scipy.fft.dctn(amplitudes, type=3)


def draw_medium(shape, options):
    """Which cells are solid, and the coefficient."""
    generator = Xorshift()
    solid, coefficient = np.zeros(shape, dtype=bool), np.ones(shape)
    if options.contrast == 1 and options.stretch == 1 and options.solid == 0:
        return draw_blocks(shape, generator), coefficient
    if options.solid > 0:
        solid = draw_squares(shape, options.block, generator) < options.solid
    if options.contrast != 1:
        if options.block > 1:
            high = draw_squares(shape, options.block, generator) < 0.5
        else:
            high = draw_field(shape, options.exponent, generator) > 0
        coefficient[high] = options.contrast
    return solid, coefficient


def assembled(solid, coefficient, stretch):
    """h² times the finite-volume operator on the fluid cells that are joined to a side."""
    fluid = ~solid
    number = np.cumsum(fluid).reshape(fluid.shape) - 1
    diagonal, held = np.zeros(fluid.shape), np.zeros(fluid.shape)
    rows, columns, values = [], [], []
    for axis in range(fluid.ndim):
        scale = stretch**-2.0 if axis == 0 else 1.0
        before = tuple(slice(None, -1) if a == axis else slice(None) for a in range(fluid.ndim))
        after = tuple(slice(1, None) if a == axis else slice(None) for a in range(fluid.ndim))
        a, b = coefficient[before], coefficient[after]
        weight = np.where(fluid[before] & fluid[after], 2 * a * b / (a + b) * scale, 0)
        diagonal[before] += weight
        diagonal[after] += weight
        is_open = weight > 0
        low, high = number[before][is_open], number[after][is_open]
        rows += [low, high]
        columns += [high, low]
        values += [-weight[is_open]] * 2
        for end in (0, -1):
            side = tuple(end if a == axis else slice(None) for a in range(fluid.ndim))
            held[side] += 2 * coefficient[side] * scale
    count = int(fluid.sum())
    rows, columns, values = (np.concatenate(part) for part in (rows, columns, values))
    matrix = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(count, count))
    _, regions = scipy.sparse.csgraph.connected_components(matrix, directed=False)
    held = held[fluid]
    kept = np.isin(regions, np.unique(regions[held > 0]))
    matrix = (matrix + scipy.sparse.diags(diagonal[fluid] + held)).tocsr()[kept][:, kept].tocsr()
    matrix.sort_indices()
    return matrix


def write(path, matrix, right):
    """The system as `poisson_boomeramg.c` reads it."""
    with open(path, "wb") as file:
        for part, kind in ((matrix.shape[:1] + (matrix.nnz,), "<i8"), (matrix.indptr, "<i4"), (matrix.indices, "<i4"),
                           (matrix.data, "<f8"), (right, "<f8")):
            np.asarray(part, dtype=kind).tofile(file)


def measure(method, matrix, right, tolerance):
    """Seconds of set-up and solve."""
    start = time.perf_counter()
    solver = METHODS[method](matrix)
    ready = time.perf_counter()
    norms = []
    solution = solver.solve(right, tol=tolerance, accel="cg", residuals=norms, maxiter=1000)
    end = time.perf_counter()
    residual = np.linalg.norm(right - matrix @ solution) / np.linalg.norm(right)
    return {"setup_s": round(ready - start, 5), "solve_s": round(end - ready, 5), "iterations": len(norms) - 1,
            "relative_residual": float(f"{residual:.2e}")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("resolution", type=int)
    parser.add_argument("dimensions", type=int)
    parser.add_argument("--method", default="ruge-stuben", help="one or more, by commas: " + ", ".join(METHODS))
    parser.add_argument("--tolerance", type=float, default=1e-6)
    for name, default in (("contrast", 1.0), ("exponent", 2.0), ("stretch", 1.0), ("solid", 0.0)):
        parser.add_argument(f"--{name}", type=float, default=default)
    parser.add_argument("--block", type=int, default=1)
    parser.add_argument("--matrix")
    options = parser.parse_args()
    shape = (options.resolution,) * options.dimensions
    matrix = assembled(*draw_medium(shape, options), options.stretch)
    right = np.random.default_rng(0).uniform(-0.5, 0.5, matrix.shape[0])
    if options.matrix:
        write(options.matrix, matrix, right)
    for method in options.method.split(","):
        found = measure(method, matrix, right, options.tolerance)
        print(json.dumps({"peer": f"PyAMG {pyamg.__version__} {method} CG", "n": options.resolution,
                          "dimensions": options.dimensions, **found}), flush=True)


if __name__ == "__main__":
    main()
