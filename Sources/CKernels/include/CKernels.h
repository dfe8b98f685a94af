#ifndef PDEKIT_CKERNELS_H
#define PDEKIT_CKERNELS_H

/// The x86-64 instruction level that vector kernels run at on this processor: 4 (AVX-512), 3 (AVX2 and FMA), or 1.
int ckernels_instruction_level(void);

#endif
