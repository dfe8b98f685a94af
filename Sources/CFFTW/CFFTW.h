#ifndef PDEKIT_CFFTW_H
#define PDEKIT_CFFTW_H

#include <fftw3.h>

/// FFTW's version text, such as "fftw-3.3.10-sse2-avx". Swift cannot import `fftw_version`, an array of unknown length.
static inline const char *cfftw_version(void) { return fftw_version; }

#endif
