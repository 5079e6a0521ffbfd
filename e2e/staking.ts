import { expect } from '@playwright/test'
import {
  type Abi,
  decodeEventLog,
  decodeFunctionResult,
  encodeEventTopics,
  encodeFunctionData,
  type Hex,
  numberToHex,
  parseAbi,
  parseEther,
  zeroAddress,
} from 'viem'
import { blockNumber, mineBlocks, operatorOf, rpc } from './chain'
import type { Network } from './network'

const abi = parseAbi([
  'struct Delegator { address delegate; uint256 stake; uint256 fees; uint256 exposedStake; address exposedTo; uint256 exposedUntil; }',
  'struct Lock { uint256 amount; uint256 withdrawBlock; address delegate; }',
  'function bondingManager() view returns (address)',
  'function roundsManager() view returns (address)',
  'function token() view returns (address)',
  'function getDelegator(address account) view returns (Delegator)',
  'function getUnbondingLock(address account, uint256 lockId) view returns (Lock)',
  'function balanceOf(address account) view returns (uint256)',
  'function claimsManager() view returns (address)',
  'function earnings(address account) view returns (uint256)',
  'function pendingFees(address account) view returns (uint256)',
  'function verificationsOf(address transcoder) view returns (uint256 failures, uint256 verdicts)',
  'struct Range { uint64 first; uint64 last; }',
  'struct Claim { bytes32 jobId; address transcoder; address renditionKey; uint64 fromSequence; bytes32 previousClaimId; Range[] ranges; uint64 durationMs; bytes32 merkleRoot; }',
  'event FeesShared(address indexed transcoder, uint256 indexed round, uint256 amount, uint256 shared)',
  'event NewClaim(bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, Claim claim, uint256 segments, uint256 fees, uint256 fine, uint256 verificationDeadline, uint256 verdictDeadline)',
  'event FeesDistributed(bytes32 indexed claimId, bytes32 indexed jobId, address indexed transcoder, uint256 fees)',
  'function currentRoundStartBlock() view returns (uint256)',
  'function initializeRound()',
  'function reward() returns (uint256)',
  'function transfer(address to, uint256 amount) returns (bool)',
  'function approve(address spender, uint256 amount) returns (bool)',
  'function bond(uint256 amount, address to)',
  'function unbond(uint256 amount)',
  'function transcoder(uint256 pricePerUnit, uint256 blockRewardCut, uint256 feeShare)',
  'function resignAsTranscoder()',
  'function owner() view returns (address)',
  'function verifier() view returns (address)',
  'function commonPool() view returns (uint256)',
  'function slash(address account, uint256 share, uint256 ownPart, uint256 sinceBlock, address finder) returns (uint256)',
  'function setVerifier(address verifier)',
  'struct RoundParameters { uint256 roundLength; uint256 roundLockAmount; }',
  'function setParameters(RoundParameters values)',
  'function roundLockAmount() view returns (uint256)',
])

/** The round length of the local preset. */
const roundBlocks = 30
/** After this number of rounds, the unbonding period of the local preset (150 blocks) is over, also for stake that was unstaked late in a round. */
export const unbondingRounds = 6

