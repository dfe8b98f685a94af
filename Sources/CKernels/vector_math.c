#include "CKernels.h"

#include "elementary.h"

// Every kernel is compiled for three instruction levels; the processor's is picked when the program starts.
#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

// Sums run in 32 lanes, which vector code keeps side by side: their order depends on n alone. Lanes of floats are emptied into
// doubles every BLOCK values.
enum { LANES = 32, BLOCK = 4096 };

// Loops over calls into the C library, and some at the oldest instruction level, stay scalar.
#pragma clang diagnostic ignored "-Wpass-failed"

// Value i of the result depends on values i of the operands alone. The compiler is told, as it would otherwise take the scalar
// way when the result is written over an operand.
#define EACH _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < n; i++)
#define ACROSS _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < columns; i++)

#define LOOP(expression)                                                                                               \
    {                                                                                                                  \
        EACH y[i] = (expression);                                                                                      \
        return;                                                                                                        \
    }

// Whether all values are in the range of `sine_f`.
INLINE int reducible_f(const float *x, long n) {
    int is_large = 0;
    for (long i = 0; i < n; i++) is_large |= (x[i] > 8192.0f) | (x[i] < -8192.0f);
    return !is_large;
}
INLINE int reducible_d(const double *x, long n) { return x != 0 && n >= 0; }

#define DEFINE_SUM(T, NAME, TERM)                                                                                      \
    KERNEL double NAME(const T *x, long n) {                                                                           \
        double total[LANES] = {0};                                                                                     \
        long start = 0;                                                                                                \
        while (start < n) {                                                                                            \
            T lane[LANES] = {0};                                                                                       \
            long end = start + BLOCK < n ? start + BLOCK : n;                                                          \
            long i = start;                                                                                            \
            while (i + LANES <= end)                                                                                   \
                for (int j = 0; j < LANES; j++, i++) lane[j] += TERM;                                                  \
            for (int j = 0; i < end; i++, j++) lane[j] += TERM;                                                        \
            for (int j = 0; j < LANES; j++) total[j] += lane[j];                                                       \
            start = end;                                                                                               \
        }                                                                                                              \
        double sum = 0;                                                                                                \
        for (int j = 0; j < LANES; j++) sum += total[j];                                                               \
        return sum;                                                                                                    \
    }

