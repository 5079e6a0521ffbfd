#ifndef KECCAK_H
#define KECCAK_H
#include <stdint.h>

/* keccak256 of bytes that come one after another. Begins with all zeros. */
struct keccak {
  uint64_t state[25];
  uint32_t used;
};

void keccak_add(struct keccak *keccak, const uint8_t *at, uint32_t length);
void keccak_end(struct keccak *keccak, uint8_t hash[32]);

#endif
