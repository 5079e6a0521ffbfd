#ifndef RECIPE_H
#define RECIPE_H
#include "facts.h"
#include "segment.h"

/* Whether Recipe.checkSource accepts the source. */
bool is_within_limits(const struct probe *probe, const struct facts *facts);
/* Transcodes the source by the recipe. False if ffmpeg refuses the source. */
bool transcode(const struct probe *probe, const struct facts *facts, bytes *output);

#endif
