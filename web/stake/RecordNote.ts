import { formatLpt } from '../wallet/amount'
import { recentMs } from './recent'
import type { Staking, Terms } from './Staking'
import { inTheLast } from './span'
import type { Transcoder } from './Transcoder'

/** One line about a transcoder's record. It helps a person to decide whether to stake with this transcoder. */
export type RecordNote = { tone: 'plain' | 'warn' | 'bad'; text: string }

const million = 1_000_000n

/** The worst notes come first. */
export function recordNotesOf(
  transcoder: Transcoder,
  { round, terms }: Pick<Staking, 'round' | 'terms'>,
): RecordNote[] {
  const { cut, checks, missedRewards, work } = transcoder
  const isWhole = [cut, checks, missedRewards, work].every((part) => part !== undefined)
  const notes: (RecordNote | undefined)[] = [
    cut !== undefined && cut > 0n
      ? { tone: 'bad', text: `${formatLpt(cut)} slashed ${inTheLast(recentMs(round.clock))}` }
      : undefined,
    checks && { tone: checks.failures > 0 ? 'bad' : 'plain', text: checksText(checks) },
    isWithheld(transcoder, terms)
      ? { tone: 'warn', text: 'Receives no rewards now: too little work for its stake' }
      : undefined,
    reward(transcoder),
    isWhole ? undefined : { tone: 'warn', text: 'A part of its record cannot be read now' },
  ]
  const known = notes.filter((note) => note !== undefined)
  return tones.flatMap((tone) => known.filter((note) => note.tone === tone))
}

const tones: readonly RecordNote['tone'][] = ['bad', 'warn', 'plain']

/** Whether the contract withholds the transcoder's rewards, because the transcoder does too little work for its stake. */
export const isWithheld = ({ work }: Transcoder, terms: Terms): boolean =>
  work !== undefined &&
  work.expected >= terms.minExpectedWork &&
  work.done * million < work.expected * (million - terms.competitivenessTolerance)

/**
 * The transcoder's work divided by the work that is expected for its stake, 0 or more. Undefined when the expected work is 0, is below the
 * minimum, or cannot be read.
 */
export const workShare = ({ work }: Transcoder, terms: Terms): number | undefined =>
  work && work.expected > 0n && work.expected >= terms.minExpectedWork
    ? Number((work.done * million) / work.expected) / 1e6
    : undefined

function checksText({ failures, verdicts }: NonNullable<Transcoder['checks']>): string {
  if (verdicts === 0) return 'Not checked yet'
  if (verdicts === 1) return failures === 0 ? 'Passed its only check' : 'Failed its only check'
  return failures === 0 ? `Passed its last ${verdicts} checks` : `Failed ${failures} of its last ${verdicts} checks`
}

/**
 * The note about rewards: how many rewards the transcoder has missed in a row. If the transcoder has missed none: whether it has called
 * `reward` in this round. Undefined if there is no reward to mint, or if the events cannot be read.
 */
function reward({ hasRewarded, missedRewards }: Transcoder): RecordNote | undefined {
  if (missedRewards !== undefined && missedRewards > 0)
    return {
      tone: 'warn',
      text: `Missed ${missedRewards === 1 ? 'the last reward' : `${missedRewards} rewards in a row`}`,
    }
  if (hasRewarded === undefined) return undefined
  return {
    tone: 'plain',
    text: hasRewarded ? 'Minted its reward of this round' : 'Has not minted its reward of this round yet',
  }
}
