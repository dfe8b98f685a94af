#ifndef PDEKIT_COPENBLAS_H
#define PDEKIT_COPENBLAS_H

#include <cblas.h>
#include <stddef.h>

// LAPACK by its Fortran symbols, which take every argument by address and the length of each character argument, by
// value, at the end. The functions `lapack_…` take sizes by value and return LAPACK's `info`. Matrices are column-major.
#define PDEKIT_LAPACK(p, real)                                                                                         \
    void p##potrf_(const char *, const blasint *, real *, const blasint *, blasint *, size_t);                         \
    void p##getrf_(const blasint *, const blasint *, real *, const blasint *, blasint *, blasint *);                   \
    void p##gtsv_(const blasint *, const blasint *, real *, real *, real *, real *, const blasint *, blasint *);       \
    void p##syevd_(const char *, const char *, const blasint *, real *, const blasint *, real *, real *,               \
                   const blasint *, blasint *, const blasint *, blasint *, size_t, size_t);                            \
    void p##gels_(const char *, const blasint *, const blasint *, const blasint *, real *, const blasint *, real *,    \
                  const blasint *, real *, const blasint *, blasint *, size_t);                                        \
    void p##gesdd_(const char *, const blasint *, const blasint *, real *, const blasint *, real *, real *,            \
                   const blasint *, real *, const blasint *, real *, const blasint *, blasint *, blasint *, size_t);   \
    void p##gelqf_(const blasint *, const blasint *, real *, const blasint *, real *, real *, const blasint *,         \
                   blasint *);                                                                                         \
    void p##orglq_(const blasint *, const blasint *, const blasint *, real *, const blasint *, const real *, real *,   \
                   const blasint *, blasint *);                                                                        \
                                                                                                                       \
    static inline blasint lapack_##p##potrf(char uplo, blasint n, real *a, blasint lda) {                              \
        blasint info = 0;                                                                                              \
        p##potrf_(&uplo, &n, a, &lda, &info, 1);                                                                       \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##getrf(blasint m, blasint n, real *a, blasint lda, blasint *pivots) {             \
        blasint info = 0;                                                                                              \
        p##getrf_(&m, &n, a, &lda, pivots, &info);                                                                     \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##gtsv(blasint n, blasint nrhs, real *lower, real *diagonal, real *upper, real *b, \
                                           blasint ldb) {                                                              \
        blasint info = 0;                                                                                              \
        p##gtsv_(&n, &nrhs, lower, diagonal, upper, b, &ldb, &info);                                                   \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##syevd(char job, char uplo, blasint n, real *a, blasint lda, real *w, real *work, \
                                            blasint lwork, blasint *iwork, blasint liwork) {                           \
        blasint info = 0;                                                                                              \
        p##syevd_(&job, &uplo, &n, a, &lda, w, work, &lwork, iwork, &liwork, &info, 1, 1);                             \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##gels(char trans, blasint m, blasint n, blasint nrhs, real *a, blasint lda,       \
                                           real *b, blasint ldb, real *work, blasint lwork) {                          \
        blasint info = 0;                                                                                              \
        p##gels_(&trans, &m, &n, &nrhs, a, &lda, b, &ldb, work, &lwork, &info, 1);                                     \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##gesdd(char job, blasint m, blasint n, real *a, blasint lda, real *s, real *u,    \
                                            blasint ldu, real *vt, blasint ldvt, real *work, blasint lwork,            \
                                            blasint *iwork) {                                                          \
        blasint info = 0;                                                                                              \
        p##gesdd_(&job, &m, &n, a, &lda, s, u, &ldu, vt, &ldvt, work, &lwork, iwork, &info, 1);                        \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##gelqf(blasint m, blasint n, real *a, blasint lda, real *tau, real *work,         \
                                            blasint lwork) {                                                           \
        blasint info = 0;                                                                                              \
        p##gelqf_(&m, &n, a, &lda, tau, work, &lwork, &info);                                                          \
        return info;                                                                                                   \
    }                                                                                                                  \
    static inline blasint lapack_##p##orglq(blasint m, blasint n, blasint k, real *a, blasint lda, const real *tau,    \
                                            real *work, blasint lwork) {                                               \
        blasint info = 0;                                                                                              \
        p##orglq_(&m, &n, &k, a, &lda, tau, work, &lwork, &info);                                                      \
        return info;                                                                                                   \
    }

PDEKIT_LAPACK(s, float)
PDEKIT_LAPACK(d, double)

void dgees_(const char *, const char *, blasint (*)(const double *, const double *), const blasint *, double *,
            const blasint *, blasint *, double *, double *, double *, const blasint *, double *, const blasint *,
            blasint *, blasint *, size_t, size_t);
void dtrsyl_(const char *, const char *, const blasint *, const blasint *, const blasint *, const double *,
             const blasint *, const double *, const blasint *, double *, const blasint *, double *, blasint *, size_t,
             size_t);

// a = vs t vsᵀ, with t in the place of a.
static inline blasint lapack_dgees(blasint n, double *a, blasint lda, double *wr, double *wi, double *vs, blasint ldvs,
                                   double *work, blasint lwork) {
    blasint info = 0, sdim = 0;
    dgees_("V", "N", NULL, &n, a, &lda, &sdim, wr, wi, vs, &ldvs, work, &lwork, NULL, &info, 1, 1);
    return info;
}

// aᵀ x + x b = scale c, with x in the place of c.
static inline blasint lapack_dtrsyl(blasint m, blasint n, const double *a, blasint lda, const double *b, blasint ldb,
                                    double *c, blasint ldc, double *scale) {
    blasint info = 0, sign = 1;
    dtrsyl_("T", "N", &sign, &m, &n, a, &lda, b, &ldb, c, &ldc, scale, &info, 1, 1);
    return info;
}
#undef PDEKIT_LAPACK

// What OpenBLAS itself calls before a fork; it makes its threads again when it needs them. Builds without threads lack it.
int blas_thread_shutdown_(void) __attribute__((weak));

static inline void openblas_end_threads(void) {
    if (blas_thread_shutdown_) blas_thread_shutdown_();
}

#endif
