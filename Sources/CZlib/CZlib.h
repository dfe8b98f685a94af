#ifndef PDEKIT_CZLIB_H
#define PDEKIT_CZLIB_H

#include <zlib.h>

#endif
