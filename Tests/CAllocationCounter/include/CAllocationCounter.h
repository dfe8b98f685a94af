#ifndef PDEKIT_CALLOCATIONCOUNTER_H
#define PDEKIT_CALLOCATIONCOUNTER_H

/// Heap allocations (malloc, calloc, realloc, aligned_alloc, posix_memalign, memalign) that the calling thread has made.
long allocation_count(void);

/// Bytes that the calling thread has taken and not freed, and the most of them since `allocation_forget_peak`; what one thread
/// takes and another frees counts with both.
long allocation_live_bytes(void);
long allocation_peak_bytes(void);
void allocation_forget_peak(void);

#endif
