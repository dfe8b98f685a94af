#ifndef PDEKIT_COPENBLAS_H
#define PDEKIT_COPENBLAS_H

#include <cblas.h>

#endif
