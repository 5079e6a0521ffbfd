import type { Mutant } from './Mutant'

const file = 'governance/StakeGovernor.sol'

/** Faults in votes, and in the seat of the randomness. */
export const governanceMutants: readonly Mutant[] = [
  {
    name: 'stake that moves on can back many proposals',
    file,
    text: 'bondingManager.getDelegator(msg.sender).stake',
    replacement: 'bondingManager.stakeOf(msg.sender)',
  },
  {
    name: 'an account can have many proposals in a vote',
    file,
    text: 'present == ProposalState.Pending || present == ProposalState.Active',
    replacement: 'present == ProposalState.Pending',
  },
  {
    name: 'a vote can call every function',
    file,
    text: '!isAllowed[targets[i]][selector]',
    replacement: 'false',
  },
  {
    name: 'a vote starts a block too early',
    file,
    text: 'roundsManager.roundLength() - 1 - block.number',
    replacement: 'roundsManager.roundLength() - 2 - block.number',
  },
  {
    name: 'the quorum of an open proposal changes',
    file,
    text: 'fixedQuorum == 0 ? _share(terms.quorum) : fixedQuorum',
    replacement: '_share(terms.quorum)',
  },
  {
    name: 'a decision can take as long as unbonding',
    file,
    text: 'bondingManager.minUnbondingBlocks() - 1',
    replacement: 'bondingManager.minUnbondingBlocks()',
  },
  {
    name: 'the voting periods of earlier parameters do not count',
    file,
    text: 'FixedPointMathLib.max(terms.longestVotingPeriod, values.votingPeriod)',
    replacement: 'values.votingPeriod',
  },
  {
    name: 'a part of a block of the delay does not count',
    file,
    text: 'FixedPointMathLib.divUp(delay, secondsPerBlock)',
    replacement: 'delay / secondsPerBlock',
  },
  {
    name: 'unbonding can be as short as a decision',
    file: 'BondingEarnings.sol',
    text: 'longestDecisionBlocks() + 1',
    replacement: 'longestDecisionBlocks()',
  },
  {
    name: 'the total of a snapshot is not stored',
    file: 'bonding/Stakes.sol',
    text: 'round > 0 && s.totals.snapshotRound == round',
    replacement: 'false',
  },
  {
    name: 'a new source of randomness decides about the jobs of its block',
    file: 'randomness/RandomnessSeat.sol',
    text: 'blockNumber < 2 ? 0 : blockNumber - 2',
    replacement: 'blockNumber < 1 ? 0 : blockNumber - 1',
  },
]
