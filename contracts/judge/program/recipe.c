/* The definition of correct work, as contracts/protocol/Recipe.ts and RecipeLimits.ts give it. */
#include "recipe.h"
#include <math.h>
#include <stdio.h>
#include "layout.h"
#include "system.h"

enum { MAX_DURATION_MS = 6000, SPARE_MS = 500, SPARE_FRAMES = 4, SHORTEST_SIDE = 16, LONGEST_SIDE = 4096, PADDING = 256 };

bool is_within_limits(const struct probe *probe, const struct facts *facts) {
  const struct h264 *video = &probe->video;
  if (probe->has_video) {
    if (fmin(video->width, video->height) < SHORTEST_SIDE || fmax(video->width, video->height) > LONGEST_SIDE) return false;
    if (video->width * video->height > (int64_t)facts->width * facts->height) return false;
  }
  uint32_t longest = (facts->duration_ms < MAX_DURATION_MS ? facts->duration_ms : MAX_DURATION_MS) + SPARE_MS;
  if (probe->duration_ms > longest) return false;
  if (!probe->has_video) return true;
  double most_frames = ceil((double)facts->fps * facts->duration_ms / 1000) + SPARE_FRAMES;
  return probe->starts_with_keyframe && probe->frame_count <= most_frames;
}

/* ITU-T H.264, table A-1: level x 10, macroblocks of a picture, macroblocks of a second. */
static uint32_t level(uint32_t width, uint32_t height, uint32_t fps) {
  static const uint32_t levels[][3] = {{30, 1620, 40500},  {31, 3600, 108000},  {32, 5120, 216000}, {40, 8192, 245760},
                                       {42, 8704, 522240}, {50, 22080, 589824}, {51, 36864, 983040}};
  uint32_t macroblocks = (width + 15) / 16 * ((height + 15) / 16);
  for (uint32_t index = 0; index < sizeof levels / sizeof *levels; index++)
    if (macroblocks <= levels[index][1] && macroblocks * fps <= levels[index][2]) return levels[index][0];
  return 52;
}

/* The names of the colours that the recipe keeps. Primaries and matrices have the same names. */
static const char *colour(uint32_t number, bool is_transfer) {
  if (number == 1) return "bt709";
  if (number == 6) return "smpte170m";
  if (number == 5 && !is_transfer) return "bt470bg";
  return number == 13 && is_transfer ? "iec61966-2-1" : "undef";
}

enum { MAX_ARGUMENTS = 96, TEXT_BYTES = 4096 };
static char text[TEXT_BYTES];
static char *arguments[MAX_ARGUMENTS];
static int count;

/* Adds the words of a line, which printf writes. No word contains a space. */
#define ADD(...) add_words(snprintf(text + used, TEXT_BYTES - used, __VA_ARGS__))
static uint32_t used;
static void add_words(int length) {
  bool is_inside = false;
  for (char *at = text + used; at <= text + used + length; at++) {
    if (*at == ' ') *at = 0;
    if (*at && !is_inside) arguments[count++] = at;
    is_inside = *at != 0;
  }
  used += length + 1;
}

static void encoding(const struct h264 *video, const struct facts *facts) {
  int64_t even = video->height - video->height % 2;
  uint32_t height = fmax(2, fmin(facts->rendition_height, even));
  uint32_t width = fmax(2, 2 * ((height * video->width + video->height) / (2 * video->height)));
  ADD("-map 0:v:0 -fps_mode passthrough -enc_time_base 1:90000 -vf");
  ADD("scale=%u:%u:flags=bicubic+bitexact+accurate_rnd+full_chroma_int:in_range=%s:out_range=tv", (unsigned)width,
      (unsigned)height, video->full_range ? "pc" : "tv");
  ADD("-pix_fmt yuv420p -c:v libx264 -preset veryfast -tune zerolatency -profile:v main -bf 0 -g 600 -threads 1");
  ADD("-qp %u -x264-params", (unsigned)facts->qp);
  ADD("scenecut=0:threads=1:sliced-threads=0:fps=%u/1:level=%u:fullrange=off:colorprim=%s:transfer=%s:colormatrix=%s:asm=0",
      (unsigned)facts->fps, (unsigned)level(width, height, facts->fps), colour(video->primaries, false),
      colour(video->transfer, true), colour(video->matrix, false));
}

bool transcode(const struct probe *probe, const struct facts *facts, bytes *output) {
  const struct h264 *video = &probe->video;
  ADD("ffmpeg -nostdin -hide_banner -loglevel quiet -xerror -err_detect explode");
  if (probe->has_video) ADD("-max_pixels %llu", (unsigned long long)((video->width + PADDING) * (video->height + PADDING)));
  ADD("-scan_all_pmts 0 -fpsprobesize 0 -probesize 33554432 -analyzeduration 60000000 -copyts -threads 1");
  ADD("-f mpegts -i pipe:%d", INPUT);
  if (probe->has_video) encoding(video, facts);
  if (probe->has_audio) ADD("-map 0:a:0 -c:a copy");
  ADD("-avoid_negative_ts disabled -muxdelay 0 -muxpreload 0 -flush_packets 1 -f mpegts pipe:%d", OUTPUT);
  arguments[count] = NULL;
  return run_ffmpeg(count, arguments, (bytes){(const uint8_t *)SOURCE_AT, facts->source_bytes}, output);
}
