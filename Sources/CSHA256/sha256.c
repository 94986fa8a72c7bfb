#include "sha256.h"

#include <string.h>

static const uint32_t initial_state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// FIPS 180-4, section 4.2.2.
static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, int count) { return word >> count | word << (32 - count); }

// FIPS 180-4, section 6.2.2, for processors without instructions for it.
static void add_blocks_portably(uint32_t state[8], const uint8_t *bytes, size_t count) {
  for (; count > 0; count -= 1, bytes += 64) {
    uint32_t words[64];
    memcpy(words, bytes, 64);
    for (int index = 0; index < 16; index += 1) words[index] = __builtin_bswap32(words[index]);
    for (int index = 16; index < 64; index += 1) {
      const uint32_t early = words[index - 15], late = words[index - 2];
      words[index] = words[index - 16] + words[index - 7] +
                     (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3) +
                     (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int index = 0; index < 64; index += 1) {
      const uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                             ((e & f) ^ (~e & g)) + round_constants[index] + words[index];
      const uint32_t second =
          (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first;
      d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>

static bool has_instructions;

__attribute__((constructor)) static void find_support(void) {
  unsigned a, b, c, d;
  // Leaf 1: SSSE3 and SSE4.1. Leaf 7: SHA.
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 9) || !(c & 1u << 19)) return;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return;
  has_instructions = (b & 1u << 29) != 0;
}

// Four rounds, and the words of the message for four rounds sixteen later.
#define ROUNDS(group, m0, m1, m2, m3)                                                     \
  do {                                                                                    \
    __m128i words = _mm_add_epi32(                                                        \
        m0, _mm_load_si128((const __m128i *)&round_constants[4 * (group)]));              \
    cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);                                      \
    abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0E));             \
    if ((group) < 12) {                                                                   \
      m0 = _mm_sha256msg1_epu32(m0, m1);                                                  \
      m0 = _mm_add_epi32(m0, _mm_alignr_epi8(m3, m2, 4));                                 \
      m0 = _mm_sha256msg2_epu32(m0, m3);                                                  \
    }                                                                                     \
  } while (0)

__attribute__((target("sha,sse4.1,ssse3"))) static void add_blocks_by_instructions(
    uint32_t state[8], const uint8_t *bytes, size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  // The instructions want the state as (a, b, e, f) and (c, d, g, h).
  __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&state[0]), 0xB1);
  __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&state[4]), 0x1B);
  __m128i abef = _mm_alignr_epi8(low, high, 8);
  __m128i cdgh = _mm_blend_epi16(high, low, 0xF0);
  for (; count > 0; count -= 1, bytes += 64) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i m0 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 0)), swap);
    __m128i m1 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16)), swap);
    __m128i m2 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 32)), swap);
    __m128i m3 = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 48)), swap);
    ROUNDS(0, m0, m1, m2, m3);
    ROUNDS(1, m1, m2, m3, m0);
    ROUNDS(2, m2, m3, m0, m1);
    ROUNDS(3, m3, m0, m1, m2);
    ROUNDS(4, m0, m1, m2, m3);
    ROUNDS(5, m1, m2, m3, m0);
    ROUNDS(6, m2, m3, m0, m1);
    ROUNDS(7, m3, m0, m1, m2);
    ROUNDS(8, m0, m1, m2, m3);
    ROUNDS(9, m1, m2, m3, m0);
    ROUNDS(10, m2, m3, m0, m1);
    ROUNDS(11, m3, m0, m1, m2);
    ROUNDS(12, m0, m1, m2, m3);
    ROUNDS(13, m1, m2, m3, m0);
    ROUNDS(14, m2, m3, m0, m1);
    ROUNDS(15, m3, m0, m1, m2);
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  low = _mm_shuffle_epi32(abef, 0x1B);
  high = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)&state[0], _mm_blend_epi16(low, high, 0xF0));
  _mm_storeu_si128((__m128i *)&state[4], _mm_alignr_epi8(high, low, 8));
}

