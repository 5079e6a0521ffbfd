import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import type { PublicClient } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { send, simulate } from '../act/transaction'
import type { Transact } from '../act/useTransact'
import { countingWallet } from '../testbeds/countingWallet'
import { memoryStore } from '../testbeds/memoryStore'
import { registerTranscoder } from '../testbeds/registerTranscoder'
import { startTakingRelay, type TakingRelay } from '../testbeds/takingRelay'
import { TestBrowser } from '../testbeds/testBrowser'
import type { BroadcastFigures, BroadcastState } from './BroadcastState'
import { removeEarly } from './early/earlyStore'
import { readHistory } from './history'
import { findOffer } from './offer'
import { presetOf } from './presets'
import type { BroadcastStore } from './resume/BroadcastStore'
import { endStored } from './resume/endStored'
import { findStored } from './resume/findStored'
import type { StoredBroadcast } from './resume/StoredBroadcast'
import { Session } from './Session'
import type { SessionOptions } from './SessionOptions'

// Node has no IndexedDB, so the page cannot store an early link here. The spy records which early links the session deletes.
vi.mock('./early/earlyStore', { spy: true })

let local: LocalChain
let relay: TakingRelay
let transact: Transact
let options: Omit<SessionOptions, 'stream' | 'store' | 'onCaptured'>

beforeAll(async () => {
  local = await startLocalChain()
  relay = await startTakingRelay(local, 1)
  await registerTranscoder(local, 1, { uri: relay.url, price: 1n, stake: '10' })
  await local.test.setIntervalMining({ interval: 1 })
  const broadcaster = local.user(2).address
  const { config } = await countingWallet({ rpcUrl: local.rpcUrl, account: broadcaster })
  transact = async (call, watching) => send(config, await simulate(config, call, broadcaster), watching)
  const storage = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, text: string) => void storage.set(key, text),
  })
  vi.stubGlobal('location', { protocol: 'http:', href: 'http://localhost/' })
  vi.stubGlobal('document', { baseURI: 'http://localhost/' })
  const client = local.chain as PublicClient
  const preset = presetOf('360p')
  options = {
    ...{ client, transact, preset, broadcaster, iceServers: [], mayRecord: false, weiPerMinute: 0n },
    offer: await findOffer(client, preset.options),
    sourceChoice: () => ({ kind: 'camera', cameraOn: true, microphoneOn: false }),
  }
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await relay.close()
  await local.stop()
})

let browser: TestBrowser
let store: BroadcastStore
let sessions: Session[]
beforeEach(() => {
  browser = new TestBrowser((name, value) => vi.stubGlobal(name, value))
  store = memoryStore()
  sessions = []
})
afterEach(async () => {
  for (const session of sessions) {
    session.cancel()
    await session.stop()
  }
})

function start(more: Partial<SessionOptions> = {}) {
  const onCaptured = vi.fn()
  const session = new Session({ ...options, stream: browser.page.stream, store, onCaptured, ...more })
  sessions.push(session)
  return { session, onCaptured, page: browser.page }
}

const stateOf = (session: Session, isWanted: (state: BroadcastState) => boolean) =>
  new Promise<BroadcastState>((resolve) => {
    const look = () => {
      if (isWanted(session.getState())) resolve(session.getState())
    }
    session.subscribe(look)
    look()
  })

const isLive = ({ name }: BroadcastState) => name === 'live'

async function figuresOf(session: Session, isWanted: (figures: BroadcastFigures) => boolean = () => true) {
  const state = await stateOf(session, (state) => state.name === 'live' && isWanted(state.figures))
  return (state as BroadcastState & { name: 'live' }).figures
}

/** Records segments, and waits until the transcoder has acknowledged `total` segments of the broadcast. */
async function record({ session, page }: ReturnType<typeof start>, { segments, total }: Record<string, number>) {
  await stateOf(session, isLive)
  for (let segment = 0; segment < (segments as number); segment++) {
    page.capture.begin()
    page.capture.end()
  }
  return figuresOf(session, ({ segmentsAcknowledged }) => segmentsAcknowledged === total)
}

async function failureOf(session: Session) {
  const state = await stateOf(session, ({ name }) => name === 'failed')
  return (state as BroadcastState & { name: 'failed' }).problem.sentence
}

const transactions = () => local.chain.getTransactionCount({ address: options.broadcaster })

/** A broadcast with two acknowledged segments and the beginning of a third segment, whose page has crashed. */
async function interrupted(
  more: Partial<SessionOptions> = {},
): Promise<{ figures: BroadcastFigures; stored: StoredBroadcast }> {
  const first = start(more)
  const figures = await record(first, { segments: 2, total: 2 })
  first.page.capture.begin()
  await vi.waitFor(async () => expect((await store.readAll())[0]?.nextSequence).toBe(4n))
  browser.crash()
  const found = await findStored(options.client, store)
  expect(found.name).toBe('interrupted')
  return { figures, stored: (found as typeof found & { name: 'interrupted' }).stored }
}

const resumed = (stored: StoredBroadcast) =>
  start({
    stored,
    preset: { options: stored.terms.options, videoBitrate: stored.videoBitrate },
    offer: { ...stored.offer, pricePerUnit: stored.terms.pricePerUnit, relays: [] },
  })

