/* The content of a segment, as contracts/protocol/media/MpegTs.ts and Adts.ts read it. */
#include "segment.h"
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include "layout.h"

static jmp_buf refusal;
_Noreturn void refuse(void) { longjmp(refusal, 1); }

static const int64_t wrap = (int64_t)1 << 33;

/* Ticks from one timestamp to another, from -2^32 to 2^32. Negative if the second one is earlier. */
static int64_t since(int64_t from, int64_t to) {
  int64_t ticks = ((to - from) % wrap + wrap) % wrap;
  return ticks >= wrap / 2 ? ticks - wrap : ticks;
}

/* JavaScript's Math.round. */
static double nearest(double value) {
  double below = floor(value);
  return value - below >= 0.5 ? below + 1 : below;
}

static bool starts_picture(bytes unit) {
  uint32_t type = type_of(unit);
  return (type == SLICE || type == KEYFRAME_SLICE) && unit.length > 1 && unit.at[1] & 0x80;
}

/* Room for the units of one more picture. */
static bytes *reserve_units(struct segment *segment) {
  if (segment->unit_count + MAX_UNITS > segment->unit_room) {
    /* Older pictures keep their units, so this room never moves. */
    segment->unit_room = 64 * MAX_UNITS;
    segment->unit_count = 0;
    segment->units = malloc(segment->unit_room * sizeof *segment->units);
    demand(segment->units != NULL);
  }
  return segment->units + segment->unit_count;
}

static void add_picture(struct segment *segment, struct pes pes) {
  bytes *units = reserve_units(segment);
  uint32_t count = split_units(pes.data, units), starts = 0;
  for (uint32_t index = 0; index < count; index++) starts += starts_picture(units[index]);
  demand(starts == 1);
  uint32_t at = segment->picture_count;
  demand(at == 0 || since(segment->pictures[at - 1].dts, pes.dts) > 0);
  demand(at < MAX_FRAMES);
  segment->unit_count += count;
  segment->pictures[segment->picture_count++] = (struct picture){pes.pts, pes.dts, units, count};
}

static struct sound read_sound(bytes stream) {
  static const uint32_t rates[] = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
  const uint8_t *at = stream.at;
  demand(stream.length >= 7 && at[0] == 0xff && (at[1] & 0xf6) == 0xf0);
  uint32_t rate = at[2] >> 2 & 15, channels = (at[2] & 1) << 2 | at[3] >> 6;
  demand(rate < sizeof rates / sizeof *rates && channels != 0);
  uint32_t length = (at[3] & 3) << 11 | at[4] << 3 | at[5] >> 5;
  demand(length >= (at[1] & 1 ? 7u : 9u) && length <= stream.length);
  struct adts format = {(at[2] >> 6) + 1, rates[rate], channels == 7 ? 8 : channels};
  return (struct sound){.data = {at, length}, .format = format, .samples = 1024 * ((at[6] & 3) + 1)};
}

static void add_sounds(struct segment *segment, struct pes pes) {
  int64_t samples = 0;
  for (uint32_t at = 0; at < pes.data.length;) {
    struct sound sound = read_sound((bytes){pes.data.at + at, pes.data.length - at});
    sound.pts = pes.pts + samples * 90000 / sound.format.sample_rate;
    uint32_t count = segment->sound_count;
    demand(count == 0 || since(segment->sounds[count - 1].pts, sound.pts) > 0);
    demand(count < MAX_FRAMES);
    segment->sounds[segment->sound_count++] = sound;
    samples += sound.samples;
    at += sound.data.length;
  }
}

void add_pes(struct segment *segment, enum kind kind, struct pes pes) {
  if (kind == VIDEO) add_picture(segment, pes);
  else add_sounds(segment, pes);
}

bool read_segment(struct segment *segment, bytes data) {
  if (setjmp(refusal)) return false;
  segment->picture_count = segment->sound_count = segment->unit_count = segment->unit_room = 0;
  demand(data.length <= MAX_PAYLOAD_BYTES);
  demux(segment, data);
  demand(segment->picture_count + segment->sound_count > 0);
  return true;
}

static bool is_same_format(const struct h264 *one, const struct h264 *other) {
  return one->profile == other->profile && one->constraints == other->constraints && one->level == other->level &&
         one->width == other->width && one->height == other->height && one->full_range == other->full_range &&
         one->primaries == other->primaries && one->transfer == other->transfer && one->matrix == other->matrix;
}

static int compare(const void *one, const void *other) {
  int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
  return a < b ? -1 : a > b;
}

/* A span of time, from `first` (ticks) on. */
struct span {
  int64_t first;
  double duration_ms;
};

static struct span probe_video(const struct segment *segment, struct probe *probe) {
  static int64_t shown[MAX_FRAMES];
  const struct picture *first = &segment->pictures[0];
  bool has_parameters = false;
  for (uint32_t at = 0; at < segment->picture_count; at++) {
    const struct picture *picture = &segment->pictures[at];
    for (uint32_t index = 0; index < picture->count; index++) {
      uint32_t type = type_of(picture->units[index]);
      probe->starts_with_keyframe |= at == 0 && type == KEYFRAME_SLICE;
      if (type != SPS) continue;
      struct h264 format = parse_parameters(picture->units[index]);
      demand(at == 0 || has_parameters);
      if (has_parameters) demand(is_same_format(&format, &probe->video));
      probe->video = format;
      has_parameters = true;
    }
    shown[at] = since(first->pts, picture->pts);
  }
  demand(has_parameters);
  qsort(shown, segment->picture_count, sizeof *shown, compare);
  uint32_t intervals = segment->picture_count - 1;
  for (uint32_t at = 1; at <= intervals; at++) demand(shown[at] != shown[at - 1]);
  double length = shown[intervals] - shown[0], mean = intervals > 0 ? length / intervals : 0;
  return (struct span){first->pts + shown[0], nearest((length + mean) / 90)};
}

static struct span probe_audio(const struct segment *segment) {
  const struct sound *first = &segment->sounds[0], *last = &segment->sounds[segment->sound_count - 1];
  for (uint32_t at = 1; at < segment->sound_count; at++)
    demand(memcmp(&segment->sounds[at].format, &first->format, sizeof first->format) == 0);
  double last_ticks = (last->samples * 90000.0) / first->format.sample_rate;
  return (struct span){first->pts, nearest((since(first->pts, last->pts) + last_ticks) / 90)};
}

bool probe_segment(const struct segment *segment, struct probe *probe) {
  if (setjmp(refusal)) return false;
  *probe = (struct probe){.has_video = segment->picture_count > 0, .has_audio = segment->sound_count > 0, .frame_count = segment->picture_count};
  struct span spans[2];
  uint32_t count = 0;
  if (probe->has_video) spans[count++] = probe_video(segment, probe);
  if (probe->has_audio) spans[count++] = probe_audio(segment);
  double start = INFINITY, end = -INFINITY;
  for (uint32_t at = 0; at < count; at++) {
    double begins = since(spans[0].first, spans[at].first) / 90.0;
    start = fmin(start, begins);
    end = fmax(end, begins + spans[at].duration_ms);
  }
  probe->duration_ms = nearest(end - start);
  return true;
}
