import { Claim, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'

/**
 * The part of `work` that claims can hold: the quantisers of each receipt follow from the previous receipt, and those of the
 * first receipt from `preceding`. Leaves out a receipt that follows from a lost one, because it could not be disclosed. `work` is
 * under one Assignment, in the order of sequence numbers.
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
 * The newest receipt that a claim can hold. The quantisers of the next segment follow from it, under the Assignment whose first
 * segment is `fromSequence`. The search starts at the last planned claim of which no receipt is lost.
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
