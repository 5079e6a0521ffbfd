import { assertSocketReaches, iceServersOf } from 'lp-relay'
import type { Problem } from '../ui/Problem'
import { type Answer, askHealth } from './askHealth'
import { findUdpPath } from './findUdpPath'
import { isNear } from './isNear'

/** The page asks at most this number of relays, because one answer is enough. */
const maxAsked = 8

/** Whether WebRTC is possible here. If WebRTC is not possible, the stream goes over WebSocket. */
export type Reach = { webRtc: boolean }

export type ReachOptions = {
  signal: AbortSignal
  /** STUN and TURN servers of the operator of the page. The page also asks the STUN servers of the relays. */
  iceServers?: readonly RTCIceServer[]
  /**
   * How long the page waits for the answers of the relays and of the STUN and TURN servers, and then again for a WebSocket.
   * @defaultValue 5000
   */
  patienceMs?: number
}

/**
 * Checks that this browser can send a stream, before the wallet is asked for the deposit. At least one of the relays must answer. A STUN or
 * TURN server must answer, or a WebSocket must reach a relay: if a network drops UDP packets, the browser still finds its own addresses.
 * If all relays are on this machine or in the same private network, no proof of UDP is needed. Throws `NoRelayAnswersError` and
 * `NoTransportError`.
 */
export async function checkReach(
  relays: readonly string[],
  { signal, iceServers = [], patienceMs = 5_000 }: ReachOptions,
): Promise<Reach> {
  const asked = relays.slice(0, maxAsked)
  const areNear = asked.every(isNear)
  const servers = areNear ? [] : iceServersOf(asked.map(toCandidate), { iceServers })
  const [udp] = await Promise.all([findUdpPath(servers, patienceMs), assertOneAnswers(asked, patienceMs)])
  signal.throwIfAborted()
  if (udp === 'none' || (udp === 'unproven' && !areNear)) {
    const socket = { WebSocket, signal, openTimeoutMs: patienceMs }
    await Promise.any(asked.map((serviceUri) => assertSocketReaches({ serviceUri, ...socket }))).catch(() => {
      signal.throwIfAborted()
      throw new NoTransportError()
    })
  }
  return { webRtc: udp !== 'none' }
}

const toCandidate = (serviceUri: string) => ({ serviceUri })

async function assertOneAnswers(relays: readonly string[], patienceMs: number): Promise<void> {
  const answers = relays.map(async (uri) => (await askHealth(uri, patienceMs)).answer)
  const usable = answers.map(async (answer) => {
    if ((await answer) !== 'answers') throw new NoRelayAnswersError({ answers: [await answer] })
  })
  await Promise.any(usable).catch(async () => {
    throw new NoRelayAnswersError({ answers: await Promise.all(answers) })
  })
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
  constructor({ answers }: { answers: readonly Answer[] }) {
    super('No relay accepted the page before the job was posted.')
    const refusing = answers.filter((answer) => answer === 'refuses').length
    this.problem = {
      sentence: sentenceOf(answers.length - refusing, refusing),
      nextStep:
        refusing === 0
          ? 'Nothing was paid. Check your connection, and try again in a minute.'
          : 'Nothing was paid. A relay takes no new streams while it is too slow, its disk is full, or it does not reach the chain. Try again in a few minutes.',
    }
  }
}

function sentenceOf(silent: number, refusing: number): string {
  const count = silent + refusing
  if (silent > 0 && refusing > 0)
    return `Of the ${count} transcoders at this price, ${silent} ${silent === 1 ? 'does' : 'do'} not answer this page, and ${refusing} ${refusing === 1 ? 'takes' : 'take'} no new streams now.`
  if (refusing > 0)
    return count === 1
      ? 'The only transcoder at this price takes no new streams now.'
      : `None of the ${count} transcoders at this price takes new streams now.`
  return count === 1
    ? 'The only transcoder at this price does not answer this page.'
    : `None of the ${count} transcoders at this price answers this page.`
}
