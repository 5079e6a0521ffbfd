import { setTimeout as pause } from 'node:timers/promises'
import { type Address, isAddressEqual } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cashedOf } from '../../testbeds/cashedOf'
import { mineEachSecond, reached, record } from '../../testbeds/claims'
import { randomFrom } from '../../testbeds/fuzz'
import { asOperator } from '../../testbeds/operator'
import { buildRelay, createCarrierProcess } from '../../testbeds/relayProcess'
import { type Chain, makeSegments, nextBlock, postJob, publish, startChain, startRelay } from '../../testbeds/startNode'
import { storedIn } from '../../testbeds/storedCheques'
import { createViewerProcess } from '../../testbeds/viewerProcess'
import type { StatusJson } from '../gateway/StatusJson'

/** The number of kills of each of the two processes. */
const kills = 4
const segments = makeSegments(250)
const [wholesale, retail] = [200_000_000n, 300_000_000n]
/**
 * The viewer pays for this number of bytes at a time: every few seconds, because a relay takes at most one cheque of a payer in two
 * seconds.
 */
const stepBytes = 500_000
const step = BigInt(stepBytes) * retail

let chain: Chain
beforeAll(async () => {
  buildRelay()
  chain = await startChain()
  await mineEachSecond(chain)
}, 120_000)
afterAll(() => chain.stop())

const peersOf = async (url: string): Promise<NonNullable<StatusJson['payments']>['peers']> =>
  (await (await fetch(`${url}/status`, asOperator)).json()).payments.peers

test(`a relay and its viewer are each killed ${kills} times while they pay: no cheque is lost or paid twice, and all books agree`, async () => {
  const random = randomFrom(Number(process.env.LP_SEED ?? 20_261_129))
  const transcoder = await startRelay(chain, { relayPrice: wholesale, freeBytesPerSecond: 0 })
  const job = await postJob(chain)
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const prices = ['--relay-price', `${retail}`, '--max-price', `${wholesale}`, '--free-rate', '0', '--deposit', '2']
  const relay = await createCarrierProcess(chain, [...prices, '--stream', job.streamId])
  expect(await relay.start()).toBe(true)
  const viewer = await createViewerProcess(chain, { ...job, url: relay.url, maxWeiPerByte: retail, stepBytes })
  viewer.start()

  let isRecording = true
  const recording = (async () => {
    for (let number = 0; isRecording && number < segments.length; number++) {
      record(publisher, segments.slice(number, number + 1), number)
      await Promise.all([pause(700), reached(publisher, ({ acknowledged }) => acknowledged > number)])
    }
  })()
  const books = `${relay.data}/payments`
  const read = async () => ({
    viewer: await storedIn(viewer.directory, 'written'),
    relay: await storedIn(books, 'held'),
    bought: await storedIn(books, 'written'),
  })
  await viewer.playsOn(3)
  const moments: string[] = []
  let before = { viewer: 0n, relay: 0n, bought: 0n }
  const killed = Array.from({ length: kills }, () => ['relay', 'viewer'] as const).flat()
  while (killed.length > 0) {
    const [name] = killed.splice(random(killed.length), 1)
    await pause(random(3_000))
    const atMs = performance.now()
    if (name === 'relay') await relay.kill()
    else await viewer.kill()
    const after = await read()
    // Cheques only grow, and a payer has at most one cheque that the payee does not hold.
    for (const book of ['viewer', 'relay', 'bought'] as const) expect(after[book]).toBeGreaterThanOrEqual(before[book])
    expect(after.viewer).toBeGreaterThan(before.viewer)
    const cheques = [...new Set([0n, ...viewer.cheques(), after.viewer])]
    expect(cheques).toEqual([...cheques].sort((a, b) => (a < b ? -1 : 1)))
    expect(cheques.slice(-2)).toContain(after.relay)
    before = after
    if (name === 'relay') expect(await relay.start()).toBe(true)
    else viewer.start()
    await viewer.playsOn(3)
    moments.push(`${name} (${Math.round(performance.now() - atMs)} ms)`)
  }
  isRecording = false
  await recording
  console.info(`killed, and played on after: ${moments.join(' · ')}`)

  // Cheques that were not acknowledged are sent again.
  for (;;) {
    const peers = await peersOf(transcoder.url)
    const upstream = peers.find(({ party }) => isAddressEqual(party as Address, relay.address))
    const now = await read()
    if (now.relay === now.viewer && BigInt(upstream?.earned ?? 0) === now.bought) break
    await nextBlock(chain)
  }
  await viewer.kill()
  await publisher.stop()
  leave()
  await relay.stop()
  const paid = await read()
  expect(paid.relay).toBe(paid.viewer)
  expect(await cashedOf(chain, viewer.address)).toBe(paid.viewer)
  await transcoder.close()
  expect(await cashedOf(chain, relay.address)).toBe(paid.bought)
  expect(paid.bought).toBeGreaterThan(0n)
  // The difference between the viewer's payments and the cost of the bytes that it got is at most one step for each kill, plus one step at
  // the end.
  const difference = paid.viewer - BigInt(viewer.bytes()) * retail
  expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(BigInt(2 * kills + 1) * step)
  expect(viewer.faults()).toEqual([])
}, 180_000)
