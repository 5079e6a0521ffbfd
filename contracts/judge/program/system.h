#ifndef SYSTEM_H
#define SYSTEM_H
#include "segment.h"

/* The numbers of the two files of ffmpeg. There are no other files. */
enum { INPUT = 0, OUTPUT = 3 };

/* Calls ffmpeg's main, which the build renames. False unless it exits with 0. */
bool run_ffmpeg(int count, char **arguments, bytes input, bytes *output);

/* Ends the program: the machine halts, and a0 and a1 have these values. */
_Noreturn void halt(uint32_t a0, uint32_t a1);

#endif
