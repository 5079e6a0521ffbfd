#ifndef FACTS_H
#define FACTS_H
#include <stdint.h>

/* What the chain knows. */
struct facts {
  uint32_t source_bytes;
  uint32_t rendition_bytes;
  /* The job's options, with the height of the rendition that is judged. */
  uint32_t width;
  uint32_t height;
  uint32_t fps;
  uint32_t rendition_height;
  /* From the receipt. */
  uint32_t qp;
  /* From the header of the source segment. */
  uint32_t duration_ms;
  /* From the receipt: 32 bytes. */
  const uint8_t *canonical_hash;
  uint32_t bits;
};

/* The words in the memory: the lengths of the payloads, then the options that relay/src/judge/Facts.ts encodes. */
enum word { SOURCE_BYTES, RENDITION_BYTES, WIDTH, HEIGHT, FPS, RENDITION_HEIGHT, QP, DURATION_MS, CANONICAL_HASH, BITS };

struct facts read_facts(void);

#endif
