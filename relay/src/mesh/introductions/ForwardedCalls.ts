import type { Hex } from 'viem'
import type { IntroductionMessage } from '../introductionMessages'
import type { Acquaintance } from './Acquaintance'

type Call = Extract<IntroductionMessage, { type: 'call' }>
type Reply = Extract<IntroductionMessage, { type: 'callAnswer' | 'callRefusal' }>
type Forwarded = { readonly caller: Acquaintance; readonly callee: Acquaintance; readonly atMs: number }

/**
 * When a new call comes, we forget the calls that are older than this. So the callee has at least this time to answer, unless
 * `maxForwarded` calls wait for an answer.
 */
const lifeMs = 15_000
const maxForwarded = 256

/** Forwards calls from one of our neighbours to another, and at most one reply to each call. */
export class ForwardedCalls {
  /** The keys are the ids of the offers. The oldest call comes first. */
  readonly #calls = new Map<Hex, Forwarded>()

  /** Sends the call to the callee, or refuses it. */
  forward(call: Call, caller: Acquaintance, callee: Acquaintance | undefined): void {
    const { offerId, sdp } = call
    this.#forgetOld()
    if (!callee || callee === caller || this.#calls.has(offerId) || !callee.mayForward()) {
      caller.peer.send({ type: 'callRefusal', offerId })
      return
    }
    this.#calls.set(offerId, { caller, callee, atMs: performance.now() })
    callee.peer.send({ type: 'call', isForwarded: true, peerId: caller.peer.id, offerId, sdp })
  }

  /**
   * Sends the reply to the caller. Ignores a reply to a call that we have forgotten, and a reply to a call that this neighbour did not get.
   */
  reply(reply: Reply, callee: Acquaintance): void {
    const call = this.#calls.get(reply.offerId)
    if (call?.callee !== callee) return
    this.#calls.delete(reply.offerId)
    call.caller.peer.send(reply)
  }

  #forgetOld() {
    const nowMs = performance.now()
    for (const [offerId, { atMs }] of this.#calls) {
      if (this.#calls.size < maxForwarded && nowMs - atMs < lifeMs) return
      this.#calls.delete(offerId)
    }
  }
}
