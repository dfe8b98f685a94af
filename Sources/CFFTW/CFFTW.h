#ifndef PDEKIT_CFFTW_H
#define PDEKIT_CFFTW_H

#include <fftw3.h>

#endif
