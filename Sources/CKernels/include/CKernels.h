#ifndef PDEKIT_CKERNELS_H
#define PDEKIT_CKERNELS_H

/// The x86-64 instruction level that vector kernels run at on this processor: 4 (AVX-512), 3 (AVX2 and FMA), or 1.
int ckernels_instruction_level(void);

/// Kernels for `float` and `double`. Arrays may be the same but must not overlap otherwise; n is a number of values. `function`
/// and `operation` are the codes of Swift's `UnaryFunction`, `Activation` and `BinaryOperation`.
#define CKERNELS_DECLARE(T, S)                                                                                         \
    void ckernels_map_##S(int function, const T *x, T *y, long n);                                                     \
    void ckernels_slope_##S(int activation, const T *z, const T *g, T *y, long n);                                     \
    void ckernels_combine_##S(int operation, const T *a, const T *b, T *y, long n);                                    \
    void ckernels_combine_scalar_##S(int operation, int reversed, const T *a, T b, T *y, long n);                      \
    void ckernels_combine_row_##S(int operation, int reversed, const T *x, const T *v, T *y, long rows, long columns); \
    void ckernels_affine_##S(T factor, const T *x, T summand, T *y, long n);                                           \
    void ckernels_add_scaled_##S(T factor, const T *x, T *y, long n);                                                  \
    double ckernels_sum_##S(const T *x, long n);                                                                       \
    double ckernels_sum_of_squares_##S(const T *x, long n);                                                            \
    T ckernels_maximum_##S(const T *x, long n);                                                                        \
    void ckernels_add_column_sums_##S(const T *x, T *y, long rows, long columns);                                      \
    void ckernels_adam_##S(T *p, const T *g, T *m, T *v, long n, T scale, T coupled, T decay, T rate, T beta1, T beta2, \
                           T correction, T epsilon);                                                                   \
    void ckernels_average_##S(T *average, const T *p, long n, T weight);                                               \
    void ckernels_softmax_##S(const T *x, T *y, long outer, long count, long inner);                                   \
    void ckernels_softmax_slope_##S(const T *y, const T *g, T *z, long outer, long count, long inner);                 \
    void ckernels_maximum_share_##S(const T *x, const T *y, const T *g, T *z, long outer, long count, long inner,      \
                                    int spreads);                                                                      \
    void ckernels_series_##S(const T *sine, const T *cosine, const T *a, const T *b, T *y, long rows, long channels,   \
                             long terms);                                                                              \
    void ckernels_series_slope_##S(const T *sine, const T *cosine, const T *g, const T *a, const T *b, T frequency,    \
                                   T *x, T *da, T *db, long rows, long channels, long terms);                          \
    void ckernels_normalize_rows_##S(const T *x, const T *scale, const T *shift, T *statistics, T *y, long rows,       \
                                     long columns, T epsilon);                                                         \
    void ckernels_normalize_rows_slope_##S(const T *g, const T *x, const T *scale, const T *statistics, T *dx,         \
                                           T *dscale, T *dshift, long rows, long columns);                             \
    void ckernels_symmetric_parts_##S(const T *w, T *symmetric, T *antisymmetric, long n);

CKERNELS_DECLARE(float, f)
CKERNELS_DECLARE(double, d)
#undef CKERNELS_DECLARE

#endif
