#include "CKernels.h"

#include <string.h>

// Convolutions with 3 weights an axis by minimal filtering, F(4, 3): S. Winograd (1980) with A. Lavin, S. Gray, "Fast Algorithms
// for Convolutional Neural Networks" (2016). With d the 6 values that 4 results y see, y = Aᵀ [(G w) ⊙ (Bᵀ d)], and likewise along
// the second axis. Instead of at the usual points 0, ±1, ±2 the polynomials are evaluated at 0, ±√½, ±√2: in single precision and with
// 64 channels round-off is 8e-7 of a result's size instead of 1.8e-6 (direct sums: 1.5e-7 to 4e-7, by how they are blocked). How points
// matter: B. Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks" (2020).

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define ROOT_TWO 1.41421356237309504880
#define ROOT_HALF 0.70710678118654752440
#pragma clang diagnostic ignored "-Wpsabi"

#define T float
#define LEVEL 4
#define NAME(name) name##_f4
#include "tiles.inc"

#define T float
#define LEVEL 3
#define NAME(name) name##_f3
#include "tiles.inc"

#define T float
#define LEVEL 1
#define NAME(name) name##_f1
#include "tiles.inc"

#define T double
#define LEVEL 4
#define NAME(name) name##_d4
#include "tiles.inc"

#define T double
#define LEVEL 3
#define NAME(name) name##_d3
#include "tiles.inc"

#define T double
#define LEVEL 1
#define NAME(name) name##_d1
#include "tiles.inc"

// The processor's level is asked for at every call: that costs less than a tile.
#define DISPATCH(T, S, name, parameters, arguments)                                                                    \
    void ckernels_tile_##name##_##S parameters {                                                                       \
        switch (ckernels_instruction_level()) {                                                                        \
            case 4: name##_##S##4 arguments; break;                                                                    \
            case 3: name##_##S##3 arguments; break;                                                                    \
            default: name##_##S##1 arguments;                                                                          \
        }                                                                                                              \
    }
#define DISPATCH_ALL(T, S)                                                                                             \
    DISPATCH(T, S, values, (const T *x, long line, const long *rows, const long *columns, long tiles,                  \
             long channels, int is_plane, T *v, long part, long panel), (x, line, rows, columns, tiles, channels,      \
             is_plane, v, part, panel))                                                                                \
    DISPATCH(T, S, slopes, (const T *g, long line, const long *rows, const long *columns, long tiles,                  \
             long channels, int is_plane, T *z, long part, long panel), (g, line, rows, columns, tiles, channels,      \
             is_plane, z, part, panel))                                                                                \
    DISPATCH(T, S, results, (const T *m, long part, long panel, const T *bias, T *y, long line,                        \
             const long *rows, const long *columns, long tiles, long channels, int is_plane, int sums_pairs), (m,      \
             part, panel, bias, y, line, rows, columns, tiles, channels, is_plane, sums_pairs))                        \
    DISPATCH(T, S, weights, (const T *w, long plane, long inputs, long outputs, int is_plane, T *u,                    \
             long part, long panel), (w, plane, inputs, outputs, is_plane, u, part, panel))                            \
    DISPATCH(T, S, weight_slopes, (const T *u, long part, long panel, T *w, long plane, long inputs,                   \
             long outputs, int is_plane), (u, part, panel, w, plane, inputs, outputs, is_plane))                       \
    DISPATCH(T, S, product, (const T *v, long v_panel, long v_panels, const T *u, long u_panel, T *m,                  \
             long m_panel, long tiles, long panels), (v, v_panel, v_panels, u, u_panel, m, m_panel, tiles, panels))    \
    DISPATCH(T, S, correlation, (const T *v, long v_panel, long v_panels, const T *z, long z_panel,                    \
             long panels, T *u, long u_panel, long tiles, int adds), (v, v_panel, v_panels, z, z_panel, panels, u,     \
             u_panel, tiles, adds))

DISPATCH_ALL(float, f)
DISPATCH_ALL(double, d)
