import type { Place } from 'lp-relay'
import type { PublicClient } from 'viem'
import { slowProblem } from '../act/slowProblem'
import type { Problem } from '../ui/Problem'
import type { StartingStep } from './BroadcastState'
import { type PostedJob, type PostJobOptions, postJob } from './postJob'
import { checkReach } from './reach'

export type StartJobOptions = Omit<PostJobOptions, 'watching' | 'client'> & {
  client: PublicClient
  offer: { relays: readonly string[] }
  iceServers: readonly RTCIceServer[]
}

/** Checks that a relay answers, and posts the job of a new broadcast. Throws the errors of `checkReach` and `postJob`. */
export async function startJob(
  options: StartJobOptions,
  { signal, onStep }: { signal: AbortSignal; onStep(step: StartingStep, slow?: Problem): void },
): Promise<{ posted: PostedJob; webRtc: boolean }> {
  const { offer, iceServers } = options
  const { webRtc } = await checkReach(offer.relays, { signal, iceServers })
  signal.throwIfAborted()
  onStep('wallet')
  const watching = { onSent: () => onStep('job'), onSlow: (place: Place) => onStep('job', slowProblem(place)) }
  return { webRtc, posted: await postJob({ ...options, watching }) }
}
