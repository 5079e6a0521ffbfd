import { setTimeout as pause } from 'node:timers/promises'
import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type Address, isAddressEqual } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mineEachSecond, reached, record } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import { openPayingViewer } from '../../testbeds/payingViewer'
import { buildRelay, createCarrierProcess } from '../../testbeds/relayProcess'
import { type Chain, makeSegments, nextBlock, postJob, publish, startChain, startRelay } from '../../testbeds/startNode'
import type { StatusJson } from '../gateway/StatusJson'
import { decodeEntry } from '../payment/chequeEntry'
import { EntryFiles } from '../storage/EntryFiles'

const kills = 6
const [wholesale, retail] = [200_000_000n, 300_000_000n]
const segments = makeSegments(150)

let chain: Chain
beforeAll(async () => {
  buildRelay()
  chain = await startChain()
  await mineEachSecond(chain)
}, 120_000)
afterAll(() => chain.stop())

/** Numbers from 0 to 1 that look random and are the same in each run: a linear congruential generator. */
function* randoms(seed: number) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

async function cashedOf(issuer: Address): Promise<bigint> {
  const { chequebook } = contractsOn(localChainId)
  const events = await chain.client.getContractEvents({
    ...{ ...chequebook, eventName: 'ChequeCashed', args: { issuer }, strict: true, fromBlock: 0n },
  })
  return events.reduce((sum, { args }) => sum + args.amount, 0n)
}

/** The sum of the cheques in the data directory of a relay: those that it has written, or those that it holds. */
async function storedIn(directory: string, kind: 'written' | 'held'): Promise<bigint> {
  const entries = await (await EntryFiles.open(`${directory}/payments`)).load()
  let sum = 0n
  for (const [key, text] of entries) if (key.startsWith(`${kind}/`)) sum += decodeEntry(key, text).cheque.cumulative
  return sum
}

const peersOf = async (url: string): Promise<NonNullable<StatusJson['payments']>['peers']> =>
  (await (await fetch(`${url}/status`, asOperator)).json()).payments.peers

test(`a relay that is killed ${kills} times while it pays and is paid: no cheque is lost or paid twice, and all books agree`, async () => {
  const random = randoms(Number(process.env.LP_SEED ?? 20_261_129))
  const transcoder = await startRelay(chain, { relayPrice: wholesale, freeBytesPerSecond: 0 })
  const job = await postJob(chain)
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const prices = ['--relay-price', `${retail}`, '--max-price', `${wholesale}`, '--free-rate', '0', '--deposit', '2']
  const relay = await createCarrierProcess(chain, [...prices, '--stream', job.streamId])
  expect(await relay.start()).toBe(true)
  const viewer = await openPayingViewer(chain, { ...job, url: relay.url, maxWeiPerByte: retail })

  let isRecording = true
  const recording = (async () => {
    for (let number = 0; isRecording && number < segments.length; number++) {
      record(publisher, segments.slice(number, number + 1), number)
      await pause(700)
    }
  })()
  const playsOn = () => {
    const before = viewer.played.size
    return viewer.until(() => viewer.played.size >= before + 3)
  }
  await playsOn()
  const moments: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    await pause((random.next().value as number) * 4_000)
    await relay.kill()
    moments.push(`${viewer.played.size} segments`)
    expect(await relay.start()).toBe(true)
    await playsOn()
  }
  isRecording = false
  await recording
  console.info(`killed after: ${moments.join(' · ')}`)

  // Cheques that were not acknowledged are sent again.
  const written = () => {
    const channel = viewer.cashier.channelTo(relay.address.toLowerCase())
    return channel && viewer.cashier.last(channel)?.cumulative
  }
  for (;;) {
    const [upstream] = (await peersOf(transcoder.url)).filter(({ party }) =>
      isAddressEqual(party as Address, relay.address),
    )
    const [held, paid] = [await storedIn(relay.data, 'held'), await storedIn(relay.data, 'written')]
    if (held === written() && BigInt(upstream?.earned ?? 0) === paid) break
    await nextBlock(chain)
  }
  viewer.close()
  await publisher.stop()
  leave()
  await relay.stop()
  const [held, paid] = [await storedIn(relay.data, 'held'), await storedIn(relay.data, 'written')]
  expect(held).toBeGreaterThan(0n)
  expect(paid).toBeGreaterThan(0n)
  expect(held).toBe(written())
  expect(await cashedOf(viewer.account.address)).toBe(held)
  await transcoder.close()
  expect(await cashedOf(relay.address)).toBe(paid)
  expect(viewer.faults).toEqual([])
}, 300_000)