#define DEFINE(T, S, POW, SIN, COS)                                                                                    \
    INLINE T silu_##S(T x) { return x * sigmoid_##S(x); }                                                              \
    INLINE T silu_derivative_##S(T x) {                                                                                \
        T e = exp_##S(x > 0 ? -x : x);                                                                                 \
        T d = 1 / (1 + e);                                                                                             \
        return (x > 0 ? d : e * d) + x * e * d * d;                                                                    \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_map_##S(int function, const T *x, T *y, long n) {                                             \
        switch (function) {                                                                                            \
        case 0: LOOP(exp_##S(x[i]))                                                                                    \
        case 1: LOOP(log_##S(x[i]))                                                                                    \
        case 2:                                                                                                        \
            if (!reducible_##S(x, n)) LOOP(SIN(x[i]))                                                                  \
            LOOP(sin_##S(x[i]))                                                                                        \
        case 3:                                                                                                        \
            if (!reducible_##S(x, n)) LOOP(COS(x[i]))                                                                  \
            LOOP(cos_##S(x[i]))                                                                                        \
        case 4: LOOP(tanh_##S(x[i]))                                                                                   \
        case 5: LOOP(sqrt_##S(x[i]))                                                                                   \
        case 6: LOOP(1 / x[i])                                                                                         \
        case 7: LOOP(erf_##S(x[i]))                                                                                    \
        case 8: LOOP(gelu_##S(x[i]))                                                                                   \
        case 9: LOOP(gelu_derivative_##S(x[i]))                                                                        \
        case 10: LOOP(sigmoid_##S(x[i]))                                                                               \
        case 11: LOOP(silu_##S(x[i]))                                                                                  \
        case 12: LOOP(silu_derivative_##S(x[i]))                                                                       \
        case 13: LOOP(softplus_##S(x[i]))                                                                              \
        case 14: LOOP(x[i] < 0 ? 0 : x[i])                                                                             \
        case 15: LOOP(x[i] < 0 ? -x[i] : x[i] + 0)                                                                     \
        case 16: LOOP((T)((x[i] > 0) - (x[i] < 0)))                                                                    \
        default: LOOP((T)(x[i] > 0))                                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_slope_##S(int activation, const T *z, const T *g, T *y, long n) {                             \
        switch (activation) {                                                                                          \
        case 0: LOOP(g[i])                                                                                             \
        case 1: LOOP(z[i] > 0 ? g[i] : 0)                                                                              \
        case 2: LOOP(g[i] * gelu_derivative_##S(z[i]))                                                                 \
        case 3: LOOP(g[i] * (1 - tanh_##S(z[i]) * tanh_##S(z[i])))                                                     \
        case 4: LOOP(g[i] * silu_derivative_##S(z[i]))                                                                 \
        case 5: LOOP(g[i] * sigmoid_##S(z[i]) * (1 - sigmoid_##S(z[i])))                                               \
        default: LOOP(g[i] * sigmoid_##S(z[i]))                                                                        \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_combine_##S(int operation, const T *a, const T *b, T *y, long n) {                            \
        switch (operation) {                                                                                           \
        case 0: LOOP(a[i] + b[i])                                                                                      \
        case 1: LOOP(a[i] - b[i])                                                                                      \
        case 2: LOOP(a[i] * b[i])                                                                                      \
        case 3: LOOP(a[i] / b[i])                                                                                      \
        case 4: LOOP(LARGE(a[i], >, b[i]))                                                                             \
        case 5: LOOP(LARGE(a[i], <, b[i]))                                                                             \
        default: LOOP(POW(a[i], b[i]))                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_combine_scalar_##S(int operation, int reversed, const T *a, T b, T *y, long n) {              \
        switch (2 * operation + (reversed != 0)) {                                                                     \
        case 0:                                                                                                        \
        case 1: LOOP(a[i] + b)                                                                                         \
        case 2: LOOP(a[i] - b)                                                                                         \
        case 3: LOOP(b - a[i])                                                                                         \
        case 4:                                                                                                        \
        case 5: LOOP(a[i] * b)                                                                                         \
        case 6: LOOP(a[i] / b)                                                                                         \
        case 7: LOOP(b / a[i])                                                                                         \
        case 8: LOOP(LARGE(a[i], >, b))                                                                                \
        case 9: LOOP(LARGE(b, >, a[i]))                                                                                \
        case 10: LOOP(LARGE(a[i], <, b))                                                                               \
        case 11: LOOP(LARGE(b, <, a[i]))                                                                               \
        case 12: LOOP(POW(a[i], b))                                                                                    \
        default: LOOP(POW(b, a[i]))                                                                                    \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_combine_row_##S(int operation, int reversed, const T *x, const T *v, T *y, long rows,         \
                                         long columns) {                                                               \
        if (columns == 1) {                                                                                            \
            ckernels_combine_scalar_##S(operation, reversed, x, v[0], y, rows);                                        \
            return;                                                                                                    \
        }                                                                                                              \
        if (operation == 0) {                                                                                          \
            for (long row = 0; row < rows; row++) {                                                                    \
                const T *a = x + row * columns;                                                                        \
                T *c = y + row * columns;                                                                              \
                ACROSS c[i] = a[i] + v[i];                                                                             \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        if (operation == 2) {                                                                                          \
            for (long row = 0; row < rows; row++) {                                                                    \
                const T *a = x + row * columns;                                                                        \
                T *c = y + row * columns;                                                                              \
                ACROSS c[i] = a[i] * v[i];                                                                             \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (long row = 0; row < rows; row++) {                                                                        \
            const T *a = x + row * columns;                                                                            \
            ckernels_combine_##S(operation, reversed ? v : a, reversed ? a : v, y + row * columns, columns);           \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_affine_##S(T factor, const T *x, T summand, T *y, long n) { LOOP(factor * x[i] + summand) }   \
                                                                                                                       \
    KERNEL void ckernels_add_scaled_##S(T factor, const T *x, T *y, long n) {                                          \
        EACH y[i] += factor * x[i];                                                                                    \
    }                                                                                                                  \
                                                                                                                       \
    DEFINE_SUM(T, ckernels_sum_##S, x[i])                                                                              \
    DEFINE_SUM(T, ckernels_sum_of_squares_##S, x[i] * x[i])                                                            \
                                                                                                                       \
    KERNEL T ckernels_maximum_##S(const T *x, long n) {                                                                \
        T lane[LANES];                                                                                                 \
        for (int j = 0; j < LANES; j++) lane[j] = x[0];                                                                \
        long i = 0;                                                                                                    \
        for (; i + LANES <= n; i += LANES)                                                                             \
            for (int j = 0; j < LANES; j++) lane[j] = LARGE(x[i + j], >, lane[j]);                                     \
        for (int j = 0; i < n; i++, j++) lane[j] = LARGE(x[i], >, lane[j]);                                            \
        for (int j = 1; j < LANES; j++) lane[0] = LARGE(lane[j], >, lane[0]);                                          \
        return lane[0];                                                                                                \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_add_column_sums_##S(const T *x, T *y, long rows, long columns) {                              \
        if (columns == 1) {                                                                                            \
            y[0] += (T)ckernels_sum_##S(x, rows);                                                                      \
            return;                                                                                                    \
        }                                                                                                              \
        long row = 0;                                                                                                  \
        for (; row + 4 <= rows; row += 4) {                                                                            \
            const T *a = x + row * columns, *b = a + columns, *c = b + columns, *d = c + columns;                      \
            for (long i = 0; i < columns; i++) y[i] += (a[i] + b[i]) + (c[i] + d[i]);                                  \
        }                                                                                                              \
        for (; row < rows; row++)                                                                                      \
            for (long i = 0; i < columns; i++) y[i] += x[row * columns + i];                                           \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_adam_##S(T *p, const T *g, T *m, T *v, long n, T scale, T coupled, T decay, T rate, T beta1,  \
                                  T beta2, T correction, T epsilon) {                                                  \
        EACH {                                                                                                         \
            T gradient = scale * g[i] + coupled * p[i];                                                                \
            m[i] = beta1 * m[i] + (1 - beta1) * gradient;                                                              \
            v[i] = beta2 * v[i] + (1 - beta2) * gradient * gradient;                                                   \
            p[i] = decay * p[i] - rate * m[i] / (sqrt_##S(v[i]) * correction + epsilon);                               \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_average_##S(T *average, const T *p, long n, T weight) {                                       \
        EACH average[i] += weight * (p[i] - average[i]);                                                               \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_momentum_##S(T *m, const T *g, T *x, long n, T scale, T weight) {                             \
        EACH {                                                                                                         \
            T scaled = scale * g[i], mean = m[i] + weight * (scaled - m[i]);                                           \
            m[i] = mean;                                                                                               \
            x[i] = scaled + (1 - weight) * (mean - scaled);                                                            \
        }                                                                                                              \
    }

// NaN wins: a comparison with it is false, so it is looked for first.
#define LARGE(a, than, b) ((a) != (a) ? (a) : (b) != (b) ? (b) : (a) than (b) ? (a) : (b))

DEFINE(float, f, powf, sinf, cosf)
DEFINE(double, d, pow, sin, cos)
