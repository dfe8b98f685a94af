#include "CKernels.h"

// Products of the points of patches with their tokens, every patch and head (`width` neighbouring channels) alone: what takes three matrix
// products a head, without their calls. Weights of a point, a token and a head lie `a_point`, `a_token` and 1 values apart.

#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define INLINE static inline __attribute__((always_inline))
#define EACH(i) _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < width; i++)
#define SHAPE long patches, long points, long tokens, long heads, long a_point, long a_token
#define SIZES patches, points, tokens, heads, a_point, a_token

// The channels of every head, wide ones in parts.
enum { MOST = 64 };
#define PARTS                                                                                                          \
    for (long head = 0; head < heads; head++)                                                                          \
        for (long part = 0; part < whole; part += MOST)                                                                \
            for (long first = head * whole + part, width = whole - part < MOST ? whole - part : MOST, once = 1; once; once = 0)

// The usual widths are known to the compiler, which then keeps a head's sums in registers.
#define BY_WIDTH(name, ...)                                                                                            \
    switch (width) {                                                                                                   \
        case 1: name(1, __VA_ARGS__); break;                                                                           \
        case 2: name(2, __VA_ARGS__); break;                                                                           \
        case 4: name(4, __VA_ARGS__); break;                                                                           \
        case 8: name(8, __VA_ARGS__); break;                                                                           \
        case 16: name(16, __VA_ARGS__); break;                                                                         \
        case 32: name(32, __VA_ARGS__); break;                                                                         \
        case 64: name(64, __VA_ARGS__); break;                                                                         \
        default: name(width, __VA_ARGS__);                                                                             \
    }

#define DEFINE(T, S)                                                                                                   \
    typedef T Row_##S __attribute__((vector_size(8 * sizeof(T)), aligned(sizeof(T)), may_alias));                      \
                                                                                                                       \
    INLINE void gather_##S(const long whole, SHAPE, const T *a, const T *x, T *y, int adds) {                          \
        long channels = heads * whole;                                                                                 \
        for (; patches > 0; patches--, a += points * a_point, x += points * channels, y += tokens * channels)          \
            for (long token = 0; token < tokens; token++) PARTS {                                                      \
                    const T *weight = a + token * a_token + head, *value = x + first;                                  \
                    T *result = y + token * channels + first, sum[MOST];                                               \
                    EACH(i) sum[i] = adds ? result[i] : 0;                                                             \
                    for (long point = 0; point < points; point++)                                                      \
                        EACH(i) sum[i] += weight[point * a_point] * value[point * channels + i];                       \
                    EACH(i) result[i] = sum[i];                                                                        \
                }                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    INLINE void spread_##S(const long whole, SHAPE, const T *a, const T *z, T *y, int adds) {                          \
        long channels = heads * whole;                                                                                 \
        for (; patches > 0; patches--, a += points * a_point, z += tokens * channels, y += points * channels)          \
            for (long point = 0; point < points; point++) PARTS {                                                      \
                    const T *weight = a + point * a_point + head, *value = z + first;                                  \
                    T *result = y + point * channels + first, sum[MOST];                                               \
                    EACH(i) sum[i] = adds ? result[i] : 0;                                                             \
                    for (long token = 0; token < tokens; token++)                                                      \
                        EACH(i) sum[i] += weight[token * a_token] * value[token * channels + i];                       \
                    EACH(i) result[i] = sum[i];                                                                        \
                }                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    INLINE void match_##S(const long width, SHAPE, T *a, const T *x, const T *z) {                                     \
        long channels = heads * width;                                                                                 \
        for (; patches > 0; patches--, a += points * a_point, x += points * channels, z += tokens * channels)          \
            for (long point = 0; point < points; point++)                                                              \
                for (long token = 0; token < tokens; token++)                                                          \
                    for (long head = 0; head < heads; head++) {                                                        \
                        const T *p = x + point * channels + head * width, *q = z + token * channels + head * width;    \
                        Row_##S sums = {0};                                                                            \
                        T sum = 0;                                                                                     \
                        if (width % 8 == 0) {                                                                          \
                            for (long i = 0; i < width; i += 8)                                                        \
                                sums += *(const Row_##S *)(p + i) * *(const Row_##S *)(q + i);                         \
                            for (int half = 4; half > 0; half /= 2)                                                    \
                                for (int i = 0; i < half; i++) sums[i] += sums[i + half];                              \
                            sum = sums[0];                                                                             \
                        } else {                                                                                       \
                            for (long i = 0; i < width; i++) sum += p[i] * q[i];                                       \
                        }                                                                                              \
                        a[point * a_point + token * a_token + head] = sum;                                             \
                    }                                                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_gather_heads_##S(SHAPE, long width, const T *a, const T *x, T *y, int adds) {                 \
        BY_WIDTH(gather_##S, SIZES, a, x, y, adds)                                                                     \
    }                                                                                                                  \
    KERNEL void ckernels_spread_heads_##S(SHAPE, long width, const T *a, const T *z, T *y, int adds) {                 \
        BY_WIDTH(spread_##S, SIZES, a, z, y, adds)                                                                     \
    }                                                                                                                  \
    KERNEL void ckernels_match_heads_##S(SHAPE, long width, T *a, const T *x, const T *z) {                            \
        BY_WIDTH(match_##S, SIZES, a, x, z)                                                                            \
    }

DEFINE(float, f)
DEFINE(double, d)
