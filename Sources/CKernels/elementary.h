// Elementary functions of one value, written so that a loop over them becomes vector code: no branches, no calls.
//
// Single precision. Errors are below 3e-7, relative where the function has no zero of its own there, absolute for what
// saturates (the normal distribution function and what is made of it: 1e-7 |x| for GELU). Rational approximations are odd in x, x P(x²) / Q(x²),
// fitted to the function on the interval given by least squares with Lawson weights.

#ifndef PDEKIT_ELEMENTARY_H
#define PDEKIT_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE float bits_to_float(int32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

INLINE int32_t float_to_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

INLINE float clamped(float x, float limit) {
    x = x > limit ? limit : x;
    return x < -limit ? -limit : x;
}

// 2ⁿ eʳ with |r| ≤ ln 2 / 2 and a Taylor polynomial of degree 7; the power of two in two factors, so that results below the
// normal range come out gradually.
INLINE float exp_f(float x) {
    float c = x > 89.0f ? 89.0f : x;
    c = c < -104.0f ? -104.0f : c;
    float n = __builtin_rintf(c * 1.44269504088896341f);
    float r = c - n * 0.693145751953125f;
    r = r - n * 1.42860682030941723e-6f;
    float p = 1.98412698e-4f;
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r * r + r + 1.0f;
    int32_t k = (int32_t)n;
    int32_t half = k >> 1;
    float y = p * bits_to_float((half + 127) << 23) * bits_to_float((k - half + 127) << 23);
    return x != x ? x : y;
}

// log(2ⁿ m) = n ln 2 + 2 atanh((m − 1) / (m + 1)) with √½ < m ≤ √2.
INLINE float log_f(float x) {
    int is_small = x < 1.17549435e-38f;
    float scaled = is_small ? x * 8388608.0f : x;
    int32_t bits = float_to_bits(scaled);
    int32_t n = (bits - 0x3f3504f3) >> 23;
    float m = bits_to_float(bits - n * 8388608);
    float e = (float)n - (is_small ? 23.0f : 0.0f);
    float s = (m - 1.0f) / (m + 1.0f);
    float t = s * s;
    float p = 0.2222222f;
    p = p * t + 0.28571430f;
    p = p * t + 0.4f;
    p = p * t + 0.66666667f;
    p = p * t + 2.0f;
    float y = e * 0.693145751953125f + (s * p + e * 1.42860682030941723e-6f);
    y = x == 0.0f ? -INFINITY : y;
    y = x < 0.0f ? NAN : y;
    y = x == INFINITY ? x : y;
    return x != x ? x : y;
}

// |x| ≤ 8.3, beyond which the result rounds to ±1.
INLINE float tanh_f(float x) {
    float c = clamped(x, 8.3f);
    float t = c * c;
    float p = -1.382433788e-11f;
    p = p * t + 3.268420891e-08f;
    p = p * t + 2.885764530e-05f;
    p = p * t + 3.909917271e-03f;
    p = p * t + 1.371298001e-01f;
    p = p * t + 9.999999995e-01f;
    float q = 1.347450009e-06f;
    q = q * t + 4.012328748e-04f;
    q = q * t + 2.739763563e-02f;
    q = q * t + 4.704631282e-01f;
    q = q * t + 1.0f;
    float y = clamped(c * p / q, 1.0f);
    y = x >= 8.3f ? 1.0f : y;
    y = x <= -8.3f ? -1.0f : y;
    return x != x ? x : y;
}

// |x| ≤ 3.92, beyond which the result rounds to ±1.
INLINE float erf_f(float x) {
    float c = clamped(x, 3.92f);
    float t = c * c;
    float p = 2.050257303e-06f;
    p = p * t + 2.848697023e-04f;
    p = p * t + 3.764887799e-03f;
    p = p * t + 5.274645107e-02f;
    p = p * t + 1.903889818e-01f;
    p = p * t + 1.128379146e+00f;
    float q = 3.809281787e-05f;
    q = q * t + 1.162365851e-03f;
    q = q * t + 1.496774137e-02f;
    q = q * t + 1.141019233e-01f;
    q = q * t + 5.020605855e-01f;
    q = q * t + 1.0f;
    float y = clamped(c * p / q, 1.0f);
    return x != x ? x : y;
}

