#ifndef SEGMENT_H
#define SEGMENT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest number of pictures, and also of AAC frames. As in contracts/protocol/media/MpegTs.ts. */
enum { MAX_FRAMES = 1024, MAX_UNITS = 128 };

typedef struct {
  const uint8_t *at;
  uint32_t length;
} bytes;

enum kind { VIDEO, AUDIO };

/* Timestamps are ticks of 90 kHz. */
struct pes {
  int64_t pts, dts;
  bytes data;
};

struct picture {
  int64_t pts, dts;
  /* The NAL units, SEI and delimiters included. */
  bytes *units;
  uint32_t count;
};

struct adts {
  uint32_t object_type, sample_rate, channels;
};

struct sound {
  int64_t pts;
  bytes data;
  struct adts format;
  uint32_t samples;
};

struct segment {
  struct picture pictures[MAX_FRAMES];
  struct sound sounds[MAX_FRAMES];
  uint32_t picture_count, sound_count;
  bytes *units;
  uint32_t unit_count, unit_room;
};

struct h264 {
  uint32_t profile, constraints, level;
  int64_t width, height;
  bool full_range;
  uint32_t primaries, transfer, matrix;
};

struct probe {
  bool has_video, has_audio, starts_with_keyframe;
  struct h264 video;
  uint32_t frame_count;
  double duration_ms;
};

enum { SLICE = 1, KEYFRAME_SLICE = 5, SEI = 6, SPS = 7, DELIMITER = 9 };
static inline uint32_t type_of(bytes unit) { return unit.at[0] & 31; }

/* Reads a whole segment. False if MpegTs.canonical throws an error. */
bool read_segment(struct segment *segment, bytes data);
/* False if MpegTs.probe throws an error. */
bool probe_segment(const struct segment *segment, struct probe *probe);

/* The segment breaks a rule. Returns to read_segment or probe_segment, which then return false. */
_Noreturn void refuse(void);
static inline void demand(bool holds) {
  if (!holds) refuse();
}

/* Calls add_pes for each PES packet. */
void demux(struct segment *segment, bytes data);
void add_pes(struct segment *segment, enum kind kind, struct pes pes);

/* Splits the Annex B byte stream of one picture. Writes at most MAX_UNITS units, and returns their number. */
uint32_t split_units(bytes stream, bytes *units);
/* Reads a sequence parameter set. */
struct h264 parse_parameters(bytes unit);

#endif
