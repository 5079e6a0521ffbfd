import type { Mutant } from './Mutant'

/** Faults in rounds, stake, rewards and slashes. */
export const stakeMutants: readonly Mutant[] = [
  {
    name: 'the seed of a round uses the hash of the block before the round',
    file: 'RoundsManager.sol',
    text: 'try randomness.hashOf(startBlock) returns',
    replacement: 'try randomness.hashOf(startBlock - 1) returns',
  },
  {
    name: 'the seed of a round does not depend on the hash of a block',
    file: 'RoundsManager.sol',
    text: 'return keccak256(abi.encode(blockHash, round));',
    replacement: 'return keccak256(abi.encode(blockHash != 0, round));',
  },
  {
    name: 'a round is initialized in its first block',
    file: 'RoundsManager.sol',
    text: 'if (block.number == startBlock) revert',
    replacement: 'if (block.number < startBlock) revert',
  },
  {
    name: 'a round is initialized twice',
    file: 'RoundsManager.sol',
    text: 'if (round == present.lastRound) revert',
    replacement: 'if (round < present.lastRound) revert',
  },
  {
    name: 'stakes can change in the first block of the next round',
    file: 'bonding/Bonding.sol',
    text: 'if (block.number >= state.pool.endBlock) revert',
    replacement: 'if (block.number > state.pool.endBlock) revert',
  },
  {
    name: 'the lock period begins one block too late',
    file: 'RoundsManager.sol',
    text: 'block.number - startBlock >= length -',
    replacement: 'block.number - startBlock > length -',
  },
  {
    name: 'parameters of rounds take effect in the round in which they are set',
    file: 'RoundsManager.sol',
    text: 'if (round > present.setRound)',
    replacement: 'if (round >= present.setRound)',
  },
  {
    name: 'inflation rises when exactly the target part of all LPT is bonded',
    file: 'Minter.sol',
    text: 'if (participation < values.participationRate)',
    replacement: 'if (participation <= values.participationRate)',
  },
  {
    name: 'a reward is rounded up',
    file: 'Minter.sol',
    text: 'fullMulDiv(roundMintable, stake, activeStake)',
    replacement: 'fullMulDivUp(roundMintable, stake, activeStake)',
  },
  {
    name: 'every account can make the Minter mint rewards',
    file: 'Minter.sol',
    text: 'if (msg.sender != address(bondingManager)) revert NotBondingManager(msg.sender);',
    replacement: '',
  },
  {
    name: 'every account can mint LPT',
    file: 'LivepeerToken.sol',
    text: 'if (msg.sender != minter) revert NotMinter(msg.sender);',
    replacement: '',
  },
  {
    name: 'the work of an old span counts as work of the previous span',
    file: 'libraries/WorkTally.sol',
    text: 'last.previous = span == uint256(last.span) + 1 ? last.current : 0;',
    replacement: 'last.previous = last.current;',
  },
  {
    name: 'the finder gets a part of the loss of delegators',
    file: 'bonding/Slashes.sol',
    text: 'own * s.terms.finderFee / MILLION',
    replacement: 'amount * s.terms.finderFee / MILLION',
  },
  {
    name: 'slashes of a round exceed their limit',
    file: 'bonding/Slashes.sol',
    text: 'uint256 before = transcoder.slashedRound == round ? transcoder.slashedShare : 0;',
    replacement: 'uint256 before = transcoder.slashedRound > round ? transcoder.slashedShare : 0;',
  },
  {
    name: 'a slash takes too little own stake',
    file: 'bonding/Losses.sol',
    text: 'share < ownPart ? (share, ownPart) : (1, 1)',
    replacement: 'share < ownPart ? (share, MILLION) : (1, 1)',
  },
  {
    name: 'a lock is slashed for work that was claimed in the block after the unbonding',
    file: 'bonding/Losses.sol',
    text: 'if (slash.sinceBlock <= liability.leftBlock)',
    replacement: 'if (slash.sinceBlock <= liability.leftBlock + 1)',
  },
  {
    name: 'a slash in the block in which a lock ends still reduces the lock',
    file: 'bonding/Losses.sol',
    text: 'if (slash.atBlock >= liability.untilBlock) break;',
    replacement: 'if (slash.atBlock > liability.untilBlock) break;',
  },
  {
    name: 'a lock can be withdrawn a block too early',
    file: 'bonding/Delegation.sol',
    text: 'if (block.number < lock.stake.untilBlock) revert',
    replacement: 'if (block.number + 1 < lock.stake.untilBlock) revert',
  },
  {
    name: 'a transcoder gets two rewards in a round',
    file: 'bonding/Rewards.sol',
    text: 'if (transcoder.rewardRoundCount == count) revert',
    replacement: 'if (transcoder.rewardRoundCount > count) revert',
  },
  {
    name: 'a transcoder with exactly the required work gets no reward',
    file: 'bonding/Rewards.sol',
    text: 'return work * MILLION >= expected',
    replacement: 'return work * MILLION > expected',
  },
  {
    name: 'a transcoder takes the seat of a transcoder with exactly the same stake',
    file: 'bonding/Seats.sol',
    text: 'if (evicted.stake >= transcoder.stake) return false;',
    replacement: 'if (evicted.stake > transcoder.stake) return false;',
  },
  {
    name: 'shared fees are divided by all shares, not by the shares of delegators',
    file: 'bonding/Fees.sol',
    text: 'shared.fullMulDiv(RAY, others)',
    replacement: 'shared.fullMulDiv(RAY, earning)',
  },
]
