import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StreamCover } from '@lp/contracts/protocol'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { createStream, domain } from '../../testbeds/stream'
import { Catalogue } from '../storage/Catalogue'
import { PayloadStore } from '../storage/PayloadStore'
import { JobStreams } from './JobStreams'

const onFault = (fault: Error) => {
  throw fault
}
const newFolder = () => mkdtemp(join(tmpdir(), 'lp-cover-'))

/** The streams of a job whose broadcaster has just signed the Assignment. */
async function opened() {
  const directory = await newFolder()
  const catalogue = await Catalogue.open({ directory, onFault })
  const payloads = await PayloadStore.open({ directory: await newFolder(), maxBytes: 1_000_000, onFault })
  const stream = createStream()
  const { record } = await stream.assign({ fromSequence: 0n })
  const { jobId, streamId, options, acceptance, assignment } = record
  const streams = new JobStreams({
    ...{ domain, catalogue, payloads, renditionKey: privateKeyToAccount(generatePrivateKey()) },
    // The job on chain and the metrics are not used here.
    ...{ drawn: { job: { jobId, streamId }, options } as never, metrics: {} as never },
  })
  await streams.open({ acceptance, assignment })
  return { ...stream, directory, catalogue, streams }
}

describe('the title and the poster of a broadcaster', () => {
  test('are in the record of the stream, also after a restart of the relay', async () => {
    const { streams, streamId, streamKey, catalogue, directory } = await opened()
    const cover = await StreamCover.sign({ streamId, title: 'Trains', poster: '' }, streamKey, domain)
    expect(catalogue.record(streamId)?.cover).toBeUndefined()
    await streams.show(cover)
    await catalogue.close()
    const restarted = await Catalogue.open({ directory, onFault })
    expect(restarted.record(streamId)?.cover).toEqual(cover)
    await restarted.close()
  })

  test('are refused if another key signed them', async () => {
    const { streams, streamId, catalogue } = await opened()
    const stranger = privateKeyToAccount(generatePrivateKey())
    const forged = await StreamCover.sign({ streamId, title: 'Trains', poster: '' }, stranger, domain)
    await expect(streams.show(forged)).rejects.toThrow(StreamCover.WrongSignerError)
    expect(catalogue.record(streamId)?.cover).toBeUndefined()
    await catalogue.close()
  })
})