// The same of two messages in turns. Each round waits for the one before it, so that one message
// leaves half of the unit idle: two take 1.1 times as long as one.
__attribute__((target("sha,sse4.1,ssse3"))) static void add_blocks_of_two_by_instructions(
    uint32_t first[8], const uint8_t *first_bytes, uint32_t second[8], const uint8_t *second_bytes,
    size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  uint32_t *const states[2] = {first, second};
  const uint8_t *bytes[2] = {first_bytes, second_bytes};
  __m128i abef[2], cdgh[2], m[2][4];
  for (int side = 0; side < 2; side += 1) {
    const __m128i *state = (const __m128i *)states[side];
    const __m128i low = _mm_shuffle_epi32(_mm_loadu_si128(state), 0xB1);
    const __m128i high = _mm_shuffle_epi32(_mm_loadu_si128(state + 1), 0x1B);
    abef[side] = _mm_alignr_epi8(low, high, 8);
    cdgh[side] = _mm_blend_epi16(high, low, 0xF0);
  }
  for (; count > 0; count -= 1) {
    const __m128i abef_before[2] = {abef[0], abef[1]};
    const __m128i cdgh_before[2] = {cdgh[0], cdgh[1]};
#pragma clang loop unroll(full)
    for (int part = 0; part < 4; part += 1) {
#pragma clang loop unroll(full)
      for (int side = 0; side < 2; side += 1) {
        m[side][part] = _mm_shuffle_epi8(
            _mm_loadu_si128((const __m128i *)(bytes[side] + 16 * part)), swap);
      }
    }
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group += 1) {
      const __m128i constants = _mm_load_si128((const __m128i *)&round_constants[4 * group]);
      __m128i words[2];
#pragma clang loop unroll(full)
      for (int side = 0; side < 2; side += 1) {
        words[side] = _mm_add_epi32(m[side][group & 3], constants);
        cdgh[side] = _mm_sha256rnds2_epu32(cdgh[side], abef[side], words[side]);
      }
#pragma clang loop unroll(full)
      for (int side = 0; side < 2; side += 1) {
        abef[side] = _mm_sha256rnds2_epu32(
            abef[side], cdgh[side], _mm_shuffle_epi32(words[side], 0x0E));
        if (group < 12) {
          __m128i next = _mm_sha256msg1_epu32(m[side][group & 3], m[side][(group + 1) & 3]);
          next = _mm_add_epi32(
              next, _mm_alignr_epi8(m[side][(group + 3) & 3], m[side][(group + 2) & 3], 4));
          m[side][group & 3] = _mm_sha256msg2_epu32(next, m[side][(group + 3) & 3]);
        }
      }
    }
    for (int side = 0; side < 2; side += 1) {
      abef[side] = _mm_add_epi32(abef[side], abef_before[side]);
      cdgh[side] = _mm_add_epi32(cdgh[side], cdgh_before[side]);
      bytes[side] += 64;
    }
  }
  for (int side = 0; side < 2; side += 1) {
    __m128i *state = (__m128i *)states[side];
    const __m128i low = _mm_shuffle_epi32(abef[side], 0x1B);
    const __m128i high = _mm_shuffle_epi32(cdgh[side], 0xB1);
    _mm_storeu_si128(state, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128(state + 1, _mm_alignr_epi8(high, low, 8));
  }
}

#endif

static void add_blocks(uint32_t state[8], const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (has_instructions) {
    add_blocks_by_instructions(state, bytes, count);
    return;
  }
#endif
  add_blocks_portably(state, bytes, count);
}

static void add_blocks_of_two(
    uint32_t first[8], const uint8_t *first_bytes, uint32_t second[8], const uint8_t *second_bytes,
    size_t count) {
#if defined(__x86_64__)
  if (has_instructions) {
    add_blocks_of_two_by_instructions(first, first_bytes, second, second_bytes, count);
    return;
  }
#endif
  add_blocks_portably(first, first_bytes, count);
  add_blocks_portably(second, second_bytes, count);
}

static void put_digest(const uint32_t state[8], void *digest) {
  for (int index = 0; index < 8; index += 1) {
    const uint32_t word = __builtin_bswap32(state[index]);
    memcpy((uint8_t *)digest + 4 * index, &word, 4);
  }
}

