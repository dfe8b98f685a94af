// Limits OpenBLAS to one thread before any test runs: how many it has decides about last bits, and is a setting of the whole process that no
// suite may change while others compute.
extern void openblas_set_num_threads(int count);

__attribute__((constructor)) static void limit_threads(void) { openblas_set_num_threads(1); }
