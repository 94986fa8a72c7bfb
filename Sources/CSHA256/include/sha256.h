#ifndef CASEFILE_SHA256_H
#define CASEFILE_SHA256_H

#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4), without an allocation: by the SHA instructions of x86-64 where the processor
// has them, else by plain C.

/// The hash of a message by plain C whatever the processor has, for the tests.
void casefile_sha256_portable(const void *bytes, size_t size, void *digest);

/// A hash in progress; a copy of it goes on by itself.
typedef struct {
  uint32_t state[8];
  uint64_t size;
  uint8_t block[64];
} casefile_sha256;

void casefile_sha256_begin(casefile_sha256 *hash);
void casefile_sha256_add(casefile_sha256 *hash, const void *bytes, size_t size);
void casefile_sha256_end(casefile_sha256 *hash, void *digest);

/// The hash of one byte and the bytes after it.
void casefile_sha256_prefixed(uint8_t prefix, const void *bytes, size_t size, void *digest);

/// The same of two messages at once, in little more time than one takes.
void casefile_sha256_prefixed_two(
    uint8_t prefix, const void *left, size_t left_size, const void *right, size_t right_size,
    void *left_digest, void *right_digest);

/// The hashes of one byte and each 64 bytes in turn; `digests` may be `pairs`.
void casefile_sha256_pairs(uint8_t prefix, const void *pairs, size_t count, void *digests);

/// The state after the whole blocks of one byte and the bytes after it.
void casefile_sha256_prefix_state(
    uint8_t prefix, const void *bytes, size_t size, uint32_t state[8]);

/// The same of two messages at once.
void casefile_sha256_prefix_state_two(
    uint8_t prefix, const void *left, size_t left_size, const void *right, size_t right_size,
    uint32_t left_state[8], uint32_t right_state[8]);

/// The hash of one byte and the bytes after it, of which the state covers the whole blocks of the
/// first `done` bytes.
void casefile_sha256_resume(
    const uint32_t state[8], uint8_t prefix, const void *bytes, size_t done, size_t size,
    void *digest);

/// The same of two messages at once.
void casefile_sha256_resume_two(
    const uint32_t left_state[8], const void *left, size_t left_done, size_t left_size,
    const uint32_t right_state[8], const void *right, size_t right_done, size_t right_size,
    uint8_t prefix, void *left_digest, void *right_digest);

/// HMAC-SHA-256 (RFC 2104) under a key of any size: the states after the inner and the outer key.
void casefile_hmac_begin(const void *key, size_t size, uint32_t inner[8], uint32_t outer[8]);
void casefile_hmac_end(
    const uint32_t inner[8], const uint32_t outer[8], const void *bytes, size_t size,
    void *digest);

/// SHA-256 of 2, a salt, the size of a path in two bytes, the path and a value: a commitment. The
/// salt is the HMAC of the path, of whose key the states are.
void casefile_commitment(
    const uint32_t inner[8], const uint32_t outer[8], const void *path, size_t path_size,
    const void *value, size_t value_size, void *digest);

#endif
