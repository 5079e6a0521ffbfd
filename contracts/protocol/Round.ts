/** A round of the network, as of a block. Whitepaper, "Transcoder() Transaction". */
export type Round = {
  number: bigint
  /** An account has called `initializeRound` for this round. */
  initialized: boolean
  /** Transcoders cannot change their rates. Before the network's first initialized round, nothing is locked. */
  locked: boolean
  /** First block of the round. */
  startBlock: bigint
  /** First block of the lock period, which lasts until the round ends. */
  lockBlock: bigint
  /** First block of the next round. */
  endBlock: bigint
}

const million = 1_000_000n

/** The round that holds `block`, from the values that the contracts give as of that block. */
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
  /** Blocks. */
  length: bigint
  /** The lock period's part of the round, in parts per million. */
  lockAmount: bigint
  /** How many rounds of the network have been initialized: `count` of `roundInForce`. */
  initializedRounds: bigint
}): Round {
  const endBlock = startBlock + length
  const lockBlock = endBlock - (length * lockAmount) / million
  const locked = initializedRounds > 0n && (!initialized || block >= lockBlock)
  return { number, initialized, locked, startBlock, lockBlock, endBlock }
}

/** Blocks. */
export const lengthOf = ({ startBlock, endBlock }: Pick<Round, 'startBlock' | 'endBlock'>): bigint =>
  endBlock - startBlock

/**
 * The number of the round that holds `block`. `block` must be in or after `round`, and the length of rounds must not change
 * between them.
 */
export const numberAt = (round: Pick<Round, 'number' | 'startBlock' | 'endBlock'>, block: bigint): bigint =>
  round.number + (block - round.startBlock) / lengthOf(round)

/** First block of round `number`, counted from `round`, while the length of rounds does not change. */
export const startBlockOf = (round: Pick<Round, 'number' | 'startBlock' | 'endBlock'>, number: bigint): bigint =>
  round.startBlock + (number - round.number) * lengthOf(round)

/** Whether an account can call `initializeRound` in `block`: the call needs the hash of the round's first block. */
export const canInitialize = ({ initialized, startBlock }: Round, block: bigint): boolean =>
  !initialized && block > startBlock
