#include "CKernels.h"

#include <math.h>

#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

// Sums along a row run in lanes side by side, so that their order depends on its length alone.
enum { LANES = 32 };

#pragma clang diagnostic ignored "-Wpass-failed"
#define ACROSS _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < columns; i++)

// The mean of TERM, of value i of a row.
#define MEAN(T, RESULT, TERM)                                                                                          \
    T RESULT;                                                                                                          \
    {                                                                                                                  \
        T lane[LANES] = {0};                                                                                           \
        long i = 0;                                                                                                    \
        while (i + LANES <= columns)                                                                                   \
            for (int j = 0; j < LANES; j++, i++) lane[j] += TERM;                                                      \
        for (int j = 0; i < columns; i++, j++) lane[j] += TERM;                                                        \
        for (int width = LANES / 2; width > 0; width /= 2)                                                             \
            for (int j = 0; j < width; j++) lane[j] += lane[j + width];                                                \
        RESULT = lane[0] / columns;                                                                                    \
    }

#define DEFINE(T, S, SQRT)                                                                                             \
    KERNEL void ckernels_normalize_rows_##S(const T *x, const T *scale, const T *shift, T *statistics, T *y,           \
                                            long rows, long columns, T epsilon) {                                      \
        for (long row = 0; row < rows; row++) {                                                                        \
            const T *a = x + row * columns;                                                                            \
            T *b = y + row * columns;                                                                                  \
            MEAN(T, mean, a[i])                                                                                        \
            MEAN(T, variance, (a[i] - mean) * (a[i] - mean))                                                           \
            T inverse = 1 / SQRT(variance + epsilon);                                                                  \
            ACROSS b[i] = (a[i] - mean) * inverse * scale[i] + shift[i];                                               \
            statistics[2 * row] = mean;                                                                                \
            statistics[2 * row + 1] = inverse;                                                                         \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* Adds the derivatives of scale and shift, and writes that of x. */                                               \
    KERNEL void ckernels_normalize_rows_slope_##S(const T *g, const T *x, const T *scale, const T *statistics, T *dx,  \
                                                  T *dscale, T *dshift, long rows, long columns) {                     \
        for (long row = 0; row < rows; row++) {                                                                        \
            const T *a = x + row * columns, *c = g + row * columns;                                                    \
            T *b = dx + row * columns;                                                                                 \
            T mean = statistics[2 * row], inverse = statistics[2 * row + 1];                                           \
            MEAN(T, slope, c[i] * scale[i])                                                                            \
            MEAN(T, tilt, c[i] * scale[i] * (a[i] - mean) * inverse)                                                   \
            ACROSS {                                                                                                   \
                T normal = (a[i] - mean) * inverse;                                                                    \
                dscale[i] += c[i] * normal;                                                                            \
                dshift[i] += c[i];                                                                                     \
                b[i] = inverse * (c[i] * scale[i] - slope - normal * tilt);                                            \
            }                                                                                                          \
        }                                                                                                              \
    }

DEFINE(float, f, sqrtf)
DEFINE(double, d, sqrt)
