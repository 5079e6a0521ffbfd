#include "keccak.h"
#include <string.h>

/* The bytes that one permutation takes. The processor is little-endian, as keccak is. */
enum { RATE = 136 };

static uint64_t rotate(uint64_t word, uint32_t bits) { return bits ? word << bits | word >> (64 - bits) : word; }

static void permute(uint64_t a[25]) {
  uint8_t feedback = 1;
  for (int round = 0; round < 24; round++) {
    uint64_t column[5];
    for (int x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int at = 0; at < 25; at++) a[at] ^= column[(at + 4) % 5] ^ rotate(column[(at + 1) % 5], 1);
    uint64_t moved = a[1];
    for (int step = 0, x = 1, y = 0; step < 24; step++) {
      int next = (2 * x + 3 * y) % 5;
      x = y, y = next;
      uint64_t kept = a[x + 5 * y];
      a[x + 5 * y] = rotate(moved, (step + 1) * (step + 2) / 2 % 64);
      moved = kept;
    }
    for (int y = 0; y < 25; y += 5) {
      uint64_t row[5];
      memcpy(row, a + y, sizeof row);
      for (int x = 0; x < 5; x++) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    /* The constant of the round, from a register of 8 bits with feedback. */
    for (int bit = 0; bit < 7; bit++) {
      if (feedback & 1) a[0] ^= (uint64_t)1 << ((1 << bit) - 1);
      feedback = feedback & 0x80 ? feedback << 1 ^ 0x71 : feedback << 1;
    }
  }
}

void keccak_add(struct keccak *keccak, const uint8_t *at, uint32_t length) {
  for (uint32_t index = 0; index < length; index++) {
    ((uint8_t *)keccak->state)[keccak->used++] ^= at[index];
    if (keccak->used < RATE) continue;
    permute(keccak->state);
    keccak->used = 0;
  }
}

void keccak_end(struct keccak *keccak, uint8_t hash[32]) {
  uint8_t *bytes = (uint8_t *)keccak->state;
  bytes[keccak->used] ^= 0x01;
  bytes[RATE - 1] ^= 0x80;
  permute(keccak->state);
  memcpy(hash, bytes, 32);
}
