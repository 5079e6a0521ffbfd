import { type Address, formatEther, parseEther } from 'viem'
import type { Vitals } from '../gateway/vitals'
import { missingStake } from '../rounds/missingStake'

/** After this time without an answer of the chain, the relay is not healthy. */
const chainAwaySeconds = 60
/** If the account has less ether, the status names this as a problem. The alert rules in `relay/deploy` have other limits. */
const lowEther = parseEther('0.01')

/** What the operator must do about an account with this balance, in wei. `undefined`: nothing. */
export const missingEther = (balance: bigint, address: Address): string | undefined =>
  balance < lowEther ? `The account has only ${formatEther(balance)} ETH for gas. Send ether to ${address}.` : undefined

/** Why this relay is not healthy now, one sentence for each fault. `/healthz` shows these sentences. */
export function failuresOf({ isDiskFull, isBehind, ...vitals }: Vitals): string[] {
  const { chainSilentSeconds, chainStoppedSeconds, chainFailing } = vitals
  const failures = []
  if (chainSilentSeconds >= chainAwaySeconds)
    failures.push(
      `The chain has not answered for ${Math.round(chainSilentSeconds)} s. Check --rpc, and check that the node of the chain runs.`,
    )
  else if (chainFailing && chainFailing.seconds >= chainAwaySeconds)
    failures.push(
      `The chain answers, but each request ${chainFailing.method} has failed for ${Math.round(chainFailing.seconds)} s. Check the limits of the key in --rpc, or choose another RPC with --rpc.`,
    )
  else if (chainStoppedSeconds !== undefined)
    failures.push(
      `The chain answers, but has had no new block for ${Math.round(chainStoppedSeconds)} s. Check that its node is synchronised, or choose another RPC with --rpc.`,
    )
  if (isDiskFull)
    failures.push(
      'The disk is full, or the limit of --max-disk is reached. Free space on the disk, or change --max-disk.',
    )
  if (isBehind)
    failures.push(
      'Segments are late: this machine is too slow for its streams. Stop other programs, or start the relay with a smaller --max-streams.',
    )
  return failures
}

/** The sentences of `failuresOf`, and one sentence for each thing that the operator must do soon. */
export function problemsOf(vitals: Vitals, address: Address): string[] {
  const { balance, missingSelfStake = 0n, missedRewards = 0 } = vitals
  const problems = failuresOf(vitals)
  const poor = balance === undefined ? undefined : missingEther(balance, address)
  if (poor) problems.push(poor)
  if (missingSelfStake > 0n) problems.push(missingStake(missingSelfStake, address))
  if (missedRewards > 0)
    problems.push(
      `This transcoder has not called reward for ${missedRewards} ${missedRewards === 1 ? 'round' : 'rounds'}, and is slashed if it misses too many rewards. Read the faults of the room rounds in the log.`,
    )
  return problems
}