// Pads and ends: `used` bytes of the block are message, `size` is that of the whole message.
static void end(uint32_t state[8], uint8_t block[64], size_t used, uint64_t size, void *digest) {
  block[used] = 0x80;
  memset(block + used + 1, 0, 63 - used);
  if (used >= 56) {
    add_blocks(state, block, 1);
    memset(block, 0, 56);
  }
  const uint64_t bits = __builtin_bswap64(size * 8);
  memcpy(block + 56, &bits, 8);
  add_blocks(state, block, 1);
  put_digest(state, digest);
}

void casefile_sha256_begin(casefile_sha256 *hash) {
  memcpy(hash->state, initial_state, sizeof initial_state);
  hash->size = 0;
}

void casefile_sha256_add(casefile_sha256 *hash, const void *bytes, size_t size) {
  const uint8_t *next = bytes;
  const size_t used = hash->size & 63;
  hash->size += size;
  if (used > 0) {
    const size_t part = size < 64 - used ? size : 64 - used;
    memcpy(hash->block + used, next, part);
    next += part;
    size -= part;
    if (used + part < 64) return;
    add_blocks(hash->state, hash->block, 1);
  }
  add_blocks(hash->state, next, size / 64);
  if (size & 63) memcpy(hash->block, next + (size & ~(size_t)63), size & 63);
}

void casefile_sha256_end(casefile_sha256 *hash, void *digest) {
  end(hash->state, hash->block, hash->size & 63, hash->size, digest);
}

void casefile_sha256_prefix_state(
    uint8_t prefix, const void *bytes, size_t size, uint32_t state[8]) {
  memcpy(state, initial_state, sizeof initial_state);
  if (size < 63) return;
  uint8_t block[64];
  block[0] = prefix;
  memcpy(block + 1, bytes, 63);
  add_blocks(state, block, 1);
  add_blocks(state, (const uint8_t *)bytes + 63, (size + 1) / 64 - 1);
}

// The blocks of a message that the caller has not hashed: one in a copy, those that lie in the
// message itself, and one or two padded ones in a copy.
typedef struct {
  uint32_t state[8];
  size_t first_count;
  uint8_t first[64];
  const uint8_t *middle;
  size_t middle_count;
  size_t last_count;
  uint8_t last[128];
} message;

static void set_message(
    message *message, const uint32_t state[8], uint8_t prefix, const uint8_t *bytes, size_t done,
    size_t size) {
  memcpy(message->state, state, sizeof message->state);
  message->first_count = 0;
  message->middle = bytes;
  message->middle_count = 0;
  const uint8_t *rest = bytes;
  size_t used = 0;
  if (size < 63) {
    message->last[0] = prefix;
    used = 1;
  } else {
    size_t hashed = (done + 1) / 64 * 64;
    if (hashed == 0) {
      message->first_count = 1;
      message->first[0] = prefix;
      memcpy(message->first + 1, bytes, 63);
      hashed = 64;
    }
    message->middle = bytes + (hashed - 1);
    message->middle_count = (size - (hashed - 1)) / 64;
    rest = message->middle + 64 * message->middle_count;
  }
  const size_t left = size - (size_t)(rest - bytes);
  if (left > 0) memcpy(message->last + used, rest, left);
  used += left;
  message->last_count = used < 56 ? 1 : 2;
  message->last[used] = 0x80;
  memset(message->last + used + 1, 0, 64 * message->last_count - 9 - used);
  const uint64_t bits = __builtin_bswap64(((uint64_t)size + 1) * 8);
  memcpy(message->last + 64 * message->last_count - 8, &bits, 8);
}

static void hash_one(message *message, void *digest) {
  add_blocks(message->state, message->first, message->first_count);
  add_blocks(message->state, message->middle, message->middle_count);
  add_blocks(message->state, message->last, message->last_count);
  put_digest(message->state, digest);
}

