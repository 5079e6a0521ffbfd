import type { ClaimState } from '@lp/contracts/protocol'
import { Settlement } from 'lp-relay'
import { formatDuration } from '../ui/format'
import { formatMoment } from '../ui/formatMoment'
import { formatAmount } from '../wallet/amount'

export const stepNames = ['ended', 'claimed', 'drawn', 'checked', 'paid'] as const

/** One step from the end of the stream to the bill. */
export type SettlementStep = {
  name: (typeof stepNames)[number]
  state: 'done' | 'running' | 'waiting' | 'skipped' | 'failed'
  label: string
  /** The event that the step waits for, and its deadline. */
  hint?: string
  /** The transactions of the step, oldest first. */
  marks: readonly Settlement.Recorded[]
}

type Line = Omit<SettlementStep, 'name' | 'state'> & { isDone: boolean; as?: 'skipped' | 'failed' | undefined }

/** The steps of a settlement, as texts for the page. `segments` is the number of acknowledged segments. */
export function settlementSteps(settlement: Settlement.Settlement | undefined, segments: number): SettlementStep[] {
  const lines = settlement ? linesOf(settlement, segments) : initialLines
  const running = stepNames.findIndex((name) => !lines[name].isDone)
  return stepNames.map((name, index) => {
    const { isDone, as = 'done', hint, ...line } = lines[name]
    const isRunning = index === running
    const state = isDone ? as : isRunning ? 'running' : 'waiting'
    return { name, ...line, state, ...(isRunning && hint !== undefined && { hint }) }
  })
}

const skippedIf = (isSo: boolean) => (isSo ? 'skipped' : undefined)

const line = (label: string): Line => ({ label, marks: [], isDone: false })

const initialLines: Record<SettlementStep['name'], Line> = {
  ended: { ...line('The stream ends'), hint: 'Reading the chain.' },
  claimed: line('The transcoder claims its work'),
  drawn: line('Segments are drawn for verification'),
  checked: line('The drawn segments are verified'),
  paid: line('The work is paid'),
}

function linesOf(settlement: Settlement.Settlement, segments: number): Record<SettlementStep['name'], Line> {
  const { claims, ended, job } = settlement
  const isOver = Settlement.isOver(settlement)
  const isSettled = Settlement.isSettled(settlement, segments)
  const claimed = Settlement.claimedSegments(settlement)
  const isWhole = isOver && (Settlement.isClosed(settlement) || claimed >= segments)
  const isNothing = isWhole && claims.length === 0
  const sealed = claims.filter(({ drawn }) => drawn)
  const toCheck = sealed.reduce((sum, { drawn }) => sum + (drawn?.sequenceNumbers.length ?? 0), 0)
  const verdicts = claims.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict))
  const isDrawn = isWhole && claims.every(({ drawn, outcome }) => drawn || outcome)
  const isChecked = isDrawn && claims.every((claim) => claim.outcome || Settlement.isValid(claim))
  const isRefused = claims.some(({ outcome }) => outcome && !outcome.isPaid)
  const deadline = lastDeadline(settlement)
  return {
    ended: {
      label: isOver ? 'The stream has ended' : 'The stream ends',
      hint: `The transcoder ends the job on chain. Otherwise the job ends by itself at ${moment(settlement, job.endBlock)}.`,
      marks: ended ? [ended] : [],
      isDone: isOver,
    },
    claimed: {
      label: claimedLabel({ claimed, segments, isWhole }),
      hint: `The transcoder can claim until ${moment(settlement, job.claimDeadline)}. You pay nothing for unclaimed segments.`,
      marks: claims.map((claim) => claim.claimed),
      isDone: isWhole,
      as: skippedIf(isNothing),
    },
    drawn: {
      label: isDrawn && sealed.length === 0 ? 'Nothing was drawn' : drawnLabel(isDrawn, toCheck, claimed),
      hint: 'A later block decides the random draw.',
      marks: sealed.flatMap(({ drawn }) => drawn ?? []),
      isDone: isDrawn,
      as: skippedIf(isNothing || sealed.length === 0),
    },
    checked: {
      label: checkedLabel({ isChecked, isRefused, verdicts, toCheck }),
      hint: `A verifier transcodes the drawn segments again and compares every bit, until ${deadline} at the latest.`,
      marks: verdicts,
      isDone: isChecked,
      as: isRefused ? 'failed' : skippedIf(toCheck === 0),
    },
    paid: {
      label: isSettled ? paidLabel(settlement) : 'The work is paid',
      hint: 'The drawn segments are verified. The transcoder collects the fees next.',
      marks: claims.flatMap(({ outcome }) => outcome ?? []),
      isDone: isSettled,
      as: skippedIf(claims.length === 0),
    },
  }
}

