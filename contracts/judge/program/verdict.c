/* Decides as relay/src/check does, about one rendition: checkSegment.ts and compare.ts. */
#include <string.h>
#include "canonical.h"
#include "facts.h"
#include "layout.h"
#include "recipe.h"
#include "segment.h"
#include "system.h"

static struct segment source, due, served;

/* The size of the pictures. Width 0: there are none. Width -1: the parameters cannot be read. */
static struct h264 size_of(const struct segment *segment) {
  struct probe probe;
  if (!probe_segment(segment, &probe)) return (struct h264){.width = -1};
  return probe.has_video ? probe.video : (struct h264){.width = 0};
}

static bool is_same(bytes one, bytes other) {
  return one.length == other.length && memcmp(one.at, other.at, one.length) == 0;
}

static bool is_same_picture(const struct picture *one, const struct picture *other) {
  for (uint32_t at = 0, beside = 0;;) {
    bytes *unit = next_unit(one, &at), *mate = next_unit(other, &beside);
    if (!unit || !mate) return unit == mate;
    if (!is_same(*unit, *mate)) return false;
  }
}

static uint32_t min(uint32_t one, uint32_t other) { return one < other ? one : other; }

static uint32_t compare_pictures(void) {
  uint32_t findings = served.picture_count == due.picture_count ? 0 : TIMESTAMPS;
  for (uint32_t at = 0; at < min(served.picture_count, due.picture_count); at++) {
    const struct picture *one = &served.pictures[at], *other = &due.pictures[at];
    if (one->pts != other->pts || one->dts != other->dts) findings |= TIMESTAMPS;
    if (!is_same_picture(one, other)) findings |= PICTURE;
  }
  return findings;
}

static uint32_t compare_sounds(void) {
  uint32_t findings = served.sound_count == due.sound_count ? 0 : SOUND;
  for (uint32_t at = 0; at < min(served.sound_count, due.sound_count); at++) {
    const struct sound *one = &served.sounds[at], *other = &due.sounds[at];
    if (sound_pts(one) != sound_pts(other) || !is_same(one->data, other->data)) findings |= SOUND;
  }
  return findings;
}

/* Whether the receipt names the hash and the bits of the recipe's output. */
static bool is_receipt_true(const struct facts *facts) {
  uint8_t hash[32];
  uint64_t bits = 8 * canonical_hash(&due, hash);
  return memcmp(hash, facts->canonical_hash, sizeof hash) == 0 && facts->bits == bits;
}

static uint32_t compare_rendition(const struct facts *facts) {
  if (!read_segment(&served, (bytes){(const uint8_t *)RENDITION_AT, facts->rendition_bytes})) return MALFORMED;
  struct h264 size = size_of(&served), due_size = size_of(&due);
  bool has_size = size.width == due_size.width && size.height == due_size.height;
  return (has_size ? 0 : SIZE) | compare_pictures() | compare_sounds();
}

int main(void) {
  struct facts facts = read_facts();
  struct probe probe;
  bytes output;
  bool is_accepted = read_segment(&source, (bytes){(const uint8_t *)SOURCE_AT, facts.source_bytes}) &&
                     probe_segment(&source, &probe) && is_within_limits(&probe, &facts) &&
                     transcode(&probe, &facts, &output) && read_segment(&due, output);
  if (!is_accepted) halt(INPUT_INVALID, SOURCE_REFUSED);
  uint32_t findings = compare_rendition(&facts);
  /* As in a check: a receipt is a reason of its own only where the payload is right. */
  if (findings == 0 && !is_receipt_true(&facts)) findings = RECEIPT;
  halt(findings ? INVALID : VALID, findings);
}