static void hash_part_of_two(
    uint32_t left[8], const uint8_t *left_bytes, size_t left_count, uint32_t right[8],
    const uint8_t *right_bytes, size_t right_count) {
  const size_t both = left_count < right_count ? left_count : right_count;
  if (both > 0) add_blocks_of_two(left, left_bytes, right, right_bytes, both);
  if (left_count > both) add_blocks(left, left_bytes + 64 * both, left_count - both);
  if (right_count > both) add_blocks(right, right_bytes + 64 * both, right_count - both);
}

void casefile_sha256_prefix_state_two(
    uint8_t prefix, const void *left, size_t left_size, const void *right, size_t right_size,
    uint32_t left_state[8], uint32_t right_state[8]) {
  if (left_size < 63 || right_size < 63) {
    casefile_sha256_prefix_state(prefix, left, left_size, left_state);
    casefile_sha256_prefix_state(prefix, right, right_size, right_state);
    return;
  }
  uint8_t left_block[64], right_block[64];
  left_block[0] = right_block[0] = prefix;
  memcpy(left_block + 1, left, 63);
  memcpy(right_block + 1, right, 63);
  memcpy(left_state, initial_state, sizeof initial_state);
  memcpy(right_state, initial_state, sizeof initial_state);
  hash_part_of_two(left_state, left_block, 1, right_state, right_block, 1);
  hash_part_of_two(
      left_state, (const uint8_t *)left + 63, (left_size + 1) / 64 - 1, right_state,
      (const uint8_t *)right + 63, (right_size + 1) / 64 - 1);
}

void casefile_sha256_resume(
    const uint32_t state[8], uint8_t prefix, const void *bytes, size_t done, size_t size,
    void *digest) {
  message one;
  set_message(&one, state, prefix, bytes, done, size);
  hash_one(&one, digest);
}

void casefile_sha256_resume_two(
    const uint32_t left_state[8], const void *left, size_t left_done, size_t left_size,
    const uint32_t right_state[8], const void *right, size_t right_done, size_t right_size,
    uint8_t prefix, void *left_digest, void *right_digest) {
  message one, two;
  set_message(&one, left_state, prefix, left, left_done, left_size);
  set_message(&two, right_state, prefix, right, right_done, right_size);
  hash_part_of_two(
      one.state, one.first, one.first_count, two.state, two.first, two.first_count);
  hash_part_of_two(
      one.state, one.middle, one.middle_count, two.state, two.middle, two.middle_count);
  hash_part_of_two(one.state, one.last, one.last_count, two.state, two.last, two.last_count);
  put_digest(one.state, left_digest);
  put_digest(two.state, right_digest);
}

void casefile_sha256_prefixed_two(
    uint8_t prefix, const void *left, size_t left_size, const void *right, size_t right_size,
    void *left_digest, void *right_digest) {
  casefile_sha256_resume_two(
      initial_state, left, 0, left_size, initial_state, right, 0, right_size, prefix, left_digest,
      right_digest);
}

void casefile_sha256_prefixed(uint8_t prefix, const void *bytes, size_t size, void *digest) {
  casefile_sha256_resume(initial_state, prefix, bytes, 0, size, digest);
}

static void set_pair(uint8_t blocks[128], uint8_t prefix, const void *pair) {
  blocks[0] = prefix;
  memcpy(blocks + 1, pair, 64);
  blocks[65] = 0x80;
  memset(blocks + 66, 0, 60);
  // 65 bytes are 520 bits.
  blocks[126] = 520 >> 8;
  blocks[127] = 520 & 0xFF;
}

void casefile_sha256_pairs(uint8_t prefix, const void *pairs, size_t count, void *digests) {
  const uint8_t *next = pairs;
  uint8_t *result = digests;
  uint8_t first_blocks[128], second_blocks[128];
  uint32_t first[8], second[8];
  for (; count > 1; count -= 2, next += 128, result += 64) {
    set_pair(first_blocks, prefix, next);
    set_pair(second_blocks, prefix, next + 64);
    memcpy(first, initial_state, sizeof first);
    memcpy(second, initial_state, sizeof second);
    add_blocks_of_two(first, first_blocks, second, second_blocks, 2);
    put_digest(first, result);
    put_digest(second, result + 32);
  }
  if (count == 0) return;
  set_pair(first_blocks, prefix, next);
  memcpy(first, initial_state, sizeof first);
  add_blocks(first, first_blocks, 2);
  put_digest(first, result);
}

