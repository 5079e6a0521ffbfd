#ifndef LAYOUT_H
#define LAYOUT_H

/*
 * The memory before the first step, as relay/src/judge/Task.ts and contracts/src/types/Task.sol have it: four parts of 16 MiB, and then zeros.
 * Each part is a subtree of the memory's keccak tree, so the chain gets the first state from the roots of the parts. build.sh reads the
 * addresses from here.
 */
#define PROGRAM_AT 0x00000000
#define WORDS_AT 0x01000000
#define SOURCE_AT 0x02000000
#define RENDITION_AT 0x03000000
#define WORK_AT 0x04000000
#define MEMORY_END 0x20000000
/* The first page of the program has only a jump to this address, so no function is at address 0. */
#define ENTRY_AT 0x00001000

/* What a part can hold, and what a payload may have. */
enum { MAX_PAYLOAD_BYTES = 16 << 20 };

/* The result in a0: a number of IVerifier.Verdict. */
enum verdict { VALID = 1, INVALID = 2, INPUT_INVALID = 3 };

/* The reasons in a1, for people: one bit for each code of relay/src/check/Finding.ts that the program can find. */
enum finding { SOURCE_REFUSED = 1, RECEIPT = 2, MALFORMED = 4, SIZE = 8, TIMESTAMPS = 16, PICTURE = 32, SOUND = 64 };

#endif
