#ifndef PDEKIT_CALLOCATIONCOUNTER_H
#define PDEKIT_CALLOCATIONCOUNTER_H

/// Heap allocations (malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign) that the calling thread has made.
long allocation_count(void);

#endif