void casefile_hmac_begin(const void *key, size_t size, uint32_t inner[8], uint32_t outer[8]) {
  uint8_t inner_block[64] = {0}, outer_block[64];
  if (size > 64) {
    casefile_sha256 hash;
    casefile_sha256_begin(&hash);
    casefile_sha256_add(&hash, key, size);
    casefile_sha256_end(&hash, inner_block);
  } else if (size > 0) {
    memcpy(inner_block, key, size);
  }
  for (int index = 0; index < 64; index += 1) {
    outer_block[index] = inner_block[index] ^ 0x5C;
    inner_block[index] ^= 0x36;
  }
  memcpy(inner, initial_state, sizeof initial_state);
  memcpy(outer, initial_state, sizeof initial_state);
  add_blocks_of_two(inner, inner_block, outer, outer_block, 1);
}

void casefile_hmac_end(
    const uint32_t inner[8], const uint32_t outer[8], const void *bytes, size_t size,
    void *digest) {
  casefile_sha256 hash;
  memcpy(hash.state, inner, sizeof hash.state);
  hash.size = 64;
  casefile_sha256_add(&hash, bytes, size);
  uint8_t inner_digest[32];
  casefile_sha256_end(&hash, inner_digest);
  memcpy(hash.state, outer, sizeof hash.state);
  hash.size = 64;
  casefile_sha256_add(&hash, inner_digest, 32);
  casefile_sha256_end(&hash, digest);
}

void casefile_commitment(
    const uint32_t inner[8], const uint32_t outer[8], const void *path, size_t path_size,
    const void *value, size_t value_size, void *digest) {
  // Nearly every value is short enough to be put together and hashed where it lies.
  uint8_t blocks[256];
  const size_t size = 35 + path_size + value_size;
  uint8_t salt[32];
  casefile_hmac_end(inner, outer, path, path_size, salt);
  const uint8_t length[2] = {(uint8_t)(path_size >> 8), (uint8_t)path_size};
  if (path_size > 128 || value_size > 128 || size > sizeof blocks - 9) {
    casefile_sha256 hash;
    casefile_sha256_begin(&hash);
    const uint8_t prefix = 2;
    casefile_sha256_add(&hash, &prefix, 1);
    casefile_sha256_add(&hash, salt, 32);
    casefile_sha256_add(&hash, length, 2);
    casefile_sha256_add(&hash, path, path_size);
    casefile_sha256_add(&hash, value, value_size);
    casefile_sha256_end(&hash, digest);
    return;
  }
  blocks[0] = 2;
  memcpy(blocks + 1, salt, 32);
  memcpy(blocks + 33, length, 2);
  if (path_size > 0) memcpy(blocks + 35, path, path_size);
  if (value_size > 0) memcpy(blocks + 35 + path_size, value, value_size);
  const size_t whole = (size + 9 + 63) / 64 * 64;
  blocks[size] = 0x80;
  memset(blocks + size + 1, 0, whole - 9 - size);
  const uint64_t bits = __builtin_bswap64((uint64_t)size * 8);
  memcpy(blocks + whole - 8, &bits, 8);
  uint32_t state[8];
  memcpy(state, initial_state, sizeof state);
  add_blocks(state, blocks, whole / 64);
  put_digest(state, digest);
}

void casefile_sha256_portable(const void *bytes, size_t size, void *digest) {
  uint32_t state[8];
  uint8_t last[128] = {0};
  const size_t whole = size / 64 * 64, left = size - whole;
  const size_t last_count = left < 56 ? 1 : 2;
  memcpy(state, initial_state, sizeof state);
  add_blocks_portably(state, bytes, size / 64);
  if (left > 0) memcpy(last, (const uint8_t *)bytes + whole, left);
  last[left] = 0x80;
  const uint64_t bits = __builtin_bswap64((uint64_t)size * 8);
  memcpy(last + 64 * last_count - 8, &bits, 8);
  add_blocks_portably(state, last, last_count);
  put_digest(state, digest);
}
