#include <lmdb.h>

#if defined(__linux__)
#include <pthread.h>
#include <sys/statfs.h>
// glibc declares it only with _GNU_SOURCE, which the module of the C library is built without.
int pthread_setname_np(pthread_t thread, const char *name);
#endif
