import { formatEther } from 'viem'
import type { ClaimStatus, JobClaims, VerifierStatus } from '../gateway/Status'
import type { Json, StatusJson } from '../gateway/StatusJson'
import { paymentReport } from './paymentReport'
import { roundReport } from './roundReport'

/** The status of a relay as text for people. */
export function statusReport(status: StatusJson): string {
  const {
    version,
    address,
    roles,
    chain,
    streams,
    claims = [],
    earnings,
    faults = [],
    problems = [],
    verifier,
  } = status
  const block = chain.block === undefined ? undefined : Number(chain.block)
  const lines = [
    `lp-relay ${version}  ${address ?? 'without a key'}`,
    `${roles.join(', ')} on chain ${chain.id}, ${block === undefined ? 'which does not answer' : `block ${block}`}`,
  ]
  lines.push(...problems.map((problem) => `PROBLEM: ${problem}`))
  const { secondsPerBlock } = chain
  const away = (later: string) =>
    block === undefined || !secondsPerBlock ? undefined : inTime((Number(later) - block) * secondsPerBlock)
  const until = (deadline: string) => away(deadline)?.replace(/^(?=\d)/, 'within ') ?? `before block ${deadline}`
  const at = (later: string) => away(later)?.replace(/^(?=\d)/, 'in ') ?? `at block ${later}`
  const rounds = roundReport(status, at)
  if (rounds.length > 0) lines.push('', ...rounds)
  if (earnings)
    lines.push(
      '',
      ...table([
        ['not claimed', ether(earnings.unclaimed)],
        ['in escrow', ether(earnings.inEscrow)],
        ['earned', ether(earnings.earned)],
        ['withdrawn', ether(earnings.withdrawn)],
      ]),
    )
  for (const rows of paymentReport(status)) lines.push('', ...table(rows))
  const rows = streams.map(({ streamId, state, segments }) => [
    short(streamId),
    state,
    `${segments.source ?? 0} segments`,
  ])
  if (rows.length > 0) lines.push('', ...table([['STREAM', '', ''], ...rows]))
  const claimRows = claims.flatMap((job) => claimLines(job, until))
  if (claimRows.length > 0) lines.push('', ...table([['JOB', 'SEGMENTS', 'FEES', 'STATE', ''], ...claimRows]))
  const faultRows = faults.map(({ room, kind, count, lastMs }) => [`${room} ${kind}`, `${count}`, utc(lastMs)])
  if (faultRows.length > 0) lines.push('', ...table([['FAULT', 'TIMES', 'LAST'], ...faultRows]))
  if (verifier) lines.push('', ...verifierLines(verifier, until))
  return lines.join('\n')
}

function verifierLines({ waiting, verdicts }: Json<VerifierStatus>, until: (deadline: string) => string): string[] {
  const given = Object.entries(verdicts).map(([verdict, count]) => [verdict, `${count}`])
  const rows = waiting.map(({ jobId, sequenceNumber, deadline }) => [short(jobId), sequenceNumber, until(deadline)])
  return [
    ...(given.length > 0 ? table([['VERDICT', 'SEGMENTS'], ...given]) : ['no verdict yet']),
    ...(rows.length > 0 ? ['', ...table([['JOB', 'SEGMENT', 'VERDICT'], ...rows])] : []),
  ]
}

function claimLines(
  { jobId, state, claimDeadline, unclaimed, claims }: Json<JobClaims>,
  until: (deadline: string) => string,
): string[][] {
  const rows = claims.map((claim) => [
    short(jobId),
    inWords(claim.ranges),
    ether(claim.fees),
    claim.reason ? `refunded: ${reasons[claim.reason]}` : states[claim.state],
    nextDeadline(claim, until),
  ])
  if (unclaimed.segments === 0) return rows
  const deadline = state === 'settling' && claimDeadline !== undefined ? `claim ${until(claimDeadline)}` : ''
  return [...rows, [short(jobId), `${unclaimed.segments} more`, ether(unclaimed.fees), 'not claimed yet', deadline]]
}

function inWords(ranges: Json<ClaimStatus>['ranges']): string {
  const [whole, end] = [ranges[0], ranges.at(-1)]
  if (whole && end && ranges.length > 3) return `${whole.first}–${end.last}, ${ranges.length - 1} gaps`
  return ranges.map(({ first, last }) => (first === last ? first : `${first}–${last}`)).join(', ')
}

function nextDeadline(claim: Json<ClaimStatus>, until: (deadline: string) => string): string {
  const { state, challenged, disclosed, passed, verificationDeadline, verdictDeadline } = claim
  if (state === 'claimed') return `disclose ${until(verificationDeadline)}`
  if (state === 'sealed') return `${disclosed} of ${challenged.length} disclosed, ${until(verificationDeadline)}`
  if (state === 'disclosed') return `${passed} of ${challenged.length} verdicts, ${until(verdictDeadline)}`
  return ''
}

const states: Record<ClaimStatus['state'], string> = {
  sent: 'being sent',
  claimed: 'claimed',
  sealed: 'being disclosed',
  disclosed: 'being verified',
  verified: 'verified',
  paid: 'paid',
  refunded: 'refunded',
  missed: 'lost: not disclosed in time',
  expired: 'lost: no verdict in time',
  forfeited: 'lost: the transcoder was slashed in this job',
}

const reasons: Record<NonNullable<ClaimStatus['reason']>, string> = {
  Invalid: 'a segment was not transcoded by the recipe',
  Unavailable: 'the verifier could not fetch the payloads',
  Missed: 'not disclosed in time',
  Expired: 'the verifier gave no verdict in time',
  Equivocation: 'two receipts of one segment contradict each other',
  Expelled: 'the transcoder was slashed for another claim of this job',
}

const ether = (wei: string) => `${formatEther(BigInt(wei))} ETH`
const utc = (unixMs: number) => `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
const short = (hash: string) => `${hash.slice(0, 10)}…`

function inTime(duration: number): string {
  const seconds = Math.round(duration)
  if (seconds <= 0) return 'now'
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
