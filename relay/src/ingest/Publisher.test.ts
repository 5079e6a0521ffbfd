import { Acceptance, StreamId } from '@lp/contracts/protocol'
import { zeroAddress, zeroHash } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { Emitter } from '../mesh/Emitter'
import type { Message } from '../mesh/wire'
import { Publisher } from './Publisher'

const domain = { chainId: 31337, jobsManager: zeroAddress }
const streamKey = privateKeyToAccount(generatePrivateKey())
const transcoder = privateKeyToAccount(generatePrivateKey())
const jobId = zeroHash
const streamId = StreamId.random(streamKey.address)

/** Assigns the stream to a transcoder. Returns a function that publishes a segment and emits the transcoder's answer. */
async function assigned() {
  const link = Object.assign(new Emitter<{ message: [Message]; close: [undefined] }>(), {
    role: 'relay' as const,
    address: transcoder.address,
    capabilities: new Set<never>(),
    send() {},
    ready: async () => {},
    close() {},
  })
  const publisher = new Publisher({ streamId, streamKey, domain, jobId, candidates: [transcoder.address] })
  publisher.add(link)
  const isAssigned = new Promise<void>((resolve) => {
    publisher.on('progress', ({ phase }) => phase === 'assigned' && resolve())
  })
  const terms = { jobId, streamId, renditionKey: transcoder.address, fromSequence: 0n }
  link.emit('message', { type: 'acceptance', acceptance: await Acceptance.sign(terms, transcoder, domain) })
  await isAssigned
  let sequenceNumber = 0n
  /** Publishes a segment. Resolves to the progress after the transcoder's answer. */
  const publish = async (answer: 'ack' | 'refusal') => {
    const sent = publisher.progress.sent + 1
    const isSent = new Promise<void>((resolve) => {
      const stop = publisher.on('progress', (progress) => {
        if (progress.sent !== sent) return
        stop()
        resolve()
      })
    })
    publisher.begin(1_790_000_000_000)
    publisher.append(new Uint8Array([1]))
    publisher.end(2_000)
    await isSent
    link.emit(
      'message',
      answer === 'ack'
        ? { type: 'ack', sequenceNumber: sequenceNumber++, receiptHash: zeroHash }
        : { type: 'refusal', sequenceNumber: sequenceNumber++, code: 'SegmentRun.RefusedError', message: 'No.' },
    )
    return publisher.progress
  }
  return publish
}

describe('a refusal', () => {
  it('is reported until five segments in a row are acknowledged', async () => {
    const publish = await assigned()
    expect(await publish('refusal')).toMatchObject({ refused: 1, refusal: { code: 'SegmentRun.RefusedError' } })
    for (let count = 0; count < 4; count++) expect((await publish('ack')).refusal).toBeDefined()
    await publish('refusal')
    for (let count = 0; count < 4; count++) expect((await publish('ack')).refusal).toBeDefined()
    expect(await publish('ack')).toMatchObject({ refused: 2, acknowledged: 9, refusal: undefined })
  })
})
