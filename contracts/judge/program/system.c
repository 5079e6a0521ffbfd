/*
 * What picolibc and ffmpeg expect from an operating system. There is none: no clock, no signals, no environment, and two files. So the result
 * depends only on the memory before the first step.
 */
#include "system.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#include "layout.h"

int ffmpeg_main(int count, char **arguments);
_Noreturn void leave(int code);

static jmp_buf exited;
static bytes rest;
static uint8_t *written;
static uint32_t written_bytes;

/* One byte more than a payload may have: an output that is too large stays too large. */
enum { OUTPUT_ROOM = MAX_PAYLOAD_BYTES + 1 };

bool run_ffmpeg(int count, char **arguments, bytes input, bytes *output) {
  rest = input;
  written = malloc(OUTPUT_ROOM);
  /* longjmp cannot give 0. */
  int code = setjmp(exited);
  if (code == 0) {
    if (written) leave(ffmpeg_main(count, arguments));
    return false;
  }
  *output = (bytes){written, written_bytes};
  return code == 1;
}

/* The build gives ffmpeg this function as `exit`. */
_Noreturn void leave(int code) { longjmp(exited, code == 0 ? 1 : 2); }
/* An assertion has failed. For a process, this is an exit code other than 0, too. */
_Noreturn void abort(void) { leave(1); }
_Noreturn void _exit(int code) { leave(code == 0 ? 1 : code); }

_Noreturn void halt(uint32_t verdict, uint32_t findings) {
  register uint32_t a0 __asm__("a0") = verdict;
  register uint32_t a1 __asm__("a1") = findings;
  for (;;) __asm__ volatile("ecall" : : "r"(a0), "r"(a1));
}

ssize_t read(int file, void *to, size_t length) {
  if (file != INPUT) return errno = EBADF, -1;
  if (length > rest.length) length = rest.length;
  memcpy(to, rest.at, length);
  rest.at += length;
  rest.length -= length;
  return length;
}

ssize_t write(int file, const void *from, size_t length) {
  if (file != OUTPUT) return length;
  uint32_t room = OUTPUT_ROOM - written_bytes, kept = length < room ? length : room;
  memcpy(written + written_bytes, from, kept);
  written_bytes += kept;
  return length;
}

int open(const char *path, int flags, ...) { return errno = ENOENT, -1; }
int close(int file) { return 0; }
off_t lseek(int file, off_t offset, int from) { return errno = ESPIPE, -1; }
int fstat(int file, struct stat *status) { return errno = EBADF, -1; }
int stat(const char *path, struct stat *status) { return errno = ENOENT, -1; }
int access(const char *path, int mode) { return errno = ENOENT, -1; }
int isatty(int file) { return 0; }
int unlink(const char *path) { return errno = ENOENT, -1; }
int mkdir(const char *path, mode_t mode) { return errno = EACCES, -1; }
int rename(const char *from, const char *to) { return errno = ENOENT, -1; }
int rmdir(const char *path) { return errno = ENOENT, -1; }
int fcntl(int file, int command, ...) { return errno = EBADF, -1; }
int kill(int process, int signal) { return errno = EINVAL, -1; }
int getpid(void) { return 1; }

int gettimeofday(struct timeval *now, void *zone) {
  *now = (struct timeval){0};
  return 0;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
  *now = (struct timespec){0};
  return 0;
}
clock_t times(struct tms *spent) {
  *spent = (struct tms){0};
  return 0;
}
int nanosleep(const struct timespec *time, struct timespec *left) { return 0; }
int usleep(useconds_t time) { return 0; }

static int ignore(char letter, FILE *file) { return (unsigned char)letter; }
static FILE nowhere = FDEV_SETUP_STREAM(ignore, NULL, NULL, _FDEV_SETUP_WRITE);
FILE *const stdin = &nowhere, *const stdout = &nowhere, *const stderr = &nowhere;
static char *no_variables[] = {NULL};
char **environ = no_variables;
