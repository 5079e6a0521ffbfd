import type { MeshPayments } from '../mesh/joinStream'
import type { Transport } from '../mesh/Transport'
import type { Candidate } from './Directory'
import type { Follower } from './Follower'
import type { SharingOptions } from './joinViewers'
import type { Payloads } from './Payloads'
import { RecordExchange } from './RecordExchange'

export type MembershipOptions = Pick<
  SharingOptions,
  'streamId' | 'domain' | 'servers' | 'hints' | 'isRelay' | 'verifyPayload' | 'onChange' | 'refuse'
> & {
  follower: Follower
  payloads: Payloads
  /** Resolves after the next change of the follower. Rejects when `signal` aborts. */
  changed(signal: AbortSignal): Promise<void>
  /** Aborts when the viewer is closed. */
  closing: AbortSignal
}

/** Whether and how a viewer is connected to the other viewers of its stream. */
export class Membership {
  readonly #options: MembershipOptions
  #joining: AbortController | undefined
  /** How we joined the other viewers, so that we can join again at other trackers. */
  #joined: { at: readonly Candidate[]; again(): Promise<void> } | undefined
  #records: RecordExchange | undefined

  constructor(options: MembershipOptions) {
    this.#options = options
  }

  /** See `Viewer.join`. */
  async join(transport?: () => Transport, payments?: MeshPayments): Promise<void> {
    const { follower, payloads, changed: _, closing, ...stream } = this.#options
    this.#joining?.abort()
    this.#joined = undefined
    const joining = new AbortController()
    this.#joining = joining
    const signal = AbortSignal.any([joining.signal, closing])
    const [{ joinViewers }] = await Promise.all([import('./joinViewers'), this.#untilCandidates(signal)])
    // In the meantime, the caller left, closed the viewer, or joined again.
    if (signal.aborted) return
    const { candidates } = follower.newest.listings
    const mesh = joinViewers({
      ...{ ...stream, candidates, payments },
      transport: transport?.(),
      relay: payloads.pieces,
    })
    mesh.pieces?.on('header', (header) => follower.learn(header))
    this.#records = mesh.pieces && new RecordExchange(mesh.pieces, follower, stream.refuse)
    payloads.share(mesh)
    this.#joined = { at: candidates, again: () => this.join(transport, payments) }
  }

  /** Disconnects from the other viewers. */
  leave(): void {
    this.#joining?.abort()
    this.#joined = undefined
    this.#records = undefined
    this.#options.payloads.leave()
  }

  /**
   * The follower has changed. Tells a new record to the other viewers. After a new job, or if the chain replaced the block of the draw, the
   * stream can have only other transcoders, and so other trackers. Then this function joins again, because new viewers come to these trackers.
   */
  update(): void {
    this.#records?.tell()
    const { follower, refuse } = this.#options
    const { candidates } = follower.newest.listings
    const joined = this.#joined
    const isKnown = ({ serviceUri }: Candidate) => joined?.at.some((known) => known.serviceUri === serviceUri)
    if (joined && candidates.length > 0 && !candidates.some(isKnown)) joined.again().catch(refuse)
  }

  /** Resolves when the chain has named the candidates of the stream, or when `signal` aborts. */
  async #untilCandidates(signal: AbortSignal): Promise<void> {
    const { follower, changed } = this.#options
    while (follower.newest.listings.candidates.length === 0 && !signal.aborted)
      await changed(signal).catch(() => undefined)
  }
}
