import { parseEther, toHex } from 'viem'
import type { Governance } from '../govern/Governance'
import { type ContractName, contractNames, parametersOf } from '../govern/Parameter'
import type { Poll, Voter } from '../govern/Proposal'

/** Each parameter has its smallest value, except the time to vote and the delay. */
const values = Object.fromEntries(
  contractNames.map((contract) => [
    contract,
    {
      ...Object.fromEntries(parametersOf(contract).map(({ name, min }) => [name, min])),
      ...(contract === 'governor' && { votingPeriod: 60n, timelockDelay: 120n }),
    },
  ]),
) as Governance['inForce']

/** A network at block 10,000, with blocks of 1 s and no proposals. */
export const governanceOf = (changes: Partial<Governance> = {}): Governance => ({
  ...{ clock: { block: 10_000n, timeMs: Date.now(), blockTimeMs: 1_000 }, timeSeconds: 1_000_000n },
  ...{ isRoundInitialized: true, polls: [], pollCount: 0, inForce: values, seatUpdates: [] },
  updates: (Object.keys(values) as ContractName[]).map((contract) => ({
    ...{ contract, values: values[contract], block: 1n, transactionHash: '0x01' },
  })),
  seats: { verifier: toHex(0xe1, { size: 20 }), randomness: toHex(0xe2, { size: 20 }) },
  ...{ pools: { lpt: parseEther('150'), wei: 0n }, threshold: parseEther('100'), quorum: parseEther('10000') },
  ...{ supply: parseEther('10000000'), account: undefined, ...changes },
})

/** A proposal whose vote is open. It has no calls. */
export const pollOf = (changes: Partial<Poll> = {}): Poll => ({
  ...{ id: 7n, number: 3, proposer: toHex(8, { size: 20 }), calls: [], description: 'A reason.' },
  ...{
    isDescriptionCut: false,
    descriptionHash: toHex(1, { size: 32 }),
    snapshotBlock: 9_980n,
    deadlineBlock: 10_040n,
  },
  ...{
    state: 'active',
    tally: { against: 0n, inFavour: parseEther('6000'), abstain: 0n },
    quorum: parseEther('10000'),
  },
  ...{ etaSeconds: 0n, ...changes },
})

/** A delegator with 5 LPT that has not voted. */
export const voterOf = (changes: Partial<Voter> = {}): Voter => ({
  ...{ votes: 0n, hasVoted: false, ownPart: parseEther('5'), hasOverridden: false, delegate: toHex(8, { size: 20 }) },
  ...changes,
})
