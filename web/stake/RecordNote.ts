import { inTheLast } from '../chain/span'
import { formatLpt } from '../wallet/amount'
import { recentMs } from './recent'
import type { Cause } from './Slashing'
import type { Staking, Terms } from './Staking'
import type { Checks, Transcoder } from './Transcoder'

/** One line about a transcoder's record. It helps a person to decide whether to stake with this transcoder. */
export type RecordNote = { tone: 'plain' | 'warn' | 'bad'; text: string }

const million = 1_000_000n

/** The worst notes come first. */
export function recordNotesOf(
  transcoder: Transcoder,
  { round, terms }: Pick<Staking, 'round' | 'terms'>,
): RecordNote[] {
  const { slashed, checks, missedRewards, work } = transcoder
  const isWhole = [slashed, checks, missedRewards, work].every((part) => part !== undefined)
  const notes: (RecordNote | undefined)[] = [
    ...(slashed ? causes.map((cause) => slashNote(slashed[cause], { cause, round, terms })) : []),
    ...(checks ? checkNotes(checks) : []),
    isWithheld(transcoder, terms)
      ? { tone: 'warn', text: 'Receives no rewards now: too little work for its stake' }
      : undefined,
    reward(transcoder),
    isWhole ? undefined : { tone: 'warn', text: 'A part of its record cannot be read now' },
  ]
  const known = notes.filter((note) => note !== undefined)
  return tones.flatMap((tone) => known.filter((note) => note.tone === tone))
}

const causes: readonly Cause[] = ['invalid', 'contradiction', 'silence', 'duty']
/** Wrong work is a fault of another kind than a relay that was away. */
const frauds: readonly Cause[] = ['invalid', 'contradiction']

/** Why a slash happened, as the end of a sentence that begins with the amount. */
export function causeText(cause: Cause, terms: Pick<Terms, 'lowWorkSlash'>): string {
  switch (cause) {
    case 'invalid':
      return 'for wrong work'
    case 'contradiction':
      return 'for two different results for one segment'
    case 'silence':
      return 'because it did not answer a check'
    case 'duty':
      return terms.lowWorkSlash > 0n ? 'for missed rewards or too little work' : 'for missed rewards'
  }
}

export const toneOfCause = (cause: Cause): RecordNote['tone'] => (frauds.includes(cause) ? 'bad' : 'warn')

function slashNote(
  amount: bigint,
  { cause, round, terms }: Pick<Staking, 'round' | 'terms'> & { cause: Cause },
): RecordNote | undefined {
  if (amount === 0n) return undefined
  const text = `${formatLpt(amount)} slashed ${causeText(cause, terms)}, ${inTheLast(recentMs(round.clock))}`
  return { tone: toneOfCause(cause), text }
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

/** Wrong work and no answer are different faults. For older failures, the page does not know which of the two happened. */
function checkNotes({ verdicts, failures, invalid, unavailable }: Checks): (RecordNote | undefined)[] {
  if (verdicts === 0) return [{ tone: 'plain', text: 'Not checked yet' }]
  const of = (count: number) => (verdicts === 1 ? 'its only check' : `${count} of its last ${verdicts} checks`)
  if (failures === 0)
    return [{ tone: 'plain', text: verdicts === 1 ? 'Passed its only check' : `Passed its last ${verdicts} checks` }]
  const others = failures - invalid - unavailable
  return [
    invalid > 0 ? { tone: 'bad', text: `Wrong work in ${of(invalid)}` } : undefined,
    unavailable > 0 ? { tone: 'warn', text: `Did not answer in ${of(unavailable)}` } : undefined,
    others > 0 ? { tone: 'warn', text: `Failed ${of(others)}; the page does not know why` } : undefined,
  ]
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
