/* Reads the words that the chain has put into the memory. Each has 32 bytes, the highest first, and each number is below 2^32. */
#include "facts.h"
#include "layout.h"

static const uint8_t *word(enum word index) { return (const uint8_t *)WORDS_AT + 32 * index; }

static uint32_t number(enum word index) {
  const uint8_t *lowest = word(index) + 28;
  return (uint32_t)lowest[0] << 24 | lowest[1] << 16 | lowest[2] << 8 | lowest[3];
}

struct facts read_facts(void) {
  return (struct facts){
      .source_bytes = number(SOURCE_BYTES),
      .rendition_bytes = number(RENDITION_BYTES),
      .width = number(WIDTH),
      .height = number(HEIGHT),
      .fps = number(FPS),
      .rendition_height = number(RENDITION_HEIGHT),
      .qp = number(QP),
      .duration_ms = number(DURATION_MS),
      .canonical_hash = word(CANONICAL_HASH),
      .bits = number(BITS),
  };
}
