/**
 * The chance that a self-dealer is a candidate of its own job. The contract draws candidates in proportion to stake, without replacement. The
 * broadcaster can assign the job to any one of the candidates. So the self-dealer does not need to be the first candidate.
 *
 * - `share`: the self-dealer's part of the active stake.
 * - `eligible`: the part of the active stake whose transcoders are available and ask at most the offered price, `share` included.
 * - `others`: the number of other eligible transcoders. The function assumes that all of them have the same stake. With unequal stakes, the chance is a little higher.
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
