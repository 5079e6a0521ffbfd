import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import { localChainId, localKey } from '@lp/contracts/script/deploy'
import { createWalletClient, type Hex, http, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failOnFault } from '../../testbeds/faults'
import { assignmentFrom, options, workAfter } from '../../testbeds/history'
import { type Chain, domain, postJob, startChain } from '../../testbeds/startNode'
import { Sender } from '../chain/Sender'
import { readJob } from '../chain/StreamDirectory'
import { ClaimRunner } from '../claims/ClaimRunner'
import { JobLogs } from '../jobs/JobLogs'
import { Catalogue } from '../storage/Catalogue'
import { PayloadStore } from '../storage/PayloadStore'
import { sweep } from './retention'

const twoHoursAgo = new Date(Date.now() - 7_200_000)
const claimable = workAfter(undefined, { sequenceNumber: 0n }).segment.dataHash
const [old, fresh] = [keccak256('0x01'), keccak256('0x02')]

let chain: Chain
let directory: string
let jobId: Hex
beforeAll(async () => {
  chain = await startChain()
  directory = await mkdtemp(join(tmpdir(), 'lp-retention-'))
  jobId = (await postJob(chain)).jobId
})
afterAll(async () => {
  await chain.stop()
  await rm(directory, { recursive: true })
})

/** Opens the stores, the logs and the claims in `directory`, as a relay does when it starts. */
async function reopened() {
  const { client } = chain
  const account = privateKeyToAccount(localKey(1))
  const wallet = createWalletClient({ account, chain: anvil, transport: http(chain.rpcUrl) })
  const logs = await JobLogs.open({ directory: join(directory, 'receipts'), onFault: failOnFault })
  const payloads = await PayloadStore.open({
    ...{ directory: join(directory, 'payloads'), maxBytes: 1_000, onFault: failOnFault },
  })
  const catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault: failOnFault })
  const claims = new ClaimRunner({
    ...{ client, chainId: localChainId, domain, logs, minGasMultiple: 0n, lookBackBlocks: 100n, abandonedMs: 600_000 },
    sender: new Sender({ client, wallet }),
    metrics: { claim() {} },
    onFault() {},
  })
  const sweepNow = (maxBytes = 1_000) =>
    sweep({ client, chainId: localChainId, catalogue, payloads, logs, claims, maxBytes })
  return { logs, payloads, claims, sweepNow }
}

it('a relay keeps the payloads of unclaimed work until the claim deadline, even if they are old and the disk is full', async () => {
  const before = await reopened()
  const log = await before.logs.open(jobId)
  await log.recordDraw({ job: await readJob(chain.client, jobId), options, priority: 0 })
  await log.recordAssignment(assignmentFrom(0n, jobId))
  await log.recordWork(workAfter(undefined, { sequenceNumber: 0n, jobId }), 0n)
  await before.logs.close()
  for (const dataHash of [claimable, old, fresh]) await before.payloads.put(dataHash, new Uint8Array(100))
  for (const hash of [claimable, old])
    await utimes(join(directory, 'payloads', hash.slice(2, 4), hash.slice(4)), twoHoursAgo, twoHoursAgo)
  await utimes(join(directory, 'receipts', `${jobId}.jsonl`), twoHoursAgo, twoHoursAgo)

  const { logs, payloads, claims, sweepNow } = await reopened()
  const kept = () => [claimable, old, fresh].map((dataHash) => payloads.has(dataHash))
  const look = async () => {
    claims.wake()
    await claims.idle()
  }
  await look()
  await sweepNow()
  expect(kept()).toEqual([true, false, true])
  await sweepNow(0)
  expect(kept()).toEqual([true, false, false])
  expect(logs.get(jobId)).toBeDefined()

  const { jobsManager } = contractsOn(localChainId)
  const ended = await chain.broadcaster.writeContract({ ...jobsManager, functionName: 'endJob', args: [jobId] })
  await chain.client.waitForTransactionReceipt({ hash: ended })
  await chain.test.mine({ blocks: 60 })
  await look()
  await sweepNow()
  expect(kept()).toEqual([false, false, false])
  expect(logs.get(jobId)).toBeUndefined()
  expect((await JobLogs.open({ directory: join(directory, 'receipts'), onFault: failOnFault })).all()).toEqual([])
})