/** The latest of the deadlines of the open claims. */
function lastDeadline(settlement: Settlement.Settlement): string {
  const { claims, clock } = settlement
  const open = claims.filter(({ outcome }) => !outcome).map(Settlement.deadlineOf)
  const latestMs = Math.max(...open.map((block) => Settlement.timeOf(clock, block)), clock.timeMs)
  return formatMoment(latestMs, clock.timeMs)
}

const moment = ({ clock }: Settlement.Settlement, block: bigint): string =>
  formatMoment(Settlement.timeOf(clock, block), clock.timeMs)

const count = (segments: number): string => (segments === 1 ? '1 segment' : `${segments} segments`)

function claimedLabel({ claimed, segments, isWhole }: { claimed: number; segments: number; isWhole: boolean }) {
  if (!isWhole) return claimed === 0 ? 'The transcoder claims its work' : `${claimed} of ${count(segments)} claimed`
  if (claimed > 0) return `${count(claimed)} claimed`
  return segments === 0 ? 'There was no work to claim' : 'No transcoder claimed the work'
}

function drawnLabel(isDrawn: boolean, toCheck: number, claimed: number): string {
  if (!isDrawn && toCheck === 0) return 'Segments are drawn for verification'
  return `${toCheck === 0 ? 'None' : toCheck} of ${claimed} drawn for verification`
}

function checkedLabel({
  isChecked,
  isRefused,
  verdicts,
  toCheck,
}: {
  isChecked: boolean
  isRefused: boolean
  verdicts: readonly Settlement.Check[]
  toCheck: number
}): string {
  if (isChecked && toCheck === 0) return isRefused ? 'Nothing was verified' : 'No verification was needed'
  if (!isChecked && verdicts.length === 0) return 'The drawn segments are verified'
  const broken = verdicts.filter(Settlement.isBroken).length
  const bad = verdicts.filter(({ verdict }) => verdict !== 'Valid').length - broken
  const checked = `${verdicts.length} of ${toCheck} verified${broken > 0 ? `, ${broken} with a broken source` : ''}`
  if (bad > 0) return `${checked}, ${bad} not accepted`
  return isChecked && verdicts.length === toCheck && broken === 0 ? `${checked}, bit for bit` : checked
}

function paidLabel(settlement: Settlement.Settlement): string {
  const { feesWei, refundedWei, durationMs } = Settlement.bill(settlement)
  if (feesWei > 0n) return `${formatAmount(feesWei)} paid for ${formatDuration(Number(durationMs))}`
  return refundedWei > 0n ? 'Nothing was paid' : 'Nothing to pay'
}

/** The text for each reason of a refund. */
export const refundReasons: Record<ClaimState.RefundReason, string> = {
  Invalid: 'A segment was transcoded wrongly.',
  Unavailable: 'The segments were not available for verification.',
  Missed: 'The transcoder did not show the drawn segments in time.',
  Expired: 'No verifier checked the drawn segments in time.',
  Equivocation: 'The transcoder signed two different results for one segment.',
  Expelled: 'The transcoder was slashed for another offence.',
}

/** The text about source segments that break the limits of the job. */
export const brokenSource = 'A source segment from this page was broken.'

/** The text about the effect of a broken source segment on the broadcaster's money. Undefined while there is no effect. */
export function brokenSourceConsequence({ feesWei, outcome, checks }: Settlement.Progress): string | undefined {
  if (!outcome || !checks.some(Settlement.isBroken)) return undefined
  const fine = outcome.fineWei > 0n ? `A fine of ${formatAmount(outcome.fineWei)} was taken from your deposit.` : ''
  if (!outcome.isPaid) return fine || undefined
  const unpaid = `You do not pay for it: ${formatAmount(feesWei - outcome.feesWei)} was returned to your deposit.`
  return `${unpaid} ${fine}`.trim()
}

/** The text about the effect of a refund on the broadcaster's money. */
export const refundConsequence = ({ feesWei, fineWei, outcome, slashed }: Settlement.Progress): string =>
  `You pay nothing for this claim: ${formatAmount(feesWei + fineWei - (outcome?.fineWei ?? 0n))} was returned to your deposit.${
    slashed > 0n ? ' The transcoder was slashed.' : ''
  }`
