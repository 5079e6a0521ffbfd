/**
 * The chance that a self-dealer is a candidate of a job that it has posted itself. The contract draws candidates in proportion to stake,
 * without replacement. The broadcaster can assign the job to any one of the candidates. So the self-dealer does not need to be the first
 * candidate.
 *
 * - `share`: the self-dealer's part of the active stake.
 * - `eligible`: the part of the active stake that is bonded to eligible transcoders. A transcoder is eligible if it is available and asks at
 *   most the offered price. `eligible` includes `share`.
 * - `others`: the number of other eligible transcoders. The function assumes that all of them have the same stake. If their stakes are
 *   unequal, the real chance is higher.
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
