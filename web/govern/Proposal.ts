import { type Address, encodeAbiParameters, type Hex, hexToBigInt, keccak256 } from 'viem'
import type { Call } from './Decision'

/** A proposal as its proposer made it. */
export type Proposal = {
  id: bigint
  /** The position among all proposals, from 1. The page calls the proposal by this number. */
  number: number
  proposer: Address
  calls: readonly Call[]
  /** The proposer's text, cut to `maxDescription` characters and without control characters. It can contain anything: show it only as text. */
  description: string
  isDescriptionCut: boolean
  /** The hash of the whole description, which the contract asks for instead of the text. */
  descriptionHash: Hex
  /** The stakes at the end of this block vote. The vote starts after this block. */
  snapshotBlock: bigint
  /** The last block in which votes can be cast. */
  deadlineBlock: bigint
}

/** The states in the order of the contract's numbers. */
export const states = 'pending active canceled defeated succeeded queued expired executed'.split(
  ' ',
) as readonly State[]
export type State = ('pending' | 'active' | 'canceled' | 'defeated') | ('succeeded' | 'queued' | 'expired' | 'executed')

/** The stake that has voted, in units of 10^-18 LPT. */
export type Tally = { against: bigint; inFavour: bigint; abstain: bigint }

/** A proposal with its vote at one block. */
export type Poll = Proposal & {
  state: State
  tally: Tally
  /** The least stake that must vote for the proposal or abstain, in units of 10^-18 LPT. */
  quorum: bigint
  /** The chain's time, in seconds, from which the proposal can be executed. Zero unless the proposal waits for its execution. */
  etaSeconds: bigint
  /** The transaction that executed the proposal. */
  executedIn?: string
  /** The part of the connected account. Undefined without an account, and until the stakes of the vote can be read. */
  voter?: Voter
}

export type Voter = {
  /** All stake that is bonded to the account. A transcoder votes with it. */
  votes: bigint
  hasVoted: boolean
  /** The account's own part of the stake of its transcoder. A delegator can take this part out of its transcoder's vote. */
  ownPart: bigint
  hasOverridden: boolean
  /** The transcoder with whose votes the account's stake is counted. */
  delegate: Address
}

/** The numbers of the votes in the contract. */
export const supports = { against: 0, inFavour: 1, abstain: 2 } as const
export type Support = keyof typeof supports

/** Whether enough stake has voted for the proposal or abstained. */
export const reachesQuorum = ({ tally, quorum }: Pick<Poll, 'tally' | 'quorum'>): boolean =>
  tally.inFavour + tally.abstain >= quorum

/** The arguments of `queue`, `execute` and `cancel`. */
export const operationOf = ({ calls, descriptionHash }: Pick<Proposal, 'calls' | 'descriptionHash'>) =>
  [
    calls.map(({ target }) => target),
    calls.map(({ value }) => value),
    calls.map(({ data }) => data),
    descriptionHash,
  ] as const

/** The id that the contract computes for a proposal. */
export const idOf = (proposal: Pick<Proposal, 'calls' | 'descriptionHash'>): bigint =>
  hexToBigInt(
    keccak256(
      encodeAbiParameters(
        [{ type: 'address[]' }, { type: 'uint256[]' }, { type: 'bytes[]' }, { type: 'bytes32' }],
        operationOf(proposal),
      ),
    ),
  )
