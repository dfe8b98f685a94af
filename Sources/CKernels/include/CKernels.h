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
    void ckernels_scale_rows_##S(const T *x, const T *factor, const T *summand, T *y, long rows, long columns);        \
    void ckernels_combine_rows_##S(const T *a, const T *factor, const T *b, const T *other, const T *summand, T *y,    \
                                   long rows, long columns);                                                           \
    void ckernels_add_column_squares_##S(const T *x, const T *mean, T *y, long rows, long columns);                    \
    void ckernels_add_column_products_##S(const T *g, const T *x, const T *mean, T *sums, T *products, long rows,      \
                                          long columns);                                                               \
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
    void ckernels_gather_heads_##S(long patches, long points, long tokens, long heads, long a_point, long a_token,     \
                                   long width, const T *a, const T *x, T *y, int adds);                                \
    void ckernels_spread_heads_##S(long patches, long points, long tokens, long heads, long a_point, long a_token,     \
                                   long width, const T *a, const T *z, T *y, int adds);                                \
    void ckernels_match_heads_##S(long patches, long points, long tokens, long heads, long a_point, long a_token,      \
                                  long width, T *a, const T *x, const T *z);                                           \
    void ckernels_momentum_##S(T *m, const T *g, T *x, long n, T scale, T weight);                                     \
    void ckernels_normalize_rows_##S(const T *x, const T *scale, const T *shift, T *statistics, T *y, long rows,       \
                                     long columns, T epsilon);                                                         \
    void ckernels_normalize_rows_slope_##S(const T *g, const T *x, const T *scale, const T *statistics, T *dx,         \
                                           T *dscale, T *dshift, long rows, long columns);                             \
    void ckernels_symmetric_parts_##S(const T *w, T *transposed, T *symmetric, T *antisymmetric, long n);              \
    void ckernels_activate_jets_##S(int activation, T *z, const T *bias, T *a, T *slope, T *bend, long channels,       \
                                    long directions, long n);                                                          \
    void ckernels_activate_jets_slope_##S(const T *z, const T *slope, const T *bend, T *g, T *bias, long channels,     \
                                          long directions, long n);

CKERNELS_DECLARE(float, f)
CKERNELS_DECLARE(double, d)
#undef CKERNELS_DECLARE

/// Convolutions by tiles of 4 results an axis: see `tiles.c` and Swift's `TileScalar`. Matrices lie `part` values apart; each holds
/// panels, `panel` values apart, of 64 bytes of neighbouring channels for every tile. `rows` and `columns` are the field's points that
/// the tiles see or give, -1 for none; `line` is the number of values from a row to the next.
#define CKERNELS_DECLARE_TILES(T, S)                                                                                   \
    void ckernels_tile_values_##S(const T *x, long line, const long *rows,                                             \
                                  const long *columns, long tiles, long channels, int is_plane, T *v, long part,       \
                                  long panel);                                                                         \
    void ckernels_tile_slopes_##S(const T *g, long line, const long *rows,                                             \
                                  const long *columns, long tiles, long channels, int is_plane, T *z, long part,       \
                                  long panel);                                                                         \
    void ckernels_tile_results_##S(const T *m, long part, long panel, const T *bias,                                   \
                                   T *y, long line, const long *rows, const long *columns, long tiles, long channels,  \
                                   int is_plane, int sums_pairs);                                                      \
    void ckernels_tile_weights_##S(const T *w, long plane, long inputs, long outputs,                                  \
                                   int is_plane, T *u, long part, long panel);                                         \
    void ckernels_tile_weight_slopes_##S(const T *u, long part, long panel, T *w,                                      \
                                         long plane, long inputs, long outputs, int is_plane);                         \
    void ckernels_tile_product_##S(const T *v, long v_panel, long v_panels, const T *u,                                \
                                   long u_panel, T *m, long m_panel, long tiles, long panels);                         \
    void ckernels_tile_correlation_##S(const T *v, long v_panel, long v_panels,                                        \
                                       const T *z, long z_panel, long panels, T *u, long u_panel, long tiles,          \
                                       int adds);

CKERNELS_DECLARE_TILES(float, f)
CKERNELS_DECLARE_TILES(double, d)
#undef CKERNELS_DECLARE_TILES

#endif
