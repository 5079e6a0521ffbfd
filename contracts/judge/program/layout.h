#ifndef LAYOUT_H
#define LAYOUT_H
#include <stdint.h>

/*
 * The memory before the first step. Each part has 16 MiB, so it is a subtree of the memory's keccak tree, and the chain gets the first
 * memory root from the roots of the parts. relay/src/judge/layout.ts has the same table, and its test compares them. build.sh reads the
 * addresses from here. The bytes after WORK_AT are zero before the first step.
 */
#define PROGRAM_AT 0x00000000
#define FACTS_AT 0x01000000
#define SOURCE_AT 0x02000000
#define RENDITION_AT 0x03000000
#define WORK_AT 0x04000000
#define MEMORY_END 0x20000000
/* The program begins with an empty page, so no function is at address 0. The first instruction is here. */
#define ENTRY_AT 0x00001000

enum { MAX_PAYLOAD_BYTES = 16 << 20 };

/* What the chain knows. Numbers are little-endian. The first 8 numbers are the first leaf, and the hash is the second leaf. */
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
  /* From the receipt. */
  uint8_t canonical_hash[32];
  uint32_t bits;
};

/* The result in a0: a number of IVerifier.Verdict. */
enum verdict { VALID = 1, INVALID = 2, INPUT_INVALID = 3 };

/* The reasons in a1, for people: one bit for each code of relay/src/check/Finding.ts that the program can find. */
enum finding { SOURCE_REFUSED = 1, RECEIPT = 2, MALFORMED = 4, SIZE = 8, TIMESTAMPS = 16, PICTURE = 32, SOUND = 64 };

#endif
