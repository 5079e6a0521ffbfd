/** Returns a generator of pseudo-random numbers (mulberry32), at least 0 and less than 1. Equal seeds give equal sequences. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Draws up to `count` indices of `weights` by weight, without replacement, with the same chances as `JobAssignment.draw`. Returns the indices in the order of the draw. */
export function draw(random: () => number, weights: readonly number[], count: number): number[] {
  const left = [...weights]
  const drawn: number[] = []
  while (drawn.length < count && left.some((weight) => weight > 0)) {
    let ticket = random() * left.reduce((sum, weight) => sum + weight, 0)
    const place = left.findIndex((weight) => {
      ticket -= weight
      return weight > 0 && ticket < 0
    })
    if (place < 0) continue
    drawn.push(place)
    left[place] = 0
  }
  return drawn
}
