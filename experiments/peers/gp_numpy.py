#!/usr/bin/env python3
"""Gaussian processes as solvers in dense numpy: the closed form of symmetric collocation, one line of JSON a problem.

Usage: gp_numpy.py [POINTS [POINTS_OF_A_SQUARE]]     needs: pip install numpy

On an interval the covariance of u at the ends and of u'' at all points, [[k, k''], [k'', k'''']], is filled element by element, scaled to a
unit diagonal and factorised by Cholesky with a relative nugget. On a square per-axis matrices K'' K^-1 are decomposed and the Sylvester
equation is solved in their eigenvectors. k is a mixture of Gaussian envelopes and cosines at the peaks of the source's periodogram.
Sources and solutions are rounded to single precision as in the datasets.
"""
import json
import sys
import time

import numpy as np

LENGTH = 2 * np.pi
# name, u, u'' at the published frequencies
LINES = {
    "sine": (lambda x: np.sin(100 * x), lambda x: -1e4 * np.sin(100 * x)),
    "modulated-sine": (lambda x: np.sin(6 * x) * np.cos(100 * x),
                       lambda x: (-106**2 * np.sin(106 * x) + 94**2 * np.sin(94 * x)) / 2),
    "growing-sine": (lambda x: x * np.sin(200 * x), lambda x: 400 * np.cos(200 * x) - 4e4 * x * np.sin(200 * x)),
    "mixed-sines": (lambda x: np.sin(x) + 0.1 * np.sin(20 * x) + 0.05 * np.cos(100 * x),
                    lambda x: -np.sin(x) - 40 * np.sin(20 * x) - 500 * np.cos(100 * x)),
    "sine-and-parabola": (lambda x: np.sin(500 * x) - 2 * (x - 0.5)**2, lambda x: -25e4 * np.sin(500 * x) - 4),
}


def peaks(x, f, most=8):
    """Frequencies and amplitudes of the highest peaks of a windowed periodogram."""
    window = np.hanning(len(x))
    size = 8 * len(x)
    spectrum = np.abs(np.fft.rfft(window * f, size)) / window.sum() * 2
    frequencies = 2 * np.pi * np.arange(len(spectrum)) / (size * (x[1] - x[0]))
    inner = (spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] >= spectrum[2:]) & (spectrum[1:-1] > 1e-3 * spectrum.max())
    places = 1 + np.nonzero(inner)[0]
    places = places[np.argsort(-spectrum[places])][:most]
    return [(frequencies[i], spectrum[i]) for i in places] + [(0.0, 0.0)]


def kernel(z, components, scale):
    """k and its derivatives to fourth order."""
    t = z / scale
    envelope = np.exp(-t * t / 2)
    e = [envelope, -t * envelope / scale, (t**2 - 1) * envelope / scale**2, (3 * t - t**3) * envelope / scale**3,
         (t**4 - 6 * t**2 + 3) * envelope / scale**4]
    total = [0, 0, 0]
    for frequency, weight in components:
        c, s = np.cos(frequency * z), np.sin(frequency * z)
        w = [c, -frequency * s, -frequency**2 * c, frequency**3 * s, frequency**4 * c]
        total[0] = total[0] + weight * e[0] * w[0]
        total[1] = total[1] + weight * (e[2] * w[0] + 2 * e[1] * w[1] + e[0] * w[2])
        total[2] = total[2] + weight * (e[4] * w[0] + 4 * e[3] * w[1] + 6 * e[2] * w[2] + 4 * e[1] * w[3] + e[0] * w[4])
    return total


def mixture(x, f, scale):
    """Weights: squared amplitudes of the solution's waves; what changes slowly as much as the largest."""
    found = [(k, (a / max(k, 1 / scale)**2)**2) for k, a in peaks(x, f)]
    largest = max(w for _, w in found)
    return [(k, w if k > 0 else 10 * largest) for k, w in found]


def solve_line(x, f, ends, scale, nugget):
    components = mixture(x, f, scale)
    sides = x[[0, -1]]
    points = np.concatenate([sides, x])
    z = points[:, None] - points[None, :]
    k0, k2, k4 = kernel(z, components, scale)
    matrix = k4.copy()
    matrix[:2, :2] = k0[:2, :2]
    matrix[:2, 2:], matrix[2:, :2] = k2[:2, 2:], k2[2:, :2]
    size = np.sqrt(np.diag(matrix))
    matrix /= size[:, None] * size[None, :]
    matrix[np.diag_indices(len(matrix))] += nugget
    factor = np.linalg.cholesky(matrix)
    data = np.concatenate([ends, f]) / size
    weights = np.linalg.solve(factor.T, np.linalg.solve(factor, data)) / size
    cross = np.concatenate([k0[2:, :2], k2[2:, 2:]], axis=1)
    return cross @ weights


def solve_square(x, f, scale, nugget):
    """For values of 0 on all sides."""
    inner = slice(1, -1)
    factors = []
    for axis in range(2):
        line = f[np.abs(f).max(axis=1).argmax()] if axis == 1 else f[:, np.abs(f).max(axis=0).argmax()]
        k0, k2, _ = kernel(x[:, None] - x[None, :], mixture(x, line, scale), scale)
        k0[np.diag_indices(len(x))] += nugget * k0[0, 0]
        d = np.linalg.solve(k0, k2).T[inner, inner]
        values, vectors = np.linalg.eig(d)
        factors.append((values, vectors, np.linalg.inv(vectors)))
    (a, p, q), (b, r, s) = factors
    u = np.zeros_like(f)
    u[inner, inner] = (p @ ((q @ f[inner, inner] @ s.T) / (a[:, None] + b[None, :])) @ r.T).real
    return u


def report(problem, dimensions, points, u, known, seconds):
    error = float(np.linalg.norm(u - known) / np.linalg.norm(known))
    print(json.dumps({"peer": f"numpy {np.__version__}", "problem": problem, "dimensions": dimensions, "points": points,
                      "error": error, "train_s": 0.0, "solve_s": seconds}), flush=True)


def main(points=2001, side=401):
    def stored(values):
        return values.astype(np.float32).astype(float)

    x = np.linspace(0, LENGTH, points)
    for name, (u, source) in LINES.items():
        known, f = stored(u(x)), stored(source(x))
        start = time.perf_counter()
        solution = solve_line(x, f, known[[0, -1]], 1.2, 1e-12)
        report(name, 1, points, solution, known, time.perf_counter() - start)
    x = np.linspace(0, LENGTH, side)
    known = np.outer(np.sin(100 * x), np.sin(100 * x))
    start = time.perf_counter()
    solution = solve_square(x, -2e4 * known, 1.2, 1e-13)
    report("sine-product", 2, side, solution, known, time.perf_counter() - start)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
