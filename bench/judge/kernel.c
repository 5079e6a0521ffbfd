/* Work of the kind that a video encoder does: sums of absolute differences, transforms of 4 x 4 values, a histogram, and copies. */
typedef unsigned char u8;
typedef int i32;
typedef unsigned u32;

enum { WIDTH = 640, HEIGHT = 360, FRAMES = 4 };
static u8 frames[FRAMES][HEIGHT][WIDTH];
static u32 histogram[256];

__attribute__((naked)) void _start(void) { __asm__("li sp, 0x01000000\n call main\n ecall"); }

static i32 difference(const u8 *one, const u8 *other) {
  i32 sum = 0;
  for (i32 y = 0; y < 16; y++, one += WIDTH, other += WIDTH)
    for (i32 x = 0; x < 16; x++) {
      i32 d = one[x] - other[x];
      sum += d < 0 ? -d : d;
    }
  return sum;
}

static void transform(i32 block[16]) {
  for (i32 pass = 0; pass < 2; pass++) {
    i32 out[16];
    for (i32 i = 0; i < 4; i++) {
      i32 a = block[4 * i] + block[4 * i + 3], b = block[4 * i + 1] + block[4 * i + 2];
      i32 c = block[4 * i + 1] - block[4 * i + 2], d = block[4 * i] - block[4 * i + 3];
      out[i] = a + b, out[4 + i] = 2 * d + c, out[8 + i] = a - b, out[12 + i] = d - 2 * c;
    }
    for (i32 i = 0; i < 16; i++) block[i] = out[i];
  }
}

int main(void) {
  u32 seed = 1, result = 0;
  for (i32 f = 0; f < FRAMES; f++)
    for (i32 y = 0; y < HEIGHT; y++)
      for (i32 x = 0; x < WIDTH; x++) {
        seed = seed * 1664525 + 1013904223;
        frames[f][y][x] = (x * y >> 5) + f + (seed >> 29);
      }
  for (i32 f = 1;; f = f % (FRAMES - 1) + 1)
    for (i32 y = 16; y < HEIGHT - 32; y += 16)
      for (i32 x = 16; x < WIDTH - 32; x += 16) {
        i32 best = 0x7fffffff, bestAt = 0;
        for (i32 at = 0; at < 9; at++) {
          i32 cost = difference(&frames[f][y][x], &frames[f - 1][y + at / 3 - 1][x + at % 3 - 1]);
          if (cost < best) best = cost, bestAt = at;
        }
        for (i32 part = 0; part < 16; part++) {
          i32 block[16];
          const u8 *from = &frames[f][y + part / 4 * 4][x + part % 4 * 4];
          for (i32 i = 0; i < 16; i++) block[i] = from[i / 4 * WIDTH + i % 4];
          transform(block);
          for (i32 i = 0; i < 16; i++) {
            i32 level = (block[i] < 0 ? -block[i] : block[i]) * 13107 >> 17;
            histogram[level & 255]++;
            result = result * 31 + level;
          }
        }
        frames[f - 1][y][x] = result + bestAt + result % (u32)(best + 1);
      }
}
