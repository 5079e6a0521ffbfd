import { Part, PayloadTree, Segment, StreamId } from '@lp/contracts/protocol'
import { concatBytes, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { Emitter } from '../mesh/Emitter'
import type { Message } from '../mesh/wire'
import { deliver } from './deliver'
import { Outbox } from './Outbox'
import { Recording } from './Recording'

const domain = { chainId: 31337, jobsManager: zeroAddress }
const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)
const bytes = crypto.getRandomValues(new Uint8Array(9_000))

/** Records a segment of 9,000 bytes with parts that end at 4,000 and 7,000 bytes. */
async function recorded() {
  const outbox = new Outbox()
  const durationsMs: number[] = []
  const recording = new Recording({
    ...{ outbox, streamId, streamKey, domain, fromSequence: 5n },
    onSegment: (_, durationMs) => durationsMs.push(durationMs),
  })
  recording.begin(1_790_000_000_000)
  recording.append(bytes.subarray(0, 4_000))
  recording.part({ byteLength: 4_000, durationMs: 333.4 })
  recording.append(bytes.subarray(4_000, 8_000))
  recording.part({ byteLength: 7_000, durationMs: 700 })
  recording.append(bytes.subarray(8_000))
  recording.end(2_000)
  await recording.signed
  return { outbox, recording, durationsMs }
}

/** The messages that a transcoder receives. */
async function delivered(outbox: Outbox): Promise<Message[]> {
  const messages: Message[] = []
  const link = Object.assign(new Emitter<{ message: [Message]; close: [undefined] }>(), {
    ...{
      role: 'relay' as const,
      address: zeroAddress,
      capabilities: new Set<never>(),
      ready: async () => {},
      close() {},
    },
    send: (message: Message) => void messages.push(message),
  })
  await new Promise<void>((resolve) => {
    void deliver(outbox, { link, fromSequence: 0n, signal: new AbortController().signal, onSent: () => resolve() })
  })
  return messages
}

describe('Recording', () => {
  it('signs each part and the segment with the stream key', async () => {
    const { outbox, recording, durationsMs } = await recorded()
    const outgoing = outbox.first
    const parts = outgoing?.items.filter((item) => 'prefixHash' in item) ?? []
    expect(parts).toMatchObject([
      { sequenceNumber: 5n, index: 0, length: 4_000, durationMs: 333 },
      { sequenceNumber: 5n, index: 1, length: 7_000, durationMs: 700 },
    ])
    for (const part of parts) {
      await Part.verify(part, domain)
      expect(part.prefixHash).toBe(await PayloadTree.hash(bytes.subarray(0, part.length)))
    }
    const segment = outgoing?.segment as Segment.Segment
    await Segment.verify(segment, domain)
    await Segment.verifyPayload(segment, bytes)
    expect([recording.nextSequence, durationsMs]).toEqual([6n, [2_000]])
  })

  it('sends each part after its bytes, and sends the whole segment again after an interruption', async () => {
    const { outbox } = await recorded()
    const first = await delivered(outbox)
    expect(await delivered(outbox)).toEqual(first)
    let sent = 0
    for (const message of first) {
      if (message.type === 'bytes') sent += message.data.length
      if (message.type === 'part') expect(message.part.length).toBeLessThanOrEqual(sent)
    }
    const types = first.map(({ type }) => type)
    expect([types[0], types.at(-1), types.filter((type) => type === 'part').length]).toEqual(['begin', 'end', 2])
    expect(concatBytes(first.flatMap((message) => (message.type === 'bytes' ? [message.data] : [])))).toEqual(bytes)
  })

  it('signs no more parts than a segment may have', async () => {
    const outbox = new Outbox()
    const recording = new Recording({ outbox, streamId, streamKey, domain, fromSequence: 0n, onSegment() {} })
    recording.begin(0)
    for (let part = 1; part <= Part.maxPerSegment + 2; part++) {
      recording.append(Uint8Array.of(part))
      recording.part({ byteLength: part, durationMs: part })
    }
    recording.end(2_000)
    await recording.signed
    expect(outbox.first?.items.filter((item) => 'prefixHash' in item)).toHaveLength(Part.maxPerSegment)
    await Segment.verify(outbox.first?.segment as Segment.Segment, domain)
  })

  it('signs nothing of a segment before the number of the segment is reserved', async () => {
    const outbox = new Outbox()
    const asked: bigint[] = []
    let store = () => {}
    const reserve = (sequenceNumber: bigint) => {
      asked.push(sequenceNumber)
      return new Promise<void>((resolve) => {
        store = resolve
      })
    }
    const recording = new Recording({
      ...{ outbox, streamId, streamKey, domain, fromSequence: 7n, reserve },
      onSegment() {},
    })
    recording.begin(0)
    recording.append(bytes)
    recording.part({ byteLength: 4_000, durationMs: 333 })
    recording.end(2_000)
    await PayloadTree.hash(bytes)
    const outgoing = outbox.first
    expect(asked).toEqual([7n])
    expect([outgoing?.segment, outgoing?.items]).toEqual([undefined, [bytes]])
    store()
    await recording.signed
    await Segment.verify(outgoing?.segment as Segment.Segment, domain)
    expect(outgoing?.items.length).toBe(2)
  })
})