/** Reads and calls the contracts directly, not through the page. Amounts of LPT are in units of 10^-18 LPT. */
export async function connectStaking(network: Network) {
  const { chain } = (await (await fetch(`${network.relayUrl}/status`)).json()) as { chain: { jobsManager: Hex } }
  const read = async <Value>(to: Hex, functionName: string, ...args: unknown[]): Promise<Value> => {
    const call = { abi: abi as Abi, functionName, args }
    const data = (await rpc(network, 'eth_call', { to, data: encodeFunctionData(call) }, 'latest')) as Hex
    return decodeFunctionResult({ abi: abi as Abi, functionName, data }) as Value
  }
  const bondingManager = await read<Hex>(chain.jobsManager, 'bondingManager')
  const roundsManager = await read<Hex>(bondingManager, 'roundsManager')
  const token = await read<Hex>(bondingManager, 'token')
  const claimsManager = await read<Hex>(bondingManager, 'claimsManager')
  /** The events with this name that a contract has emitted since a block. */
  const eventsOf = async <Args>(address: Hex, eventName: string, since: number): Promise<Args[]> => {
    const topics = [encodeEventTopics({ abi: abi as Abi, eventName })[0]]
    const logs = await rpc(network, 'eth_getLogs', { address, topics, fromBlock: numberToHex(since) })
    return (logs as { data: Hex; topics: [Hex, ...Hex[]] }[]).map(
      ({ data, topics }) => decodeEventLog({ abi: abi as Abi, data, topics }).args as Args,
    )
  }
  const operator = (await operatorOf(network)) as Hex
  const contract: Hex = '0x00000000000000000000000000000000000c0de1'
  // It answers each call with a zero.
  await rpc(network, 'anvil_setCode', contract, '0x60206000f3')
  const [holder, other] = (await rpc(network, 'eth_accounts')) as [Hex, Hex]
  /** Sends a transaction; resolves to whether it succeeded. */
  const send = async (from: Hex, to: Hex, functionName: string, ...args: unknown[]): Promise<boolean> => {
    const data = encodeFunctionData({ abi: abi as Abi, functionName, args })
    await rpc(network, 'anvil_impersonateAccount', from)
    const hash = await rpc(network, 'eth_sendTransaction', { from, to, data, gas: '0x1e8480' })
    await rpc(network, 'anvil_stopImpersonatingAccount', from)
    // For a moment after a block, anvil sometimes returns no receipt.
    const status = async () =>
      ((await rpc(network, 'eth_getTransactionReceipt', hash)) as { status: Hex } | null)?.status
    await expect.poll(status).toBeDefined()
    return (await status()) === '0x1'
  }
  return {
    operator,
    other,
    stakeOf: async (account: string) => (await read<{ stake: bigint }>(bondingManager, 'getDelegator', account)).stake,
    lockOf: async (account: string, id: bigint) =>
      (await read<{ amount: bigint }>(bondingManager, 'getUnbondingLock', account, id)).amount,
    balanceOf: (account: string) => read<bigint>(token, 'balanceOf', account),
    /** Fees that an account can withdraw, in wei. Fails if JobsManager and BondingManager give different values. */
    async feesOf(account: string): Promise<bigint> {
      const fees = await read<bigint>(chain.jobsManager, 'earnings', account)
      expect(await read<bigint>(bondingManager, 'pendingFees', account)).toBe(fees)
      return fees
    },
    /** Each payment of fees to the relay since a block, and the part of the payment that was shared, both in wei. */
    feesShared: (since: number) => eventsOf<{ amount: bigint; shared: bigint }>(bondingManager, 'FeesShared', since),
    /** The relay's work since the first block, as the page's record shows it. */
    async record() {
      const [failures, verdicts] = await read<[bigint, bigint]>(claimsManager, 'verificationsOf', operator)
      const claims = await eventsOf<{ jobId: Hex; segments: bigint }>(claimsManager, 'NewClaim', 0)
      const paid = await eventsOf<{ fees: bigint }>(claimsManager, 'FeesDistributed', 0)
      return {
        jobs: String(new Set(claims.map(({ jobId }) => jobId)).size),
        segments: String(claims.reduce((sum, { segments }) => sum + segments, 0n)),
        feesWei: String(paid.reduce((sum, { fees }) => sum + fees, 0n)),
        verdicts: String(verdicts),
        failures: String(failures),
      }
    },
    /** Mines one block for each transaction and no other blocks, so no round passes while a test uses the page. */
    mineOnDemand: () => rpc(network, 'evm_setAutomine', true),
    /** Mines a block a second again, as `npm start` does. */
    mineEverySecond: () => rpc(network, 'evm_setIntervalMining', 1),
    /** Mines blocks until `rounds` later rounds have started, and initializes the last of these rounds. */
    async advanceRounds(rounds: number) {
      const begun = Number(await read<bigint>(roundsManager, 'currentRoundStartBlock'))
      await mineBlocks(network, begun + rounds * roundBlocks + 1 - (await blockNumber(network)))
      await send(holder, roundsManager, 'initializeRound')
    },
    /** Calls `reward` for the relay's transcoder, with a transaction of the operator and without the relay. */
    reward: () => send(operator, bondingManager, 'reward'),
    /** Registers another transcoder, which takes no jobs. */
    async register() {
      const stake = parseEther('10')
      return (
        (await send(holder, token, 'transfer', other, stake)) &&
        (await send(other, token, 'approve', bondingManager, stake)) &&
        (await send(other, bondingManager, 'bond', stake, other)) &&
        (await send(other, bondingManager, 'transcoder', 200n, 50_000n, 500_000n))
      )
    },
    resign: () => send(other, bondingManager, 'resignAsTranscoder'),
    /** Gives LPT to an account, and bonds them with the relay in the name of the account. */
    async stakeFor(account: Hex, amount: bigint) {
      expect(await send(holder, token, 'transfer', account, amount)).toBe(true)
      expect(await send(account, token, 'approve', bondingManager, amount)).toBe(true)
      expect(await send(account, bondingManager, 'bond', amount, operator)).toBe(true)
    },
    /** Unbonds all stake in the name of the account, so that it shares no fees of the relay any more. */
    async unstakeFor(account: Hex) {
      const { stake } = await read<{ stake: bigint }>(bondingManager, 'getDelegator', account)
      if (stake > 0n) expect(await send(account, bondingManager, 'unbond', stake)).toBe(true)
    },
    /** In the name of the ClaimsManager, slashes 10 % of the other transcoder. The slash goes to the CommonPool. */
    async slash() {
      await rpc(network, 'anvil_setBalance', claimsManager, numberToHex(parseEther('1')))
      const args = [other, 100_000n, 1_000_000n, BigInt(await blockNumber(network)), zeroAddress] as const
      expect(await send(claimsManager, bondingManager, 'slash', ...args)).toBe(true)
    },
    commonPool: () => read<bigint>(bondingManager, 'commonPool'),
    verifier: () => read<Hex>(claimsManager, 'verifier'),
    /** A contract that can get the seat of the verifier. */
    contract,
    lockAmount: () => read<bigint>(roundsManager, 'roundLockAmount'),
    /** In the name of the timelock, seats a verifier and sets the length of the lock period, for later jobs and rounds. */
    async undoVotes(verifier: Hex, roundLockAmount: bigint) {
      const timelock = await read<Hex>(claimsManager, 'owner')
      await rpc(network, 'anvil_setBalance', timelock, numberToHex(parseEther('1')))
      expect(await send(timelock, claimsManager, 'setVerifier', verifier)).toBe(true)
      const values = { roundLength: BigInt(roundBlocks), roundLockAmount }
      expect(await send(timelock, roundsManager, 'setParameters', values)).toBe(true)
    },
  }
}
