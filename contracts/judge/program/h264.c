/* H.264, as contracts/protocol/media/H264.ts reads it. ITU-T H.264, 7.3.2.1.1 and annex E. */
#include "segment.h"

/* Adds the unit without the zeros after it. */
static uint32_t add_unit(bytes stream, uint32_t begin, uint32_t end, bytes *units, uint32_t count) {
  while (end > begin && stream.at[end - 1] == 0) end--;
  if (end == begin) return count;
  demand(count < MAX_UNITS);
  units[count] = (bytes){stream.at + begin, end - begin};
  return count + 1;
}

uint32_t split_units(bytes stream, bytes *units) {
  uint32_t count = 0, begin = 0;
  for (uint32_t at = 2; at < stream.length; at++) {
    if (stream.at[at] != 1 || stream.at[at - 1] != 0 || stream.at[at - 2] != 0) continue;
    if (begin > 0) count = add_unit(stream, begin, at - 2, units, count);
    begin = at + 1;
  }
  return begin > 0 ? add_unit(stream, begin, stream.length, units, count) : count;
}

enum { MAX_PARAMETER_BYTES = 1024 };

struct reader {
  uint8_t raw[MAX_PARAMETER_BYTES];
  uint32_t bits, position;
};

static uint64_t read(struct reader *reader, uint32_t count) {
  demand(reader->position + count <= reader->bits);
  uint64_t value = 0;
  for (; count > 0; count--, reader->position++)
    value = value << 1 | (reader->raw[reader->position >> 3] >> (7 - (reader->position & 7)) & 1);
  return value;
}

static int64_t golomb(struct reader *reader) {
  uint32_t zeros = 0;
  while (read(reader, 1) == 0) demand(++zeros <= 31);
  return ((int64_t)1 << zeros) - 1 + (int64_t)read(reader, zeros);
}

static int64_t signed_golomb(struct reader *reader) {
  int64_t code = golomb(reader);
  return code % 2 ? (code + 1) / 2 : -code / 2;
}

/* Leaves out the emulation prevention bytes: the 03 of every 00 00 03. */
static void open(struct reader *reader, bytes unit) {
  uint32_t length = 0, zeros = 0;
  for (uint32_t at = 1; at < unit.length && at < MAX_PARAMETER_BYTES; at++) {
    uint8_t byte = unit.at[at];
    if (zeros == 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    reader->raw[length++] = byte;
    zeros = byte ? 0 : zeros < 2 ? zeros + 1 : 2;
  }
  reader->bits = 8 * length;
  reader->position = 0;
}

static void skip_scaling_lists(struct reader *reader) {
  for (int list = 0; list < 8; list++) {
    if (!read(reader, 1)) continue;
    int64_t last = 8, next = 8;
    for (int index = 0; index < (list < 6 ? 16 : 64); index++) {
      if (next != 0) next = (last + signed_golomb(reader) + 256) & 255;
      if (next != 0) last = next;
    }
  }
}

static void skip_order_cycle(struct reader *reader) {
  read(reader, 1);
  golomb(reader);
  golomb(reader);
  int64_t frames = golomb(reader);
  demand(frames <= 255);
  for (int64_t frame = 0; frame < frames; frame++) golomb(reader);
}

static bool is_high(uint32_t profile) {
  static const uint8_t high[] = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244};
  for (uint32_t index = 0; index < sizeof high; index++)
    if (high[index] == profile) return true;
  return false;
}

static void parse_colour(struct reader *reader, struct h264 *format) {
  if (read(reader, 1) && read(reader, 8) == 255) read(reader, 32);
  if (read(reader, 1)) read(reader, 1);
  if (!read(reader, 1)) return;
  read(reader, 3);
  format->full_range = read(reader, 1);
  if (!read(reader, 1)) return;
  format->primaries = read(reader, 8);
  format->transfer = read(reader, 8);
  format->matrix = read(reader, 8);
}

struct h264 parse_parameters(bytes unit) {
  /* Colours that the stream does not name have the number 2. */
  struct h264 format = {.primaries = 2, .transfer = 2, .matrix = 2};
  struct reader reader;
  open(&reader, unit);
  format.profile = read(&reader, 8);
  format.constraints = read(&reader, 8);
  format.level = read(&reader, 8);
  golomb(&reader);
  if (is_high(format.profile)) {
    demand(golomb(&reader) == 1);
    demand(golomb(&reader) == 0 && golomb(&reader) == 0);
    read(&reader, 1);
    if (read(&reader, 1)) skip_scaling_lists(&reader);
  }
  golomb(&reader);
  int64_t order_type = golomb(&reader);
  if (order_type == 0) golomb(&reader);
  if (order_type == 1) skip_order_cycle(&reader);
  golomb(&reader);
  read(&reader, 1);
  int64_t wide = golomb(&reader) + 1, high = golomb(&reader) + 1;
  demand(read(&reader, 1));
  read(&reader, 1);
  int64_t crop[4] = {0};
  if (read(&reader, 1))
    for (int side = 0; side < 4; side++) crop[side] = golomb(&reader);
  format.width = wide * 16 - 2 * (crop[0] + crop[1]);
  format.height = high * 16 - 2 * (crop[2] + crop[3]);
  demand(format.width >= 2 && format.height >= 2 && wide <= 1024 && high <= 1024);
  if (read(&reader, 1)) parse_colour(&reader, &format);
  return format;
}
