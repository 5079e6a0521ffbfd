#ifndef CANONICAL_H
#define CANONICAL_H
#include "segment.h"

/* The units that every correct encoder writes: no SEI and no delimiters. `from`: the index of the first unit to look at. */
bytes *next_unit(const struct picture *picture, uint32_t *from);

/* In canonical bytes, the timestamps of sound have 33 bits. */
static inline int64_t sound_pts(const struct sound *sound) { return sound->pts % ((int64_t)1 << 33); }

/* The hash of MpegTs.canonical. Returns the number of video bytes. */
uint64_t canonical_hash(const struct segment *segment, uint8_t hash[32]);

#endif
