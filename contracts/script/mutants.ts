/** One small fault in a source of the contracts. At least one test must fail if the source has this fault. */
export type Mutant = {
  /** What the contracts do wrong with this fault. The name is unique. */
  name: string
  /** Path from `contracts/src`. */
  file: string
  /** A text that is in the file exactly once. */
  text: string
  replacement: string
}

/** Rules that checks enforce, limits of comparisons, the direction of roundings, deadlines, and the blocks whose hashes decide draws. */
export const mutants: readonly Mutant[] = [
  {
    name: 'seed of a round: hash of the block before the round',
    file: 'RoundsManager.sol',
    text: 'try randomness.hashOf(startBlock) returns',
    replacement: 'try randomness.hashOf(startBlock - 1) returns',
  },
  {
    name: 'seed of a round: does not depend on the hash',
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
    name: 'the lock period begins a block later',
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
    name: 'inflation rises at the target of participation',
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
    name: 'every account can have rewards minted',
    file: 'Minter.sol',
    text: 'if (msg.sender != address(bondingManager)) revert NotBondingManager(msg.sender);',
    replacement: '',
  },
  {
    name: 'every account can mint token',
    file: 'LivepeerToken.sol',
    text: 'if (msg.sender != minter) revert NotMinter(msg.sender);',
    replacement: '',
  },
  {
    name: 'a missing hash of a block counts as zero',
    file: 'randomness/Eip2935.sol',
    text: 'if (blockHash == 0) revert HashUnavailable(blockNumber, block.number);',
    replacement: '',
  },
  {
    name: 'work is claimed in the block of the claim deadline',
    file: 'JobsManager.sol',
    text: 'if (block.number >= deadline) revert ClaimDeadlinePassed',
    replacement: 'if (block.number > deadline) revert ClaimDeadlinePassed',
  },
  {
    name: 'a job ends one block too late for the next job of its stream',
    file: 'JobsManager.sol',
    text: 'if (block.number < endBlock) revert JobActive',
    replacement: 'if (block.number <= endBlock) revert JobActive',
  },
  {
    name: 'a closed stream gets another job',
    file: 'JobsManager.sol',
    text: 'if (stream.closed) revert StreamClosed(streamId, stream.lastSequenceNumber);',
    replacement: '',
  },
  {
    name: 'an expelled transcoder ends the job',
    file: 'JobsManager.sol',
    text: '!shown || claims.isExpelled(jobId, msg.sender)',
    replacement: '!shown',
  },
  {
    name: 'more work counts than the time since the job',
    file: 'JobsManager.sol',
    text: 'FixedPointMathLib.min(durationMs / 1_000, left)',
    replacement: 'FixedPointMathLib.max(durationMs / 1_000, FixedPointMathLib.min(left, 0))',
  },
  {
    name: 'work counts if few transcoders could be drawn',
    file: 'JobsManager.sol',
    text: 'if (!record.drawn.contested()) return 0;',
    replacement: '',
  },
  {
    name: 'every account can move fees into escrow',
    file: 'JobsManager.sol',
    text: 'if (msg.sender != claimsManager) revert NotClaimsManager(msg.sender);',
    replacement: '',
  },
  {
    name: 'the pool of wei grows by the fee of the finder too',
    file: 'jobs/Deposits.sol',
    text: 'commonPool += amount - fee;',
    replacement: 'commonPool += amount;',
  },
  {
    name: 'every account can spend the pool of wei',
    file: 'jobs/Deposits.sol',
    text: 'function spendCommonPool(address to, uint256 amount) external onlyOwner {',
    replacement: 'function spendCommonPool(address to, uint256 amount) external {',
  },
  {
    name: 'a broadcaster reports its equivocation twice',
    file: 'jobs/Equivocations.sol',
    text: 'if (equivocations[jobId].finder != address(0)) revert',
    replacement: 'if (equivocations[jobId].finder == msg.sender) revert',
  },
  {
    name: 'a reserve is released while work can be claimed',
    file: 'jobs/Equivocations.sol',
    text: 'if (block.number < releaseBlock) revert',
    replacement: 'if (block.number + 1 < releaseBlock) revert',
  },
  {
    name: 'a segment can be disclosed twice',
    file: 'ClaimsManager.sol',
    text: 'if (request.claimId != 0) revert AlreadyRequested(claimId, sequenceNumber);',
    replacement: '',
  },
  {
    name: 'a segment is disclosed that the lottery did not draw',
    file: 'ClaimsManager.sol',
    text: 'if (!found || !drawn) revert',
    replacement: 'if (!found) revert',
  },
  {
    name: 'a claim contains the first segment of the successor',
    file: 'ClaimsManager.sol',
    text: 'if (last >= successor) revert',
    replacement: 'if (last > successor) revert',
  },
  {
    name: 'a claim with exactly the minimum of own stake is refused',
    file: 'ClaimsManager.sol',
    text: 'if (stake < required) revert',
    replacement: 'if (stake <= required) revert',
  },
  {
    name: 'an expelled transcoder claims again',
    file: 'ClaimsManager.sol',
    text: '_requireNotExpelled(claim.jobId, msg.sender);',
    replacement: '',
  },
  {
    name: 'the lottery uses the hash of the claim’s block',
    file: 'ClaimsSettlement.sol',
    text: 'randomness.hashOf(atBlock - 1)',
    replacement: 'randomness.hashOf(atBlock - 2)',
  },
  {
    name: 'the threshold of failures forgives one failure too few',
    file: 'ClaimsSettlement.sol',
    text: 'if (failures * MILLION <= values.verificationFailureThreshold * verdicts)',
    replacement: 'if (failures * MILLION < values.verificationFailureThreshold * verdicts)',
  },
  {
    name: 'two offences in one job are slashed twice',
    file: 'ClaimsSettlement.sol',
    text: 'if (expelled[jobId][transcoder]) return false;',
    replacement: '',
  },
  {
    name: 'a claim of the block of forfeiture is paid',
    file: 'ClaimsSettlement.sol',
    text: 'record.claimBlock <= bondingManager.forfeitBlock',
    replacement: 'record.claimBlock < bondingManager.forfeitBlock',
  },
  {
    name: 'a missed verification is slashed after the slashing period',
    file: 'ClaimsSettlement.sol',
    text: 'if (disclosed || block.number >= last) return;',
    replacement: 'if (disclosed) return;',
  },
  {
    name: 'every account can report a verdict',
    file: 'ClaimsSettlement.sol',
    text: 'if (msg.sender != by) revert NotVerifier(msg.sender, by);',
    replacement: '',
  },
  {
    name: 'a disclosure or verdict in the block of its deadline counts',
    file: 'claims/Claims.sol',
    text: 'if (block.number >= deadline) revert TooLate',
    replacement: 'if (block.number > deadline) revert TooLate',
  },
  {
    name: 'terms take effect in the block in which they are set',
    file: 'claims/ClaimTerms.sol',
    text: 'if (latest.setBlock < jobBlock) return latest;',
    replacement: 'if (latest.setBlock <= jobBlock) return latest;',
  },
  {
    name: 'the search for old terms is off by one block',
    file: 'claims/ClaimTerms.sol',
    text: 'if (versions[middle].setBlock < jobBlock) index = middle;',
    replacement: 'if (versions[middle].setBlock <= jobBlock) index = middle;',
  },
  {
    name: 'the lottery leaves out the last segment of a range',
    file: 'libraries/Lottery.sol',
    text: 'number <= end; ++number',
    replacement: 'number < end; ++number',
  },
  {
    name: 'ranges can overlap',
    file: 'libraries/SegmentRanges.sol',
    text: 'if (first < min || end < first) revert',
    replacement: 'if (end < first) revert',
  },
  {
    name: 'a segment is claimed twice',
    file: 'libraries/SegmentRanges.sol',
    text: 'if (bits & mask != 0) revert',
    replacement: 'if (bits & mask == mask) revert',
  },
  {
    name: 'a receipt after the last receipt is in the tree',
    file: 'libraries/MerkleTree.sol',
    text: 'if (index >= count ||',
    replacement: 'if (index > count ||',
  },
  {
    name: 'a hidden part of the tree has any duration',
    file: 'libraries/MerkleTree.sol',
    text: 'if (sibling.durationMs > MAX_DURATION_MS * _leavesBelow(place ^ 1, level, count)) return false;',
    replacement: '',
  },
  {
    name: 'the work of an old span counts as the previous span',
    file: 'libraries/WorkTally.sol',
    text: 'last.previous = span == uint256(last.span) + 1 ? last.current : 0;',
    replacement: 'last.previous = last.current;',
  },
  {
    name: 'the history of verdicts forgets one verdict too early',
    file: 'libraries/VerdictHistory.sol',
    text: 'verdicts = count < window ? count : window;',
    replacement: 'verdicts = count < window ? count : window - 1;',
  },
  {
    name: 'the quantiser rises one step late',
    file: 'libraries/QuantiserRule.sol',
    text: 'bits * RATIO_SCALE >= target * ratios[rise]',
    replacement: 'bits * RATIO_SCALE > target * ratios[rise]',
  },
  {
    name: 'a draw can draw a transcoder twice',
    file: 'libraries/JobAssignment.sol',
    text: 'ticket += cumulative[excluded[i]] - start;',
    replacement: 'ticket += 0;',
  },
  {
    name: 'a malformed signature passes as a signature of the zero address',
    file: 'libraries/DisclosureRules.sol',
    text: 'if (signer != expected || signer == address(0)) revert',
    replacement: 'if (signer != expected) revert',
  },
  {
    name: 'a verifier’s contract that uses all its gas makes `verify` fail',
    file: 'libraries/GuardedCall.sol',
    text: 'stipend + stipend / 63 + OVERHEAD',
    replacement: 'stipend / 2 + OVERHEAD',
  },
  {
    name: 'the lowest allowed value of a parameter is refused',
    file: 'libraries/Parameters.sol',
    text: 'if (value < min || value > max)',
    replacement: 'if (value <= min || value > max)',
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
    name: 'a slash takes the same part of own stake and delegated stake',
    file: 'bonding/Losses.sol',
    text: 'share < ownPart ? (share, ownPart) : (1, 1)',
    replacement: 'share < ownPart ? (share, MILLION) : (1, 1)',
  },
  {
    name: 'a lock answers for work of blocks after its own block',
    file: 'bonding/Losses.sol',
    text: 'if (slash.sinceBlock <= liability.leftBlock)',
    replacement: 'if (slash.sinceBlock <= liability.leftBlock + 1)',
  },
  {
    name: 'a slash in the block in which a lock ends takes from the lock',
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
    name: 'a seat goes to a transcoder with equal stake',
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
  {
    name: 'a verifier with exactly its bond cannot report',
    file: 'verification/BondedVerifier.sol',
    text: 'if (bonded < verifierBond) revert',
    replacement: 'if (bonded <= verifierBond) revert',
  },
]
