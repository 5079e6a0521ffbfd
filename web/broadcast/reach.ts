import { assertSocketReaches } from 'lp-relay'
import type { Problem } from '../ui/Problem'

/** How long the page waits for the answer of a relay, and for a network address for WebRTC. */
const patienceMs = 5_000
/** The page asks at most this number of relays, because one answer is enough. */
const maxAsked = 8

/** Whether WebRTC is possible here. If WebRTC is not possible, the stream goes over WebSocket. */
export type Reach = { webRtc: boolean }

/**
 * Checks that this browser can send a stream, before the wallet is asked for the deposit. At least one of the relays must answer. If the
 * browser finds no address for WebRTC, its WebSockets must reach a relay. Throws `NoRelayAnswersError` and `NoTransportError`.
 */
export async function checkReach(relays: readonly string[], signal: AbortSignal): Promise<Reach> {
  const asked = relays.slice(0, maxAsked)
  const [webRtc] = await Promise.all([
    findsAddress(),
    Promise.any(asked.map(assertAnswers)).catch(() => {
      throw new NoRelayAnswersError({ relays: asked.length })
    }),
  ])
  signal.throwIfAborted()
  if (!webRtc) {
    const socket = { WebSocket, signal, openTimeoutMs: patienceMs }
    await Promise.any(asked.map((serviceUri) => assertSocketReaches({ serviceUri, ...socket }))).catch(() => {
      signal.throwIfAborted()
      throw new NoTransportError()
    })
  }
  return { webRtc }
}

async function assertAnswers(uri: string): Promise<void> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), patienceMs)
  try {
    const request = {
      signal: waiting.signal,
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
    } as const
    const { ok, status } = await fetch(`${uri}/healthz`, request)
    // Status 404 is an answer too, because a proxy can hide /healthz. Status 429 is also an answer: the relay got too many requests.
    if (!ok && status !== 404 && status !== 429) throw new NoRelayAnswersError({ relays: 1 })
  } finally {
    clearTimeout(timer)
  }
}

/** Whether the browser finds at least one network address for WebRTC (an ICE candidate). */
function findsAddress(): Promise<boolean> {
  if (!('RTCPeerConnection' in globalThis)) return Promise.resolve(false)
  const connection = new RTCPeerConnection()
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs)
    connection.onicecandidate = ({ candidate }) => {
      clearTimeout(timer)
      resolve(Boolean(candidate?.candidate))
    }
    connection.createDataChannel('address')
    connection.setLocalDescription().catch(() => resolve(false))
  }).finally(() => connection.close())
}

export class NoTransportError extends Error {
  override readonly name = 'Reach.NoTransportError'
  readonly problem: Problem = {
    sentence:
      'This browser or this network blocks WebRTC and WebSocket, but the page needs one of the two to send the stream.',
    nextStep:
      'Nothing was paid. Allow WebRTC or WebSocket in the settings or extensions of the browser, or use another network.',
  }
}

export class NoRelayAnswersError extends Error {
  override readonly name = 'Reach.NoRelayAnswersError'
  readonly problem: Problem
  constructor({ relays }: { relays: number }) {
    super('No relay answered the page before the job was posted.')
    this.problem = {
      sentence:
        relays === 1
          ? 'The only transcoder at this price does not answer this page.'
          : `None of the ${relays} transcoders at this price answers this page.`,
      nextStep: 'Nothing was paid. Check your connection, and try again in a minute.',
    }
  }
}
