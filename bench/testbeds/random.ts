export { randomFrom } from '../mesh/simulation/random'

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
