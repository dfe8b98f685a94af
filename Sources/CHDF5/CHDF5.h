#ifndef PDEKIT_CHDF5_H
#define PDEKIT_CHDF5_H

#include <hdf5.h>

#endif
