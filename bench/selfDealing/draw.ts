/**
 * Chance to be among the candidates of a job, who are drawn in proportion to stake without replacement. The broadcaster
 * may assign any of them, so a self-dealer need not be the first.
 *
 * - `share`: its part of the active stake.
 * - `eligible`: the part that is available at or below the offer, its own included; `share` at least.
 * - `others`: how many share the rest equally. Unequal ones lower what is left faster, and raise the chance a little.
 */
export function chanceToBeDrawn({
  share,
  eligible,
  others,
  candidateCount,
}: {
  share: number
  eligible: number
  others: number
  candidateCount: number
}): number {
  const other = others === 0 ? 0 : (eligible - share) / others
  let missed = 1
  for (let drawn = 0; drawn < candidateCount; drawn++) {
    const left = eligible - Math.min(drawn, others) * other
    missed *= Math.max(0, 1 - share / left)
  }
  return 1 - missed
}
