import { formatLpt } from '../wallet/amount'
import { recentMs } from './recent'
import type { Staking, Terms } from './Staking'
import { inTheLast } from './span'
import type { Transcoder } from './Transcoder'

/** What there is to say of a transcoder before one stakes with it. */
export type Remark = { tone: 'plain' | 'warn' | 'bad'; text: string }

const million = 1_000_000n

/** The worst first. What there is nothing to say of is left out. */
export function remarksOf(transcoder: Transcoder, { round, terms }: Pick<Staking, 'round' | 'terms'>): Remark[] {
  const { cut, checks } = transcoder
  const remarks: (Remark | undefined)[] = [
    cut > 0n ? { tone: 'bad', text: `Lost ${formatLpt(cut)} to cuts ${inTheLast(recentMs(round.clock))}` } : undefined,
    { tone: checks.failures > 0 ? 'bad' : 'plain', text: checksText(checks) },
    isWithheld(transcoder, terms)
      ? { tone: 'warn', text: 'Gets no rewards now: it does too little work for its stake' }
      : undefined,
    reward(transcoder),
  ]
  const known = remarks.filter((remark) => remark !== undefined)
  return tones.flatMap((tone) => known.filter((remark) => remark.tone === tone))
}

const tones: readonly Remark['tone'][] = ['bad', 'warn', 'plain']

/** Whether a reward that it calls now brings nothing. */
export const isWithheld = ({ work: { done, expected } }: Transcoder, terms: Terms): boolean =>
  expected >= terms.minExpectedWork && done * million < expected * (million - terms.competitivenessTolerance)

/** Its work against what its stake lets expect, 0 and up; undefined where too little is expected to compare. */
export const workShare = ({ work: { done, expected } }: Transcoder, terms: Terms): number | undefined =>
  expected > 0n && expected >= terms.minExpectedWork ? Number((done * million) / expected) / 1e6 : undefined

function checksText({ failures, verdicts }: Transcoder['checks']): string {
  if (verdicts === 0) return 'Its work was never checked yet'
  if (verdicts === 1) return failures === 0 ? 'Passed its only check' : 'Failed its only check'
  return failures === 0 ? `Passed its last ${verdicts} checks` : `Failed ${failures} of its last ${verdicts} checks`
}

/** Whether it does what brings a delegator the rewards. */
function reward({ hasRewarded, missedRewards }: Transcoder): Remark | undefined {
  if (missedRewards > 0)
    return {
      tone: 'warn',
      text: `Missed ${missedRewards === 1 ? 'the last reward' : `${missedRewards} rewards in a row`}`,
    }
  if (hasRewarded === undefined) return undefined
  return { tone: 'plain', text: hasRewarded ? 'Reward called' : 'Reward not called yet' }
}
