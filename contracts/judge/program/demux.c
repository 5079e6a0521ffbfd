/* The transport stream, as contracts/protocol/media/MpegTsDemuxer.ts reads it. ISO/IEC 13818-1. */
#include <stdlib.h>
#include <string.h>
#include "segment.h"

enum { PACKET_BYTES = 188, PID_ASSOCIATION = 0, PID_DESCRIPTION = 0x11, PID_EMPTY = 0x1fff };

struct track {
  uint32_t pid;
  enum kind kind;
  /* -1 before the first packet. */
  int counter;
  bool is_pending;
  int64_t pts, dts;
  /* From the header of the PES packet; 0 if the header does not give it. */
  int64_t length;
  /* The PES packets behind each other. The present one begins at `begin`. */
  uint8_t *buffer;
  uint32_t begin, end;
};

struct demuxer {
  struct segment *segment;
  struct track tracks[2];
  uint32_t track_count;
  int map_pid;
  uint32_t total_bytes;
};

static uint32_t uint16(const uint8_t *at) { return at[0] << 8 | at[1]; }
static bytes from(bytes all, uint32_t start) {
  uint32_t at = start < all.length ? start : all.length;
  return (bytes){all.at + at, all.length - at};
}

/* The CRC of MPEG-2 sections. The result is 0 for a section that ends with its correct CRC. */
static uint32_t crc(bytes section) {
  uint32_t value = 0xffffffff;
  for (uint32_t index = 0; index < section.length; index++) {
    value ^= (uint32_t)section.at[index] << 24;
    for (int bit = 0; bit < 8; bit++) value = value & 0x80000000 ? value << 1 ^ 0x04c11db7 : value << 1;
  }
  return value;
}

/* The content of a program table, which is whole and in one packet. */
static bytes section(bytes payload, uint32_t table, bool starts) {
  uint32_t start = 1 + payload.at[0];
  uint32_t length = start + 3 <= payload.length ? uint16(payload.at + start + 1) & 0xfff : 0;
  bytes whole = from(payload, start);
  demand(starts && length >= 9 && whole.length >= 3 + length && whole.at[0] == table);
  whole.length = 3 + length;
  demand(crc(whole) == 0);
  return (bytes){whole.at + 8, whole.length - 12};
}

static void read_association(struct demuxer *demuxer, bytes entries) {
  uint32_t programs = 0;
  int pid = -1;
  for (uint32_t at = 0; at + 4 <= entries.length; at += 4) {
    if (uint16(entries.at + at) == 0) continue;
    programs++;
    pid = uint16(entries.at + at + 2) & 0x1fff;
  }
  demand(programs == 1 && (demuxer->map_pid == -1 || demuxer->map_pid == pid));
  demuxer->map_pid = pid;
}

static struct track *find(struct track *tracks, uint32_t count, uint32_t pid) {
  for (uint32_t index = 0; index < count; index++)
    if (tracks[index].pid == pid) return &tracks[index];
  return NULL;
}

static void read_map(struct demuxer *demuxer, bytes map) {
  struct track declared[2] = {0};
  uint32_t count = 0;
  uint32_t information = map.length < 4 ? 0 : uint16(map.at + 2) & 0xfff;
  for (uint32_t at = 4 + information; at + 5 <= map.length; at += 5 + (uint16(map.at + at + 3) & 0xfff)) {
    uint32_t type = map.at[at], pid = uint16(map.at + at + 1) & 0x1fff;
    demand(type == 15 || type == 27);
    enum kind kind = type == 27 ? VIDEO : AUDIO;
    for (uint32_t index = 0; index < count; index++) demand(declared[index].kind != kind);
    struct track *same = find(declared, count, pid);
    if (!same) same = &declared[count++];
    *same = (struct track){.pid = pid, .kind = kind, .counter = -1};
  }
  if (demuxer->track_count > 0) {
    demand(demuxer->track_count == count);
    for (uint32_t index = 0; index < count; index++) {
      struct track *track = find(demuxer->tracks, count, declared[index].pid);
      demand(track && track->kind == declared[index].kind);
    }
    return;
  }
  demand(count > 0);
  for (uint32_t index = 0; index < count; index++) {
    declared[index].buffer = malloc(demuxer->total_bytes);
    demand(declared[index].buffer != NULL);
    demuxer->tracks[index] = declared[index];
  }
  demuxer->track_count = count;
}

