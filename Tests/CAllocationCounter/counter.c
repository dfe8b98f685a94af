// Takes the place of the C library's allocation functions in a test program and counts the calls and bytes of each thread.
#include "CAllocationCounter.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static __thread long calls __attribute__((tls_model("initial-exec")));
static __thread long live __attribute__((tls_model("initial-exec")));
static __thread long peak __attribute__((tls_model("initial-exec")));

long allocation_count(void) { return calls; }

long allocation_live_bytes(void) { return live; }

long allocation_peak_bytes(void) { return peak; }

void allocation_forget_peak(void) { peak = live; }

static void *taken(void *memory) {
    calls++;
    live += (long)malloc_usable_size(memory);
    if (live > peak) peak = live;
    return memory;
}

void *malloc(size_t size) { return taken(__libc_malloc(size)); }

void *calloc(size_t count, size_t size) { return taken(__libc_calloc(count, size)); }

void *realloc(void *old, size_t size) {
    long before = (long)malloc_usable_size(old);
    void *memory = __libc_realloc(old, size);
    if (memory || size == 0) live -= before;
    return taken(memory);
}

void *memalign(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return taken(__libc_memalign(alignment, size)); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    *result = taken(__libc_memalign(alignment, size));
    return *result ? 0 : ENOMEM;
}

void free(void *memory) {
    live -= (long)malloc_usable_size(memory);
    __libc_free(memory);
}
