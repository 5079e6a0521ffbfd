import { Claim, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'

/**
 * Returns the receipts of `work` that a claim can hold. The quantisers of each returned receipt follow from the returned receipt before it,
 * and the quantisers of the first receipt follow from `preceding`. Leaves out a receipt whose quantisers follow from a lost receipt,
 * because the transcoder could not disclose such a receipt. All `work` is under one Assignment, in order of sequence number.
 */
export function provable(
  work: readonly Claim.Work[],
  { preceding, options }: { preceding?: Claim.Work | undefined; options: TranscodingOptions.TranscodingOptions },
): Claim.Work[] {
  const kept: Claim.Work[] = []
  let last = preceding
  for (const next of work) {
    const before = last ? { outputs: last.outputs, durationMs: last.segment.durationMs } : 'none'
    const due = Recipe.quantisersAfter(before, options)
    if (next.outputs.some(({ qp }, rendition) => qp !== due[rendition])) continue
    kept.push(next)
    last = next
  }
  return kept
}

/**
 * The newest receipt that a claim can hold, under the Assignment whose first segment is `fromSequence`. The quantisers of the
 * next segment follow from this receipt. The search starts after the last planned claim whose receipts are all in `work`.
 */
export function lastProvable({
  work,
  plannedClaims,
  options,
  fromSequence,
}: {
  work: readonly Claim.Work[]
  plannedClaims: readonly Claim.Claim[]
  options: TranscodingOptions.TranscodingOptions
  fromSequence: bigint
}): Claim.Work | undefined {
  const under = work.filter(({ segment }) => segment.sequenceNumber >= fromSequence)
  const held = new Map(under.map((done) => [done.segment.sequenceNumber, done]))
  const claim = plannedClaims.findLast(
    (planned) =>
      planned.fromSequence === fromSequence && Claim.sequenceNumbers(planned).every((number) => held.has(number)),
  )
  const preceding = claim && held.get(claim.ranges.at(-1)?.last ?? 0n)
  const later = preceding ? under.slice(under.indexOf(preceding) + 1) : under
  return provable(later, { preceding, options }).at(-1) ?? preceding
}
