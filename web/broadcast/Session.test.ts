import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import type { PublicClient } from 'viem'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type IngestHost, startIngest } from '../../relay/testbeds/ingest'
import { send, simulate } from '../act/transaction'
import type { Transact } from '../act/useTransact'
import { countingWallet } from '../testbeds/countingWallet'
import { registerTranscoder } from '../testbeds/registerTranscoder'
import type { BroadcastState } from './BroadcastState'
import { readHistory } from './history'
import { findOffer } from './offer'
import { presetOf } from './presets'
import { Session } from './Session'

let local: LocalChain
let relay: IngestHost
let transact: Transact

beforeAll(async () => {
  local = await startLocalChain()
  // The relay accepts WebSockets, but refuses every job.
  relay = await startIngest({ expects: () => false })
  await registerTranscoder(local, 1, { uri: relay.url, price: 1n, stake: '10' })
  await local.test.setIntervalMining({ interval: 1 })
  const account = local.user(2).address
  const { config } = await countingWallet({ rpcUrl: local.rpcUrl, account })
  transact = async (call, watching) => send(config, await simulate(config, call, account), watching)
  const stored = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
  })
  vi.stubGlobal('location', { protocol: 'http:' })
  vi.stubGlobal('WebSocket', WebSocket)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await relay.close()
  await local.stop()
})

async function start(): Promise<Session> {
  const preset = presetOf('360p')
  const client = local.chain as PublicClient
  return new Session({
    ...{ client, transact, preset, broadcaster: local.user(2).address, iceServers: [], mayRecord: false },
    // The session reads the tracks of the stream only after a transcoder has taken the job.
    stream: {} as MediaStream,
    onCaptured() {},
    sourceChoice: () => ({ kind: 'camera', cameraOn: true, microphoneOn: true }),
    offer: await findOffer(client, preset.options),
    weiPerMinute: 0n,
    connectTimeoutMs: 1_000,
  })
}

const stateOf = (session: Session, isWanted: (state: BroadcastState) => boolean) =>
  new Promise<BroadcastState>((resolve) => {
    const look = () => isWanted(session.getState()) && resolve(session.getState())
    session.subscribe(look)
    look()
  })

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

it('if no transcoder takes the posted job, the page does not say that nothing was paid, and knows what was paid', async () => {
  const before = await local.chain.getBalance({ address: local.user(2).address })
  const state = await stateOf(await start(), ({ name }) => name === 'failed')
  const [broadcast] = readHistory()
  expect(state).toMatchObject({
    problem: {
      sentence: 'The drawn transcoder does not answer.',
      nextStep: expect.stringContaining('You paid the network fee, and the deposit stays yours.'),
    },
    jobId: broadcast?.jobId,
  })
  const after = await local.chain.getBalance({ address: local.user(2).address })
  expect(before - after).toBe((broadcast?.networkWei ?? 0n) + (broadcast?.depositWei ?? 0n))
})

it('if the person cancels the start after the job was posted, the page knows the job', async () => {
  const session = await start()
  await stateOf(session, (state) => state.name === 'starting' && state.step === 'connection')
  session.cancel()
  expect(session.getState()).toMatchObject({ name: 'failed', jobId: readHistory()[0]?.jobId })
})

it('if the person cancels the start while the wallet asks, and confirms the transaction later, the page knows the job', async () => {
  const [asked, confirmed] = [gate(), gate()]
  const send = transact
  transact = async (...call) => {
    asked.open()
    await confirmed.opened
    return send(...call)
  }
  const session = await start()
  await asked.opened
  session.cancel()
  expect(session.getState()).not.toHaveProperty('jobId')
  confirmed.open()
  const state = await stateOf(session, (state) => state.name === 'failed' && state.jobId !== undefined)
  expect(state).toMatchObject({ jobId: readHistory()[0]?.jobId })
})
