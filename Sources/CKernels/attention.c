#include "CKernels.h"

#include "elementary.h"

#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

// Values or columns that are worked on at once, in cache.
enum { BLOCK = 2048, WIDTH = 64 };

#pragma clang diagnostic ignored "-Wpass-failed"
#define ACROSS(count) _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < (count); i++)

#define DEFINE(T, S)                                                                                                   \
    KERNEL void ckernels_softmax_##S(const T *x, T *y, long outer, long count, long inner) {                           \
        if (inner == 1) {                                                                                              \
            long at_once = BLOCK / count > 0 ? BLOCK / count : 1;                                                      \
            for (long first = 0; first < outer; first += at_once) {                                                    \
                long rows = outer - first < at_once ? outer - first : at_once;                                         \
                const T *a = x + first * count;                                                                        \
                T *b = y + first * count;                                                                              \
                for (long row = 0; row < rows; row++) {                                                                \
                    T most = a[row * count];                                                                           \
                    for (long k = 1; k < count; k++) most = a[row * count + k] > most ? a[row * count + k] : most;     \
                    for (long k = 0; k < count; k++) b[row * count + k] = a[row * count + k] - most;                   \
                }                                                                                                      \
                ACROSS(rows * count) b[i] = exp_##S(b[i]);                                                             \
                for (long row = 0; row < rows; row++) {                                                                \
                    T sum = 0;                                                                                         \
                    for (long k = 0; k < count; k++) sum += b[row * count + k];                                        \
                    T factor = 1 / sum;                                                                                \
                    for (long k = 0; k < count; k++) b[row * count + k] *= factor;                                     \
                }                                                                                                      \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        T most[WIDTH], sum[WIDTH];                                                                                     \
        for (long block = 0; block < outer; block++)                                                                   \
            for (long first = 0; first < inner; first += WIDTH) {                                                      \
                long columns = inner - first < WIDTH ? inner - first : WIDTH;                                          \
                const T *a = x + block * count * inner + first;                                                        \
                T *b = y + block * count * inner + first;                                                              \
                ACROSS(columns) most[i] = a[i];                                                                        \
                for (long k = 1; k < count; k++)                                                                       \
                    ACROSS(columns) most[i] = a[k * inner + i] > most[i] ? a[k * inner + i] : most[i];                 \
                ACROSS(columns) sum[i] = 0;                                                                            \
                for (long k = 0; k < count; k++) ACROSS(columns) {                                                     \
                        T power = exp_##S(a[k * inner + i] - most[i]);                                                 \
                        b[k * inner + i] = power;                                                                      \
                        sum[i] += power;                                                                               \
                    }                                                                                                  \
                ACROSS(columns) sum[i] = 1 / sum[i];                                                                   \
                for (long k = 0; k < count; k++) ACROSS(columns) b[k * inner + i] *= sum[i];                           \
            }                                                                                                          \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_softmax_slope_##S(const T *y, const T *g, T *z, long outer, long count, long inner) {         \
        if (inner == 1) {                                                                                              \
            for (long row = 0; row < outer; row++) {                                                                   \
                const T *a = y + row * count, *b = g + row * count;                                                    \
                T sum = 0;                                                                                             \
                for (long k = 0; k < count; k++) sum += a[k] * b[k];                                                   \
                for (long k = 0; k < count; k++) z[row * count + k] = a[k] * (b[k] - sum);                             \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        T sum[WIDTH];                                                                                                  \
        for (long block = 0; block < outer; block++)                                                                   \
            for (long first = 0; first < inner; first += WIDTH) {                                                      \
                long start = block * count * inner + first;                                                            \
                long columns = inner - first < WIDTH ? inner - first : WIDTH;                                          \
                ACROSS(columns) sum[i] = 0;                                                                            \
                for (long k = 0; k < count; k++)                                                                       \
                    ACROSS(columns) sum[i] += y[start + k * inner + i] * g[start + k * inner + i];                     \
                for (long k = 0; k < count; k++) ACROSS(columns) {                                                     \
                        long j = start + k * inner + i;                                                                \
                        z[j] = y[j] * (g[j] - sum[i]);                                                                 \
                    }                                                                                                  \
            }                                                                                                          \
    }                                                                                                                  \
                                                                                                                       \
    /* Where x is the largest, !(x < y), it has an equal part of what y has: z = that of g, or the sum over those of g. */          \
    KERNEL void ckernels_maximum_share_##S(const T *x, const T *y, const T *g, T *z, long outer, long count,           \
                                           long inner, int spreads) {                                                  \
        T part[WIDTH], sum[WIDTH];                                                                                     \
        for (long block = 0; block < outer; block++)                                                                   \
            for (long first = 0; first < inner; first += WIDTH) {                                                      \
                long columns = inner - first < WIDTH ? inner - first : WIDTH;                                          \
                const T *a = x + block * count * inner + first, *most = y + block * inner + first;                     \
                long whole = block * count * inner + first, one = block * inner + first;                               \
                ACROSS(columns) part[i] = sum[i] = 0;                                                                  \
                for (long k = 0; k < count; k++) ACROSS(columns) part[i] += a[k * inner + i] < most[i] ? 0 : 1;        \
                ACROSS(columns) part[i] = 1 / part[i];                                                                 \
                if (spreads) {                                                                                         \
                    for (long k = 0; k < count; k++)                                                                   \
                        ACROSS(columns)                                                                                \
                    z[whole + k * inner + i] = a[k * inner + i] < most[i] ? 0 : part[i] * g[one + i];                  \
                } else {                                                                                               \
                    for (long k = 0; k < count; k++)                                                                   \
                        ACROSS(columns) sum[i] += a[k * inner + i] < most[i] ? 0 : g[whole + k * inner + i];           \
                    ACROSS(columns) z[one + i] = part[i] * sum[i];                                                     \
                }                                                                                                      \
            }                                                                                                          \
    }                                                                                                                  \
                                                                                                                       \
    /* sin and cos of multiples by turning (sin, cos) on by the first angle; in place of the angle's own. */           \
    KERNEL void ckernels_series_##S(const T *sine, const T *cosine, const T *a, const T *b, T *y, long rows,           \
                                    long channels, long terms) {                                                       \
        T s[WIDTH], c[WIDTH], sum[WIDTH];                                                                              \
        for (long row = 0; row < rows; row++)                                                                          \
            for (long first = 0; first < channels; first += WIDTH) {                                                   \
                long columns = channels - first < WIDTH ? channels - first : WIDTH;                                    \
                const T *s1 = sine + row * channels + first, *c1 = cosine + row * channels + first;                    \
                ACROSS(columns) {                                                                                      \
                    s[i] = 0;                                                                                          \
                    c[i] = 1;                                                                                          \
                    sum[i] = b[first + i];                                                                             \
                }                                                                                                      \
                for (long k = 1; k < terms; k++) {                                                                     \
                    const T *ak = a + (k - 1) * channels + first, *bk = b + k * channels + first;                      \
                    ACROSS(columns) {                                                                                  \
                        T next = s[i] * c1[i] + c[i] * s1[i];                                                          \
                        c[i] = c[i] * c1[i] - s[i] * s1[i];                                                            \
                        s[i] = next;                                                                                   \
                        sum[i] += ak[i] * s[i] + bk[i] * c[i];                                                         \
                    }                                                                                                  \
                }                                                                                                      \
                ACROSS(columns) y[row * channels + first + i] = sum[i];                                                \
            }                                                                                                          \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_series_slope_##S(const T *sine, const T *cosine, const T *g, const T *a, const T *b,          \
                                          T frequency, T *x, T *da, T *db, long rows, long channels, long terms) {     \
        T s[WIDTH], c[WIDTH], sum[WIDTH];                                                                              \
        for (long row = 0; row < rows; row++)                                                                          \
            for (long first = 0; first < channels; first += WIDTH) {                                                   \
                long columns = channels - first < WIDTH ? channels - first : WIDTH;                                    \
                const T *s1 = sine + row * channels + first, *c1 = cosine + row * channels + first;                    \
                const T *change = g + row * channels + first;                                                          \
                ACROSS(columns) {                                                                                      \
                    s[i] = 0;                                                                                          \
                    c[i] = 1;                                                                                          \
                    sum[i] = 0;                                                                                        \
                    db[first + i] += change[i];                                                                        \
                }                                                                                                      \
                for (long k = 1; k < terms; k++) {                                                                     \
                    long place = k * channels + first;                                                                 \
                    const T *ak = a + place - channels, *bk = b + place;                                               \
                    T *dak = da + place - channels, *dbk = db + place;                                                 \
                    T multiple = k * frequency;                                                                        \
                    ACROSS(columns) {                                                                                  \
                        T next = s[i] * c1[i] + c[i] * s1[i];                                                          \
                        c[i] = c[i] * c1[i] - s[i] * s1[i];                                                            \
                        s[i] = next;                                                                                   \
                        sum[i] += multiple * (ak[i] * c[i] - bk[i] * s[i]);                                            \
                        dak[i] += change[i] * s[i];                                                                    \
                        dbk[i] += change[i] * c[i];                                                                    \
                    }                                                                                                  \
                }                                                                                                      \
                ACROSS(columns) x[row * channels + first + i] = change[i] * sum[i];                                    \
            }                                                                                                          \
    }

DEFINE(float, f)
DEFINE(double, d)