describe('after the page of a live broadcast has crashed', () => {
  it('the broadcast goes on with the same job, deposit and link, behind all used sequence numbers', async () => {
    const { figures: before, stored } = await interrupted()
    const { received, assignments, ends } = relay.taken(stored.jobId)
    const sent = await transactions()
    expect(stored).toMatchObject({
      nextSequence: 4n,
      source: { kind: 'camera', microphoneOn: false },
      acknowledged: { segments: 2 },
    })
    const page = resumed(stored)
    const after = await record(page, { segments: 2, total: 4 })
    // The third segment had begun, and the number of the fourth segment was reserved.
    expect(received).toEqual([0n, 1n, 4n, 5n])
    // The new Assignment tells players that the stream has a discontinuity.
    expect(assignments.map(({ fromSequence }) => fromSequence)).toEqual([0n, 4n])
    // Without the earlier media time, a player would see a jump back.
    expect(page.page.capture.startTimeMs).toBeGreaterThan(1_000)
    expect(after).toMatchObject({ jobId: before.jobId, shareLink: before.shareLink, segmentsAcknowledged: 4 })
    expect([await transactions(), ends]).toEqual([sent, []])
    expect(readHistory().filter(({ jobId }) => jobId === stored.jobId)).toHaveLength(1)
    expect(await findStored(options.client, store)).toEqual({ name: 'elsewhere', jobIds: [stored.jobId] })

    await page.session.stop()
    expect(page.onCaptured).toHaveBeenCalled()
    expect(ends).toMatchObject([{ lastSequenceNumber: 5n }])
    await vi.waitFor(async () => expect(await findStored(options.client, store)).toEqual({ name: 'none' }))
  })

  it('the broadcast keeps its title and its poster', async () => {
    const { stored } = await interrupted({ cover: { title: 'Trains at Olten', poster: '' } })
    await record(resumed(stored), { segments: 1, total: 3 })
    const { covers } = relay.taken(stored.jobId)
    expect(covers).toMatchObject([{ title: 'Trains at Olten' }, { title: 'Trains at Olten' }])
    expect(covers[1]).toEqual(covers[0])
  })

  it('the person can end the broadcast without a camera and without a transaction', async () => {
    const { stored } = await interrupted()
    const sent = await transactions()
    await endStored(stored, { client: options.client, store, iceServers: [] })
    const { ends } = relay.taken(stored.jobId)
    expect(ends).toMatchObject([{ lastSequenceNumber: 3n }])
    expect([await transactions(), await store.readAll()]).toEqual([sent, []])
  })

  it('ending the broadcast deletes its early link before the final signed end is sent', async () => {
    const { stored } = await interrupted()
    const ending = () => endStored(stored, { client: options.client, store, iceServers: [] })
    const { ends } = relay.taken(stored.jobId)
    const deleted = vi.mocked(removeEarly).mockClear()
    deleted.mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'))
    await expect(ending()).rejects.toThrow('full')
    // The link can start the next broadcast as long as its stream has no signed end. So the broadcast is still interrupted.
    expect([ends, await store.readAll()]).toMatchObject([[], [{ jobId: stored.jobId }]])
    let endsBefore: number | undefined
    deleted.mockImplementationOnce(async () => {
      endsBefore = ends.length
    })
    await ending()
    expect(deleted.mock.calls).toEqual([[stored.streamId], [stored.streamId]])
    expect([endsBefore, ends]).toMatchObject([0, [{ lastSequenceNumber: 3n }]])
  })

  it('if another tab has stopped the broadcast meanwhile, it does not go on', async () => {
    const { stored } = await interrupted()
    await store.remove(stored.jobId)
    expect(await failureOf(resumed(stored).session)).toBe('Your broadcast was ended in another tab.')
  })

  it('the broadcast stays interrupted if the person cancels the attempt to go on', async () => {
    const { stored } = await interrupted()
    const { session } = resumed(stored)
    session.cancel()
    expect(await failureOf(session)).toBe('Your broadcast is interrupted, and viewers wait.')
    await vi.waitFor(async () => expect(await findStored(options.client, store)).toMatchObject({ name: 'interrupted' }))
    expect(relay.taken(stored.jobId).ends).toEqual([])
  })

  it('a broadcast whose job is over does not go on, and its key is deleted', async () => {
    const { stored } = await interrupted()
    await local.mined(local.user(2).jobsManager.write.endJob([stored.jobId]))
    await vi.waitFor(async () => expect(await findStored(options.client, store)).toEqual({ name: 'none' }), 10_000)
    expect(await store.readAll()).toEqual([])
  })
})

describe('one tab of a browser', () => {
  it('broadcasts at a time: another tab posts no job', async () => {
    const first = start()
    await stateOf(first.session, isLive)
    const sent = await transactions()
    browser.openTab()
    expect(await failureOf(start().session)).toBe('Another tab of this browser broadcasts now.')
    expect(await transactions()).toBe(sent)
    expect(first.session.getState().name).toBe('live')
  })
})

describe('a browser that stores nothing', () => {
  it('broadcasts', async () => {
    expect(await record(start({ store: undefined }), { segments: 1, total: 1 })).toMatchObject({ segmentsSent: 1 })
  })

  it('broadcasts if its store fails', async () => {
    const fail = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))
    const broken = { readAll: fail, add: fail, change: fail, remove: fail }
    await record(start({ store: broken }), { segments: 1, total: 1 })
  })
})

describe('a stream that is sold', () => {
  it('does not start in a browser that cannot keep the cheques of viewers, and nothing is paid', async () => {
    const sent = await transactions()
    expect(await failureOf(start({ weiPerMinute: 1n }).session)).toBe('This browser could not store a payment.')
    expect(await transactions()).toBe(sent)
  })
})

describe('a start that the person cancels while the camera is being recorded', () => {
  it('turns the camera off, and stores nothing', async () => {
    browser.page.isReady = false
    const { session, onCaptured, page } = start()
    await vi.waitFor(() => expect(page.captures).toHaveLength(1), 30_000)
    session.cancel()
    expect(onCaptured).toHaveBeenCalled()
    page.capture.start()
    await vi.waitFor(() => expect(page.capture.received.at(-1)).toEqual({ type: 'stop' }))
    expect(await store.readAll()).toEqual([])
  })
})
