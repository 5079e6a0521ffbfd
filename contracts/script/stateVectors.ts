import { ClaimState, Round, Verdict } from '../protocol'

/** The vectors of Verdict, ClaimState and Round: the names of enum numbers, and the state in given blocks. */
export const stateVectors = () => ({
  Verdict: { names: Verdict.names },
  ClaimState: {
    statusNames: ClaimState.statusNames,
    refundReasonNames: ClaimState.refundReasonNames,
    offenceNames: ClaimState.offenceNames,
    cases: claimStates(),
  },
  Round: { cases: rounds(), locks: locks() },
})

/**
 * One open claim for each entry of `counts`, and one claim for every status except Open. Each claim is read in blocks before each
 * deadline, and in the block of each deadline.
 */
function claimStates() {
  const deadlines = { verificationDeadline: 140n, verdictDeadline: 160n }
  const counts = [
    { isSealed: false, challenged: 0n, requested: 0n, passed: 0n, refused: 0n },
    { isSealed: true, challenged: 0n, requested: 0n, passed: 0n, refused: 0n },
    { isSealed: true, challenged: 2n, requested: 1n, passed: 1n, refused: 0n },
    { isSealed: true, challenged: 2n, requested: 1n, passed: 0n, refused: 1n },
    { isSealed: true, challenged: 2n, requested: 2n, passed: 1n, refused: 0n },
    { isSealed: true, challenged: 2n, requested: 2n, passed: 0n, refused: 1n },
    { isSealed: true, challenged: 2n, requested: 2n, passed: 1n, refused: 1n },
    { isSealed: true, challenged: 2n, requested: 2n, passed: 2n, refused: 0n },
  ]
  return ClaimState.statusNames
    .flatMap((status) => (status === 'Open' ? counts : counts.slice(0, 1)).map((count) => ({ status, ...count })))
    .flatMap((facts) =>
      [101n, 139n, 140n, 159n, 160n].map((block) => {
        const claim = { ...facts, ...deadlines }
        return { ...claim, block, state: ClaimState.at(claim, block) }
      }),
    )
}

/** Rounds of networks that were deployed in block 1000, with different lengths of rounds and of lock periods. */
function rounds() {
  const [firstBlock, initializedRounds] = [1_000n, 1n]
  const terms = [
    { length: 30n, lockAmount: 100_000n },
    { length: 31n, lockAmount: 333_333n },
    { length: 10n, lockAmount: 0n },
    { length: 7_200n, lockAmount: 500_000n },
  ]
  return terms.flatMap(({ length, lockAmount }) =>
    [0n, 1n, length - 4n, length - 1n, length, 5n * length + length / 2n, 5n * length + length / 2n + 1n].map(
      (passed) => {
        const block = firstBlock + passed
        const genesis = { number: 0n, startBlock: firstBlock, endBlock: firstBlock + length }
        const number = Round.numberAt(genesis, block)
        const startBlock = Round.startBlockOf(genesis, number)
        const initialized = number === 0n
        const values = { block, number, initialized, startBlock, length, lockAmount }
        const { lockBlock, endBlock } = Round.create({ ...values, initializedRounds })
        return { firstBlock, ...values, lockBlock, endBlock }
      },
    ),
  )
}

/** Whether rates are locked after a given number of blocks of a round with 30 blocks. */
function locks() {
  return [0n, 1n].flatMap((initializedRounds) =>
    [true, false].flatMap((initialized) =>
      [1n, 26n, 27n, 29n].map((passed) => {
        const terms = { number: 1n, startBlock: 0n, length: 30n, lockAmount: 100_000n, block: passed }
        const { locked } = Round.create({ ...terms, initialized, initializedRounds })
        return { initializedRounds, initialized, passed, locked }
      }),
    ),
  )
}
