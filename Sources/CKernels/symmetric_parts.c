#include "CKernels.h"

// See vector_math.c: every kernel is compiled for three instruction levels.
#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

// A block of 8 x 8 numbers is transposed in registers: neighbours change places first, then pairs, then fours.
#define EIGHT(index) for (int index = 0; index < 8; index++)
#define TRANSPOSE                                                                                                      \
    for (int i = 0; i < 8; i += 2) {                                                                                   \
        next[i] = __builtin_shufflevector(block[i], block[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);                          \
        next[i + 1] = __builtin_shufflevector(block[i], block[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);                      \
    }                                                                                                                  \
    for (int half = 0; half < 8; half += 4)                                                                            \
        for (int i = half; i < half + 2; i++) {                                                                        \
            block[i] = __builtin_shufflevector(next[i], next[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);                        \
            block[i + 2] = __builtin_shufflevector(next[i], next[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);                  \
        }                                                                                                              \
    for (int i = 0; i < 4; i++) {                                                                                      \
        next[i] = __builtin_shufflevector(block[i], block[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);                           \
        next[i + 4] = __builtin_shufflevector(block[i], block[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);                     \
    }

#define DEFINE(T, S)                                                                                                   \
    typedef T Row_##S __attribute__((vector_size(8 * sizeof(T)), aligned(sizeof(T))));                                 \
                                                                                                                       \
    KERNEL void ckernels_symmetric_parts_##S(const T *w, T *transposed, T *symmetric, T *antisymmetric, long n) {      \
        long whole = n / 8 * 8;                                                                                        \
        for (long row = 0; row < whole; row += 8)                                                                      \
            for (long column = 0; column < whole; column += 8) {                                                       \
                Row_##S block[8], next[8];                                                                             \
                EIGHT(i) block[i] = *(const Row_##S *)(w + (column + i) * n + row);                                    \
                TRANSPOSE                                                                                              \
                EIGHT(i) {                                                                                             \
                    long place = (row + i) * n + column;                                                               \
                    Row_##S value = *(const Row_##S *)(w + place);                                                     \
                    *(Row_##S *)(transposed + place) = next[i];                                                        \
                    *(Row_##S *)(symmetric + place) = (T)0.5 * (value + next[i]);                                      \
                    *(Row_##S *)(antisymmetric + place) = (T)0.5 * (value - next[i]);                                  \
                }                                                                                                      \
            }                                                                                                          \
        for (long row = 0; row < n; row++)                                                                             \
            for (long column = row < whole ? whole : 0; column < n; column++) {                                        \
                transposed[row * n + column] = w[column * n + row];                                                    \
                symmetric[row * n + column] = (T)0.5 * (w[row * n + column] + w[column * n + row]);                    \
                antisymmetric[row * n + column] = (T)0.5 * (w[row * n + column] - w[column * n + row]);                \
            }                                                                                                          \
    }

DEFINE(float, f)
DEFINE(double, d)
