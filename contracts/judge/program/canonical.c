/* The bytes that are equal for all correct encoders, as MpegTs.canonical in contracts/protocol/media/MpegTs.ts gives them. */
#include "canonical.h"
#include "keccak.h"

bytes *next_unit(const struct picture *picture, uint32_t *from) {
  while (*from < picture->count) {
    bytes *unit = &picture->units[(*from)++];
    uint32_t type = type_of(*unit);
    if (type != SEI && type != DELIMITER) return unit;
  }
  return NULL;
}

static void add_number(struct keccak *keccak, uint64_t number, uint32_t length) {
  uint8_t digits[8];
  for (uint32_t index = 0; index < length; index++) digits[index] = number >> 8 * (length - 1 - index);
  keccak_add(keccak, digits, length);
}

static void add_bytes(struct keccak *keccak, bytes data) {
  add_number(keccak, data.length, 4);
  keccak_add(keccak, data.at, data.length);
}

uint64_t canonical_hash(const struct segment *segment, uint8_t hash[32]) {
  struct keccak keccak = {0};
  uint64_t video_bytes = 0;
  add_number(&keccak, segment->picture_count, 4);
  for (uint32_t at = 0; at < segment->picture_count; at++) {
    const struct picture *picture = &segment->pictures[at];
    uint32_t kept = 0;
    for (uint32_t from = 0; next_unit(picture, &from);) kept++;
    add_number(&keccak, picture->pts, 8);
    add_number(&keccak, picture->dts, 8);
    add_number(&keccak, kept, 4);
    for (uint32_t from = 0; kept > 0; kept--) {
      bytes unit = *next_unit(picture, &from);
      add_bytes(&keccak, unit);
      video_bytes += unit.length;
    }
  }
  add_number(&keccak, segment->sound_count, 4);
  for (uint32_t at = 0; at < segment->sound_count; at++) {
    add_number(&keccak, sound_pts(&segment->sounds[at]), 8);
    add_bytes(&keccak, segment->sounds[at].data);
  }
  keccak_end(&keccak, hash);
  return video_bytes;
}
