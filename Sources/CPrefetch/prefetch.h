#ifndef CASEFILE_PREFETCH_H
#define CASEFILE_PREFETCH_H

// Asks the processor for memory that will be read soon; any address is allowed, and nothing is read.
// Swift has no word for it.
static inline void casefile_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
