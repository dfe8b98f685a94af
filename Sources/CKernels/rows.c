#include "CKernels.h"

// Rows of numbers, one a channel: what normalisations do with every row of a matrix, each in one pass over it.

#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define ACROSS _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < columns; i++)

#define DEFINE(T, S)                                                                                                   \
    KERNEL void ckernels_scale_rows_##S(const T *x, const T *factor, const T *summand, T *y, long rows,                \
                                        long columns) {                                                                \
        for (long row = 0; row < rows; row++, x += columns, y += columns) ACROSS y[i] = x[i] * factor[i] + summand[i]; \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_combine_rows_##S(const T *a, const T *factor, const T *b, const T *other, const T *summand,   \
                                          T *y, long rows, long columns) {                                             \
        for (long row = 0; row < rows; row++, a += columns, b += columns, y += columns)                                \
            ACROSS y[i] = a[i] * factor[i] + b[i] * other[i] + summand[i];                                             \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_add_column_squares_##S(const T *x, const T *mean, T *y, long rows, long columns) {            \
        long row = 0;                                                                                                  \
        for (; row + 4 <= rows; row += 4, x += 4 * columns) ACROSS {                                                   \
                T a = x[i] - mean[i], b = x[columns + i] - mean[i];                                                    \
                T c = x[2 * columns + i] - mean[i], d = x[3 * columns + i] - mean[i];                                  \
                y[i] += (a * a + b * b) + (c * c + d * d);                                                             \
            }                                                                                                          \
        for (; row < rows; row++, x += columns) ACROSS y[i] += (x[i] - mean[i]) * (x[i] - mean[i]);                    \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_add_column_products_##S(const T *g, const T *x, const T *mean, T *sums, T *products,          \
                                                 long rows, long columns) {                                            \
        long row = 0;                                                                                                  \
        for (; row + 4 <= rows; row += 4, g += 4 * columns, x += 4 * columns) ACROSS {                                 \
                T a = g[i], b = g[columns + i], c = g[2 * columns + i], d = g[3 * columns + i];                        \
                sums[i] += (a + b) + (c + d);                                                                          \
                products[i] += (a * (x[i] - mean[i]) + b * (x[columns + i] - mean[i])) +                               \
                               (c * (x[2 * columns + i] - mean[i]) + d * (x[3 * columns + i] - mean[i]));              \
            }                                                                                                          \
        for (; row < rows; row++, g += columns, x += columns) ACROSS {                                                 \
                sums[i] += g[i];                                                                                       \
                products[i] += g[i] * (x[i] - mean[i]);                                                                \
            }                                                                                                          \
    }

DEFINE(float, f)
DEFINE(double, d)