static void finish(struct demuxer *demuxer, struct track *track) {
  if (!track->is_pending) return;
  track->is_pending = false;
  uint32_t length = track->end - track->begin;
  demand(length > 0 && (track->length == 0 || track->length == length));
  bytes data = {track->buffer + track->begin, length};
  add_pes(demuxer->segment, track->kind, (struct pes){track->pts, track->dts, data});
  track->begin = track->end;
}

/* 33 bits in 5 bytes, with marker bits between them. */
static int64_t timestamp(const uint8_t *at) {
  return (int64_t)(at[0] >> 1 & 7) << 30 | (int64_t)(uint16(at + 1) >> 1) << 15 | uint16(at + 3) >> 1;
}

/* Reads the header of a PES packet. Returns the rest of the payload. */
static bytes begin_pes(struct track *track, bytes payload) {
  const uint8_t *at = payload.at;
  demand(payload.length >= 9 && uint16(at) == 0 && at[2] == 1 && at[3] >= 0xc0 && at[3] <= 0xef);
  uint32_t end = 9 + at[8], flags = at[7] >> 6;
  demand((at[6] & 0xc0) == 0x80 && end <= payload.length && flags >= 2 && end >= (flags == 3 ? 19u : 14u));
  track->pts = timestamp(at + 9);
  track->dts = flags == 3 ? timestamp(at + 14) : track->pts;
  int64_t length = uint16(at + 4), content = length + 6 - end;
  track->length = length == 0 ? 0 : content < 1 ? 1 : content;
  track->is_pending = true;
  return from(payload, end);
}

static void read_media(struct demuxer *demuxer, struct track *track, bytes payload, bool starts) {
  if (starts) {
    finish(demuxer, track);
    payload = begin_pes(track, payload);
  } else
    demand(track->is_pending);
  memcpy(track->buffer + track->end, payload.at, payload.length);
  track->end += payload.length;
}

static void read_packet(struct demuxer *demuxer, const uint8_t *packet) {
  demand(packet[0] == 0x47);
  uint32_t pid = uint16(packet + 1) & 0x1fff;
  if (pid == PID_EMPTY || pid == PID_DESCRIPTION) return;
  uint32_t adaptation = packet[3] & 0x20 ? 1 + packet[4] : 0;
  bool has_payload = packet[3] & 0x10;
  demand(!(packet[1] & 0x80) && !(packet[3] & 0xc0) && 4 + adaptation <= PACKET_BYTES - (has_payload ? 1u : 0u));
  if (!has_payload) return;
  bytes payload = {packet + 4 + adaptation, PACKET_BYTES - 4 - adaptation};
  bool starts = packet[1] & 0x40;
  if (pid == PID_ASSOCIATION) return read_association(demuxer, section(payload, 0, starts));
  if ((int)pid == demuxer->map_pid) return read_map(demuxer, section(payload, 2, starts));
  struct track *track = find(demuxer->tracks, demuxer->track_count, pid);
  demand(track != NULL);
  bool resets = adaptation > 1 && packet[5] & 0x80;
  int counter = packet[3] & 15;
  demand(track->counter == -1 || resets || counter == ((track->counter + 1) & 15));
  track->counter = counter;
  read_media(demuxer, track, payload, starts);
}

void demux(struct segment *segment, bytes data) {
  struct demuxer demuxer = {.segment = segment, .map_pid = -1, .total_bytes = data.length};
  uint32_t at = 0;
  for (; at + PACKET_BYTES <= data.length; at += PACKET_BYTES) read_packet(&demuxer, data.at + at);
  demand(at == data.length && demuxer.track_count > 0);
  for (uint32_t index = 0; index < demuxer.track_count; index++) finish(&demuxer, &demuxer.tracks[index]);
}
