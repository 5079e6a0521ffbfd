/** A round of the network, with its values in a given block. Whitepaper, "Transcoder() Transaction". */
export type Round = {
  number: bigint
  /** An account has called `initializeRound` for this round. */
  initialized: boolean
  /**
   * Whether the contract refuses calls of `transcoder`, with which a transcoder changes its rates. A transcoder can lower its price with
   * `matchPrice` also in the lock period. Before the network's first round is initialized, rates are not locked.
   */
  locked: boolean
  /** First block of the round. */
  startBlock: bigint
  /** First block of the lock period, which lasts until the round ends. */
  lockBlock: bigint
  /** First block of the next round. */
  endBlock: bigint
}

const million = 1_000_000n

/** The round to which `block` belongs. All arguments are values that the contracts give in this block. */
export function create({
  block,
  number,
  initialized,
  startBlock,
  length,
  lockAmount,
  initializedRounds,
}: {
  block: bigint
  number: bigint
  initialized: boolean
  startBlock: bigint
  /** Number of blocks in the round. */
  length: bigint
  /** Length of the lock period, in parts per million of the round. */
  lockAmount: bigint
  /** How many rounds of the network have been initialized: `count` of `roundInForce`. */
  initializedRounds: bigint
}): Round {
  const endBlock = startBlock + length
  const lockBlock = endBlock - (length * lockAmount) / million
  const locked = initializedRounds > 0n && (!initialized || block >= lockBlock)
  return { number, initialized, locked, startBlock, lockBlock, endBlock }
}

/** Number of blocks in the round. */
export const lengthOf = ({ startBlock, endBlock }: Pick<Round, 'startBlock' | 'endBlock'>): bigint =>
  endBlock - startBlock

/**
 * The number of the round to which `block` belongs. `block` must be in `round` or after it. The result is correct only if the
 * length of rounds does not change from `round` to `block`.
 */
export const numberAt = (round: Pick<Round, 'number' | 'startBlock' | 'endBlock'>, block: bigint): bigint =>
  round.number + (block - round.startBlock) / lengthOf(round)

/**
 * First block of round `number`. The result is correct only if the length of rounds does not change between `round` and round
 * `number`.
 */
export const startBlockOf = (round: Pick<Round, 'number' | 'startBlock' | 'endBlock'>, number: bigint): bigint =>
  round.startBlock + (number - round.number) * lengthOf(round)

/** Whether an account can call `initializeRound` in `block`: the call needs the hash of the round's first block. */
export const canInitialize = ({ initialized, startBlock }: Round, block: bigint): boolean =>
  !initialized && block > startBlock
