import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TranscodingOptions } from '@lp/contracts/protocol'
import type { PrivateKeyAccount } from 'viem'
import { createGateway, type GatewayOptions } from '../src/gateway/createGateway'
import { createMetrics } from '../src/gateway/metrics'
import { Catalogue } from '../src/storage/Catalogue'
import { PayloadStore } from '../src/storage/PayloadStore'
import { failOnFault } from './faults'
import { createStream } from './stream'

/** A gateway with an empty catalogue, on an unused port of the loopback address. */
export async function startGateway(change: Partial<GatewayOptions> = {}, { silenceMs = 10_000 } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'lp-gateway-'))
  const streams = join(directory, 'streams')
  const catalogue = await Catalogue.open({ directory: streams, silenceMs, onFault: failOnFault })
  const payloads = await PayloadStore.open({
    ...{ directory: join(directory, 'payloads'), maxBytes: 2 ** 30, onFault: failOnFault },
  })
  const metrics = createMetrics()
  const faults: Error[] = []
  const gateway = await createGateway({
    ...{ catalogue, payloads, metrics, port: 0, host: '127.0.0.1', statusToken: 'operator' },
    status: () => ({
      ...{ version: '0.1.0', address: undefined, roles: ['transcoder'] },
      chain: { id: 31337, jobsManager: '0x1111111111111111111111111111111111111111', block: 12n },
      ffmpeg: { engine: 'ffmpeg 5.1', sandbox: 'none', path: '/usr/bin/ffmpeg' },
      faults: [{ room: 'storage', kind: 'ENOSPC', count: 1, lastMs: 0 }],
      claims: [],
      earnings: { unclaimed: 0n, inEscrow: 0n, earned: 1_000n, withdrawn: 0n },
    }),
    onFault: (error) => faults.push(error),
    ...change,
  })

  /** A stream whose segments are stored as a transcoder stores them. */
  async function addStream(
    options?: TranscodingOptions.TranscodingOptions,
    { transcoder, ...wishes }: { mayRecord?: boolean; transcoder?: PrivateKeyAccount } = {},
  ) {
    const stream = createStream(options, wishes)
    const assigned = await stream.assign({ fromSequence: 0n, ...(transcoder && { transcoder }) })
    await catalogue.recordAssignment(assigned.record)
    async function publish(segment: Parameters<typeof stream.publication>[0] & { data: Uint8Array }) {
      const publication = await stream.publication(segment)
      await payloads.put(publication.dataHash, segment.data)
      await catalogue.publish(stream.streamId, publication)
      return publication
    }
    /** Publishes the parts of a source segment. Resolves to the parts. */
    async function publishParts(segment: Parameters<typeof stream.parts>[0]) {
      const parts = await stream.parts(segment)
      for (const { part, bytes } of parts) catalogue.publishPart(stream.streamId, part, bytes)
      return parts.map(({ part }) => part)
    }
    /** Records the signed end of the stream. */
    async function finish(lastSequenceNumber: bigint) {
      await catalogue.update(stream.streamId, { end: await stream.end(lastSequenceNumber) })
    }
    return { ...stream, ...assigned, publish, publishParts, finish }
  }

  return {
    ...{ catalogue, payloads, metrics, faults, gateway, url: gateway.url, addStream },
    async stop() {
      await gateway.close()
      await catalogue.close()
      await rm(directory, { recursive: true })
    },
  }
}