// Φ(x) − ½ for |x| ≤ 5.5; beyond, the result is ±½.
INLINE float normal_minus_half_f(float x) {
    float c = clamped(x, 5.5f);
    float t = c * c;
    float p = 2.275086325e-08f;
    p = p * t + 6.351826912e-06f;
    p = p * t + 1.687972014e-04f;
    p = p * t + 4.677085256e-03f;
    p = p * t + 3.384995335e-02f;
    p = p * t + 3.989422348e-01f;
    float q = 1.197526566e-06f;
    q = q * t + 7.363789851e-05f;
    q = q * t + 1.884283438e-03f;
    q = q * t + 2.864430370e-02f;
    q = q * t + 2.515151707e-01f;
    q = q * t + 1.0f;
    float y = c * p / q;
    y = x >= 5.5f ? 0.5f : y;
    return x <= -5.5f ? -0.5f : y;
}

INLINE float gelu_f(float x) { return x * (0.5f + normal_minus_half_f(x)); }

// Φ(x) + x φ(x) − ½ is odd as well; |x| ≤ 5.8.
INLINE float gelu_derivative_f(float x) {
    float c = clamped(x, 5.8f);
    float t = c * c;
    float p = 1.582955884e-08f;
    p = p * t + 7.503534837e-07f;
    p = p * t + 3.407409915e-05f;
    p = p * t + 1.372303249e-04f;
    p = p * t + 1.400029980e-02f;
    p = p * t - 2.600128530e-02f;
    p = p * t + 7.978845429e-01f;
    float q = 1.286411649e-09f;
    q = q * t + 2.924770507e-07f;
    q = q * t + 9.453685321e-06f;
    q = q * t + 2.290018362e-04f;
    q = q * t + 3.785240361e-03f;
    q = q * t + 4.279588739e-02f;
    q = q * t + 3.007453269e-01f;
    q = q * t + 1.0f;
    float y = 0.5f + c * p / q;
    y = x >= 5.8f ? 1.0f : y;
    y = x <= -5.8f ? 0.0f : y;
    return x != x ? x : y;
}

INLINE float sigmoid_f(float x) { return 1.0f / (1.0f + exp_f(-x)); }

// max(x, 0) + log(1 + e) with e = e^{−|x|}, where log(1 + e) is taken from 1 + e and corrected for its rounding.
INLINE float softplus_f(float x) {
    float e = exp_f(x > 0.0f ? -x : x);
    float one = 1.0f + e;
    float rest = e - (one - 1.0f);
    return (x > 0.0f ? x : 0.0f) + log_f(one) + rest / one;
}

// Reduced by multiples of π/2 in three parts (Cody & Waite 1980), good to |x| ≤ 8192; callers take larger ones elsewhere.
INLINE float sine_f(float x, int32_t quarter) {
    float n = __builtin_rintf(x * 0.636619772367581343f);
    float r = x - n * 1.5703125f;
    r = r - n * 4.837512969970703125e-4f;
    r = r - n * 7.54978995489188216e-8f;
    int32_t k = (int32_t)n + quarter;
    float t = r * r;
    float s = 2.75573192e-6f;
    s = s * t - 1.98412698e-4f;
    s = s * t + 8.33333333e-3f;
    s = s * t - 1.66666667e-1f;
    s = s * t * r + r;
    float c = -2.75573192e-7f;
    c = c * t + 2.48015873e-5f;
    c = c * t - 1.38888889e-3f;
    c = c * t + 4.16666667e-2f;
    c = c * t - 0.5f;
    c = c * t + 1.0f;
    float y = k & 1 ? c : s;
    return k & 2 ? -y : y;
}

INLINE float sin_f(float x) { return sine_f(x, 0); }
INLINE float cos_f(float x) { return sine_f(x, 1); }

// Double precision: the C library's, which is exact to about a rounding; training runs in single precision.

INLINE double exp_d(double x) { return exp(x); }
INLINE double log_d(double x) { return log(x); }
INLINE double sin_d(double x) { return sin(x); }
INLINE double cos_d(double x) { return cos(x); }
INLINE double tanh_d(double x) { return tanh(x); }
INLINE double erf_d(double x) { return erf(x); }
INLINE double gelu_d(double x) { return 0.5 * x * erfc(-x * 0.70710678118654752440); }
INLINE double gelu_derivative_d(double x) {
    return 0.5 * erfc(-x * 0.70710678118654752440) + x * exp(-0.5 * x * x) * 0.39894228040143267794;
}
INLINE double sigmoid_d(double x) { return 1.0 / (1.0 + exp(-x)); }
INLINE double softplus_d(double x) { return (x > 0.0 ? x : 0.0) + log1p(exp(x > 0.0 ? -x : x)); }

// Not the library's, which reports errors one value at a time.
INLINE float sqrt_f(float x) { return __builtin_elementwise_sqrt(x); }
INLINE double sqrt_d(double x) { return __builtin_elementwise_sqrt(x); }

#endif
