import { type Address, isAddressEqual } from 'viem'
import * as Relay from '../client/Relay'
import { NoKeyServerError } from '../mesh/KeyTalk'
import type { Mesh } from '../mesh/Mesh'
import type { Candidate } from './Directory'

/** The ways to a key server. */
export type KeyLines = {
  /** `undefined`: we are in no mesh. */
  mesh(): Mesh | undefined
  candidates(): readonly Candidate[]
  fetch: typeof fetch
}

type Question = { content: Uint8Array; signal: AbortSignal }

/** A viewer that has just joined the mesh connects to its key server within this time. */
const connectMs = 10_000

/**
 * Asks a key server through the mesh, if the mesh has a connection to it. Without an answer, asks over HTTP, if the key server is a
 * candidate. If neither way gives an answer, waits until the mesh has a connection to the key server, and asks it through the mesh. Rejects
 * with `NoKeyServerError`, the error of the last request, or the reason of `signal`.
 */
export async function askKeyServer(lines: KeyLines, server: Address, question: Question): Promise<Uint8Array> {
  const overMesh = lines.mesh()?.reachesKeyServer(server)
    ? await lines.mesh()?.askKeyServer(server, question).catch(failedUnless(question.signal))
    : undefined
  return overMesh ?? (await overHttp(lines, server, question)) ?? whenConnected(lines, server, question)
}

async function overHttp({ candidates, fetch }: KeyLines, server: Address, question: Question) {
  const found = candidates().find(({ address }) => isAddressEqual(address, server))
  const relay = Relay.at(found?.serviceUri, fetch)
  return relay && Relay.keys(relay, question).catch(failedUnless(question.signal))
}

async function whenConnected({ mesh }: KeyLines, server: Address, question: Question): Promise<Uint8Array> {
  const { signal } = question
  const waiting = AbortSignal.timeout(connectMs)
  for (let room = mesh(); room; room = mesh()) {
    if (room.reachesKeyServer(server)) return room.askKeyServer(server, question)
    signal.throwIfAborted()
    if (waiting.aborted) break
    await Promise.race([room.next('change'), aborted(AbortSignal.any([signal, waiting]))])
  }
  throw new NoKeyServerError({ server })
}

/** Replaces a failure by `undefined`, so that we try another way. Throws the reason of `signal` if it has aborted. */
const failedUnless = (signal: AbortSignal) => () => {
  signal.throwIfAborted()
  return undefined
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
