/* Reads payloads as the judged program does, on the machine of the tests. In: length (4 bytes) and bytes of each payload. Out: a line for each. */
#include <stdio.h>
#include <stdlib.h>
#include "canonical.h"

static struct segment segment;

int main(void) {
  uint32_t length;
  while (fread(&length, sizeof length, 1, stdin) == 1) {
    uint8_t *data = malloc(length + 1), hash[32];
    if (fread(data, 1, length, stdin) != length) return 1;
    if (!read_segment(&segment, (bytes){data, length})) {
      puts("refused");
      continue;
    }
    uint64_t video_bytes = canonical_hash(&segment, hash);
    printf("0x");
    for (int at = 0; at < 32; at++) printf("%02x", hash[at]);
    printf(" %llu", (unsigned long long)video_bytes);
    struct probe probe;
    if (!probe_segment(&segment, &probe)) {
      puts(" refused");
      continue;
    }
    const struct h264 *video = &probe.video;
    printf(" %.0f %d", probe.duration_ms, probe.has_audio);
    if (probe.has_video)
      printf(" %lld %lld %d %u %u %u %d %u", (long long)video->width, (long long)video->height, video->full_range, video->primaries,
             video->transfer, video->matrix, probe.starts_with_keyframe, probe.frame_count);
    puts("");
  }
  return 0;
}
