import type { Assignment, StreamCover, StreamEnd } from '@lp/contracts/protocol'
import { Hello } from '@lp/contracts/protocol'
import { localChainId, localKey } from '@lp/contracts/script/deploy'
import type { LocalChain } from '@lp/contracts/testbeds/localChain'
import { type Hex, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { domainOf, readJob } from '../../relay/src/chain/StreamDirectory'
import { Intake } from '../../relay/src/ingest/Intake'
import type { Worker } from '../../relay/src/ingest/Worker'
import { greet } from '../../relay/src/mesh/greet'
import { startIngest } from '../../relay/testbeds/ingest'

/** What the relay has got for one job. */
export type Taken = {
  /** The sequence numbers of the segments, in order of arrival. */
  received: bigint[]
  assignments: Assignment.Assignment[]
  ends: StreamEnd.StreamEnd[]
  covers: StreamCover.StreamCover[]
}

/**
 * The relay of account `index` on loopback. It takes all jobs over WebSocket, checks each segment, and acknowledges it without transcoding
 * it.
 */
export async function startTakingRelay(local: LocalChain, index: number) {
  const signer = privateKeyToAccount(localKey(index))
  const domain = domainOf(localChainId)
  const jobs = new Map<Hex, Taken>()
  const taken = (jobId: Hex): Taken => {
    const known = jobs.get(jobId) ?? { received: [], assignments: [], ends: [], covers: [] }
    jobs.set(jobId, known)
    return known
  }
  const workOn = ({ received, assignments, ends, covers }: Taken): Worker => {
    const next = () => {
      const [last, assigned] = [received.at(-1), assignments.at(-1)?.fromSequence ?? 0n]
      return last === undefined || last < assigned ? assigned : last + 1n
    }
    return {
      get nextSequence() {
        return next()
      },
      ...{ renditionKey: signer.address, settled: Promise.resolve(), maxPayloadBytes: 1_000_000 },
      async assigned(assignment) {
        if (assignments.at(-1)?.fromSequence !== assignment.fromSequence) assignments.push(assignment)
      },
      show: async (cover) => void covers.push(cover),
      list: async () => {},
      learnKey: async () => {},
      keyOf: () => undefined,
      begin: () => ({
        failed: new Promise(() => undefined),
        write() {},
        part() {},
        abort() {},
        async commit({ sequenceNumber }, payload) {
          received.push(sequenceNumber)
          return keccak256(payload)
        },
      }),
      refused(error) {
        throw error
      },
      async ended(end) {
        ends.push(end)
      },
    }
  }
  const admission = { assertOpen() {}, enter() {}, active() {}, leave() {} }
  const host = await startIngest({
    key: signer,
    expects: () => true,
    async greet(jobId, channel) {
      const { streamId } = await readJob(local.chain, jobId)
      const link = await greet(channel, {
        ...{ streamId, role: 'relay', capabilities: [] },
        sign: (hello) => Hello.sign(hello, signer, domain),
        recover: (hello, signature) => Hello.recover(hello, signature, domain),
      })
      if (link.role !== 'broadcaster') return link.close()
      new Intake({ link, worker: workOn(taken(jobId)), offer: { jobId, streamId, domain, signer }, admission })
    },
  })
  return { ...host, taken }
}

export type TakingRelay = Awaited<ReturnType<typeof startTakingRelay>>
