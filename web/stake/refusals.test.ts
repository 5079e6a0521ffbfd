import { contractsOn } from '@lp/contracts/deployments'
import { type AbiParameter, ContractFunctionRevertedError, encodeErrorResult, parseEther, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { localChainId } from '../config/chain'
import { refusalOf, refusals } from './refusals'
import type { TimedRound } from './TimedRound'

const clock = { block: 112n, timeMs: Date.now(), blockTimeMs: 2_000 }
const round: TimedRound = {
  ...{ number: 7n, initialized: true, locked: false, startBlock: 100n, lockBlock: 127n, endBlock: 130n },
  ...{ initializedRounds: 3n, clock },
}
const { bondingManager, roundsManager, jobsManager, livepeerToken } = contractsOn(localChainId)
const contracts = { bondingManager, roundsManager, jobsManager, livepeerToken }
const errors = Object.values(contracts).flatMap(({ abi }) => abi.filter((item) => item.type === 'error'))

/** Errors that no transaction of the staking page can cause. They are grouped by the caller that can cause them. */
const othersErrors = {
  transcoders: [
    ...['NoSeatWon', 'NoStake', 'NotActive', 'PoolNotOverfull', 'PriceNotMatched', 'PriceOutOfBounds'],
    ...['RateOutOfBounds', 'RatesLocked', 'RewardCalled', 'RewardsNotMissed', 'EnoughWork'],
  ],
  broadcasters: [
    ...['AlreadyReported', 'EndBlockOutOfBounds', 'InsufficientDeposit', 'JobActive', 'JobOver', 'NoEquivocation'],
    ...['NotAssigned', 'NotBroadcaster', 'NotYetDrawable', 'NothingReserved', 'RenditionBitrateOutOfBounds'],
    ...['RenditionCountOutOfBounds', 'RenditionHeightOutOfBounds', 'ReserveLocked', 'SourceOutOfBounds'],
    ...['StreamClosed', 'StreamTaken', 'UnknownJob', 'UnknownStream', 'WrongSigner', 'HashUnavailable'],
  ],
  'calls between the contracts': [
    ...['ClaimDeadlinePassed', 'DrawTooLate', 'NotBondingManager', 'NotClaimsManager', 'NotJobsManager'],
    ...['NotMinter', 'NotRoundsManager', 'SlashOutOfBounds'],
  ],
  'the owner and the deployer': [
    ...['OwnableInvalidOwner', 'OwnableUnauthorizedAccount', 'ParameterOutOfBounds', 'NoCode', 'InvalidShortString'],
    ...['StringTooLong', 'InsufficientCommonPool'],
  ],
  'the governor and readers of snapshots': ['NoSnapshot', 'NotGovernor', 'SnapshotNotEnded'],
  'no caller: `bondWithPermit` continues when the permit fails': [
    ...['ECDSAInvalidSignature', 'ECDSAInvalidSignatureLength', 'ECDSAInvalidSignatureS'],
    ...['ERC2612ExpiredSignature', 'ERC2612InvalidSigner', 'InvalidAccountNonce'],
  ],
  'no caller: our token, rounds and addresses make these errors impossible': [
    ...['DivFailed', 'FullMulDivFailed', 'SafeERC20FailedOperation', 'CheckpointUnorderedInsertion'],
    'SafeCastOverflowedUintDowncast',
    ...['ERC20InvalidApprover', 'ERC20InvalidReceiver', 'ERC20InvalidSender', 'ERC20InvalidSpender'],
  ],
}

const sample = ({ type }: AbiParameter) => (type === 'address' ? zeroAddress : 12n)

/** The error of a call that a contract has refused. */
function revert(name: string, args?: readonly unknown[]) {
  const error = errors.find((candidate) => candidate.name === name)
  if (!error) throw new TypeError(`No contract has the error ${name}.`)
  const item = { abi: [error], errorName: name, args: args ?? error.inputs.map(sample) }
  const data = encodeErrorResult(item as never)
  return new ContractFunctionRevertedError({ abi: bondingManager.abi, data, functionName: 'bond' })
}

describe('refusals', () => {
  it.each(Object.entries(contracts))(
    'have a sentence for each error of %s that a delegator can cause',
    (_, { abi }) => {
      const sorted: readonly string[] = [...Object.keys(refusals), ...Object.values(othersErrors).flat()]
      const names = abi.flatMap((item) => (item.type === 'error' ? [item.name as string] : []))
      expect(names.length).toBeGreaterThan(10)
      expect(names.filter((name) => !sorted.includes(name))).toEqual([])
    },
  )

  it('name only existing errors, and each error only once', () => {
    const sorted: readonly string[] = [...Object.keys(refusals), ...Object.values(othersErrors).flat()]
    const names: readonly string[] = errors.map(({ name }) => name)
    expect(sorted.filter((name) => !names.includes(name))).toEqual([])
    expect(sorted.filter((name, index) => sorted.indexOf(name) !== index)).toEqual([])
  })
})

describe('refusalOf', () => {
  it.each(Object.keys(refusals))('has a sentence and a next step for %s', (name) => {
    const { sentence, nextStep } = refusalOf(revert(name), round)
    expect(sentence).toMatch(/^[A-Z0].*\.$/)
    expect(nextStep).toMatch(/\.$/)
    expect(sentence + nextStep).not.toMatch(/undefined|NaN|Invalid/)
    expect(sentence).not.toContain(name)
  })

  it('says the present stake when the stake is too small', () => {
    const error = revert('InsufficientStake', [parseEther('9'), parseEther('7.5')])
    expect(refusalOf(error, round).sentence).toBe('Your stake is only 7.5 LPT.')
  })

  it('says the name of an error that has no sentence', () => {
    expect(refusalOf(revert('RatesLocked'), round).sentence).toBe('The contract refused: RatesLocked.')
  })
})
