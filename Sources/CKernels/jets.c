#include "CKernels.h"

#include "elementary.h"

// Activations of jets: of values and their derivatives along some directions. With a = σ(z) a derivative ż becomes σ'(z) ż, and the
// reverse sweep over both needs σ'' as well: dz = σ' da + σ'' Σ ż dȧ, dż = σ' dȧ.

#define KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define EACH _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < n; i++)

// The library's functions of doubles, and the sums at the oldest instruction level, stay scalar.
#pragma clang diagnostic ignored "-Wpass-failed"

// Particles that are taken side by side; sums over particles run in as many lanes.
enum { LANES = 16 };
#define LANE for (int l = 0; l < LANES; l++)

#define DEFINE(T, S)                                                                                                   \
    KERNEL void ckernels_activate_jets_##S(int activation, T *z, const T *bias, T *a, T *slope, T *bend,               \
                                           long channels, long directions, long n) {                                   \
        for (long channel = 0; channel < channels; channel++) {                                                        \
            T b = bias[channel];                                                                                       \
            switch (activation) {                                                                                      \
            case 0:                                                                                                    \
                EACH {                                                                                                 \
                    z[i] += b;                                                                                         \
                    T s = sigmoid_##S(z[i]), rest = 1 - s;                                                             \
                    a[i] = z[i] * s;                                                                                   \
                    slope[i] = s * (1 + z[i] * rest);                                                                  \
                    bend[i] = s * rest * (2 + z[i] * (rest - s));                                                      \
                }                                                                                                      \
                break;                                                                                                 \
            case 1:                                                                                                    \
                EACH {                                                                                                 \
                    z[i] += b;                                                                                         \
                    a[i] = tanh_##S(z[i]);                                                                             \
                    slope[i] = 1 - a[i] * a[i];                                                                        \
                    bend[i] = -2 * a[i] * slope[i];                                                                    \
                }                                                                                                      \
                break;                                                                                                 \
            default:                                                                                                   \
                EACH {                                                                                                 \
                    z[i] += b;                                                                                         \
                    T part = 1 / (1 + (z[i] < 0 ? -z[i] : z[i]));                                                      \
                    a[i] = z[i] * part;                                                                                \
                    slope[i] = part * part;                                                                            \
                    bend[i] = (z[i] < 0 ? 2 : -2) * part * slope[i];                                                   \
                }                                                                                                      \
            }                                                                                                          \
            for (long k = 1; k <= directions; k++) EACH a[k * n + i] = slope[i] * z[k * n + i];                        \
            z += (1 + directions) * n;                                                                                 \
            a += (1 + directions) * n;                                                                                 \
            slope += n;                                                                                                \
            bend += n;                                                                                                 \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    KERNEL void ckernels_activate_jets_slope_##S(const T *z, const T *slope, const T *bend, T *g, T *bias,             \
                                                 long channels, long directions, long n) {                             \
        for (long channel = 0; channel < channels; channel++) {                                                        \
            T total[LANES] = {0};                                                                                      \
            for (long i = 0; i < n; i += LANES) {                                                                      \
                T sum[LANES] = {0};                                                                                    \
                for (long k = 1; k <= directions; k++)                                                                 \
                    LANE {                                                                                             \
                        long place = k * n + i + l;                                                                    \
                        sum[l] += g[place] * z[place];                                                                 \
                        g[place] *= slope[i + l];                                                                      \
                    }                                                                                                  \
                LANE {                                                                                                 \
                    g[i + l] = g[i + l] * slope[i + l] + sum[l] * bend[i + l];                                         \
                    total[l] += g[i + l];                                                                              \
                }                                                                                                      \
            }                                                                                                          \
            LANE bias[channel] += total[l];                                                                            \
            z += (1 + directions) * n;                                                                                 \
            g += (1 + directions) * n;                                                                                 \
            slope += n;                                                                                                \
            bend += n;                                                                                                 \
        }                                                                                                              \
    }

DEFINE(float, f)
DEFINE(double, d)
