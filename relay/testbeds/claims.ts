import { claimsManagerAbi } from '@lp/contracts/abi'
import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import { localChainId, localVerifier } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { type Address, createWalletClient, type Hex, http, parseEther } from 'viem'
import { anvil } from 'viem/chains'
import { Sender } from '../src/chain/Sender'
import type { StatusJson } from '../src/gateway/StatusJson'
import type { Progress } from '../src/ingest/Progress'
import type { Publisher } from '../src/ingest/Publisher'
import { asOperator } from './operator'
import { type Chain, nextBlock } from './startNode'

const { bondingManager, claimsManager, jobsManager, verifier: seat } = contractsOn(localChainId)

/**
 * Bonds the stake that the verifier (account 3) needs. Then the verifier gives `verdict` on each disclosed
 * segment, until the caller stops the verifier.
 */
export async function startVerifier(chain: Chain, verdict: Verdict.Verdict = 'Valid') {
  const local = connect(chain.rpcUrl)
  const [owner, verifier] = [local.user(0), local.user(localVerifier)]
  const bond = parseEther('100')
  const { stake } = await verifier.bondingManager.read.getTranscoder([verifier.address])
  if (stake < bond) {
    await local.mined(owner.livepeerToken.write.transfer([verifier.address, bond]))
    await local.mined(verifier.livepeerToken.write.approve([bondingManager.address, bond]))
    await local.mined(verifier.bondingManager.write.bond([bond, verifier.address]))
  }
  const errors: unknown[] = []
  const wallet = createWalletClient({ account: verifier.account, chain: anvil, transport: http(chain.rpcUrl) })
  // If a reorganisation removes a transaction, `Sender` sends this transaction again. Without `Sender`, one removed verdict would
  // block all later verdicts.
  const sender = new Sender({ client: chain.client, wallet })
  const unwatch = local.chain.watchContractEvent({
    ...claimsManager,
    eventName: 'VerificationRequested',
    strict: true,
    pollingInterval: 250,
    onLogs: (logs) => {
      for (const { args } of logs)
        sender
          .send({
            ...{ ...seat, functionName: 'report' },
            args: [args.claimId, args.sequenceNumber, Verdict.toNumber(verdict)],
          })
          .catch((error) => errors.push(error))
    },
  })
  const stop = () => {
    unwatch()
    sender.close()
  }
  return { errors, stop }
}

/** Sets the verification rate. On average, one of `verificationRate` segments is challenged. 1: all segments are challenged. */
export async function setVerificationRate(chain: Chain, verificationRate: bigint) {
  const local = connect(chain.rpcUrl)
  const parameters = await local.user(0).claimsManager.read.parameters()
  await local.callAsOwner({
    ...claimsManager,
    functionName: 'setParameters',
    args: [{ ...parameters, verificationRate }],
  })
}

/** Gives the same verdict on all disclosed segments of a job, from the verifier's account. */
export async function giveVerdicts(chain: Chain, jobId: Hex, verdict: Verdict.Verdict = 'Valid') {
  const local = connect(chain.rpcUrl)
  const { verifier } = local.user(localVerifier)
  const asked = await chain.client.getContractEvents({
    ...{ ...claimsManager, eventName: 'VerificationRequested', args: { jobId }, fromBlock: 0n, strict: true },
  })
  for (const {
    args: { claimId, sequenceNumber },
  } of asked)
    await local.mined(verifier.write.report([claimId, sequenceNumber, Verdict.toNumber(verdict)]))
}

/** Mines a block each second. Until the next block, transactions wait in the pool, as on a public chain. */
export const mineEachSecond = (chain: Chain) => chain.test.setIntervalMining({ interval: 1 })

/** Mines four blocks each second. */
export async function mineFast(chain: Chain) {
  await chain.test.setAutomine(false)
  const timer = setInterval(() => void chain.test.mine({ blocks: 1 }).catch(() => undefined), 250)
  return { stop: () => clearInterval(timer) }
}

/** The answer of a transcoder's `/status` to its operator. */
type TranscoderStatus = StatusJson & Required<Pick<StatusJson, 'claims' | 'earnings'>>

/** Reads `/status` of a relay at each block until `is` returns true. */
export async function statusWhen(
  chain: Chain,
  url: string,
  is: (status: TranscoderStatus) => boolean,
): Promise<TranscoderStatus> {
  for (;;) {
    const status = (await (await fetch(`${url}/status`, asOperator)).json()) as TranscoderStatus
    if (is(status)) return status
    await nextBlock(chain)
  }
}

/** The `NewClaim` events of a job. */
export async function claimsOf(chain: Chain, jobId: Hex) {
  const logs = await chain.client.getContractEvents({
    ...{ abi: claimsManagerAbi, address: claimsManager.address, eventName: 'NewClaim' },
    ...{ args: { jobId }, fromBlock: 0n, strict: true },
  })
  return logs.map(({ args }) => args)
}

/** The claimed sequence numbers, in the order of the claims. */
export const claimedNumbers = (claims: Awaited<ReturnType<typeof claimsOf>>): bigint[] =>
  claims.flatMap(({ claim }) =>
    claim.ranges.flatMap(({ first, last }) =>
      Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index)),
    ),
  )

export const depositOf = async (chain: Chain) => {
  const { deposit, reserved } = await chain.client.readContract({
    ...{ ...jobsManager, functionName: 'getBroadcaster', args: [chain.broadcaster.account.address] },
  })
  return deposit + reserved
}

/** `balance`: the account's ether. `gas`: the gas costs of all its transactions. Both in wei, up to the newest block. */
export async function accountOf(chain: Chain, account: Address): Promise<{ balance: bigint; gas: bigint }> {
  const last = await chain.client.getBlockNumber({ cacheTime: 0 })
  const balance = await chain.client.getBalance({ address: account, blockNumber: last })
  return { balance, gas: await gasPaid(chain, account, last) }
}

async function gasPaid(chain: Chain, account: Address, last: bigint): Promise<bigint> {
  let paid = 0n
  for (let blockNumber = 0n; blockNumber <= last; blockNumber++) {
    const { transactions } = await chain.client.getBlock({ blockNumber, includeTransactions: true })
    for (const { hash, from } of transactions) {
      if (from.toLowerCase() !== account.toLowerCase()) continue
      const { gasUsed, effectiveGasPrice } = await chain.client.getTransactionReceipt({ hash })
      paid += gasUsed * effectiveGasPrice
    }
  }
  return paid
}

export const reached = (publisher: Publisher, is: (progress: Progress) => boolean) =>
  new Promise<Progress>((resolve) => {
    if (is(publisher.progress)) return resolve(publisher.progress)
    const stop = publisher.on('progress', (progress) => {
      if (!is(progress)) return
      stop()
      resolve(progress)
    })
  })

/** Gives the publisher segments of 2 s each. `from`: the sequence number of the first segment. */
export function record(publisher: Publisher, segments: readonly Uint8Array[], from = 0) {
  for (const [index, data] of segments.entries()) {
    publisher.begin(1_790_000_000_000 + (from + index) * 2_000)
    for (let offset = 0; offset < data.length; offset += 8_000) publisher.append(data.slice(offset, offset + 8_000))
    publisher.end(2_000)
  }
}
