import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Part, Sequence } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStream } from '../../testbeds/stream'
import { Catalogue, UnknownStreamError } from './Catalogue'
import { NotNextError } from './OpenSegment'
import { EndedError, NotOfStreamError, ReassignedError } from './publishErrors'

const stream = createStream()
const { streamId } = stream
const { record, renditionKey } = await stream.assign({ fromSequence: 0n })
const high = { streamId: record.renditions[0]?.streamId ?? '0x', signer: renditionKey } as const
const data = Uint8Array.from({ length: 900 }, (_, index) => index % 251)
const lengths = [300, 600, 800]
let directory: string
let catalogue: Catalogue

const onFault = (fault: Error) => {
  throw fault
}
const partsOf = (sequenceNumber: bigint, of: Partial<Parameters<typeof stream.parts>[0]> = {}) =>
  stream.parts({ sequenceNumber, data, lengths, ...of })

/** Publishes the first `count` parts of a source segment. */
async function publishParts(sequenceNumber: bigint, count = lengths.length) {
  const parts = await partsOf(sequenceNumber)
  for (const { part, bytes } of parts.slice(0, count)) catalogue.publishPart(streamId, part, bytes)
  return parts.map(({ part }) => part)
}

const publish = async (sequenceNumber: bigint) =>
  catalogue.publish(streamId, await stream.publication({ sequenceNumber, data }))

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lp-catalogue-'))
  catalogue = await Catalogue.open({ directory, onFault })
  await catalogue.recordAssignment(record)
})
afterEach(async () => {
  await catalogue.close()
  await rm(directory, { recursive: true })
})

describe('publishPart', () => {
  it('adds the parts of the next segment in order, with their bytes', async () => {
    const parts = await publishParts(0n)
    expect(catalogue.openSegment(streamId)?.parts).toEqual(parts)
    expect(catalogue.openSegment(streamId)?.bytes).toEqual(data.subarray(0, 800))
    expect(catalogue.last(streamId)).toBeUndefined()
  })

  it('keeps the parts until the segment is complete, or until a later segment is complete', async () => {
    await publishParts(0n)
    await publish(0n)
    expect(catalogue.openSegment(streamId)).toBeUndefined()
    await publishParts(1n, 2)
    expect(catalogue.openSegment(streamId)?.sequenceNumber).toBe(1n)
    await publish(2n)
    expect(catalogue.openSegment(streamId)).toBeUndefined()
  })

  it('opens a later segment when the open segment does not become complete', async () => {
    await publishParts(0n)
    await publishParts(2n, 1)
    expect(catalogue.openSegment(streamId)).toMatchObject({ sequenceNumber: 2n, bytes: data.subarray(0, 300) })
    catalogue.abandon(streamId, 1n)
    expect(catalogue.openSegment(streamId)).toBeDefined()
    catalogue.abandon(streamId, 2n)
    expect(catalogue.openSegment(streamId)).toBeUndefined()
  })

  it('keeps one open segment for the source and one for each rendition', async () => {
    await publishParts(1n)
    for (const { part, bytes } of await partsOf(0n, { as: high })) catalogue.publishPart(streamId, part, bytes)
    expect(catalogue.openSegment(streamId)?.sequenceNumber).toBe(1n)
    expect(catalogue.openSegment(high.streamId)?.sequenceNumber).toBe(0n)
  })

  it('refuses a part that does not follow the last part', async () => {
    const [first, second, third] = (await partsOf(0n)) as [Parts, Parts, Parts]
    const add = ({ part, bytes }: Parts) => catalogue.publishPart(streamId, part, bytes)
    expect(() => add(second)).toThrow(NotNextError)
    add(first)
    expect(() => add(third)).toThrow(NotNextError)
    expect(() => add({ ...second, bytes: second.bytes.subarray(1) })).toThrow(NotNextError)
    expect(() => add({ ...second, part: { ...second.part, length: 300 } })).toThrow(Part.ContradictionError)
    add(second)
    expect(catalogue.openSegment(streamId)?.parts).toHaveLength(2)
  })

  it('refuses a part of a segment that is already published, belongs to another stream or transcoder, or comes after the end of the stream', async () => {
    const [source] = (await partsOf(3n)) as [Parts]
    const [rendition] = (await partsOf(3n, { as: high })) as [Parts]
    const publishing =
      ({ part, bytes }: Parts, id = streamId) =>
      () =>
        catalogue.publishPart(id, part, bytes)
    const other = createStream()
    expect(publishing(source, other.streamId)).toThrow(UnknownStreamError)
    const [foreign] = (await other.parts({ sequenceNumber: 3n, data, lengths })) as [Parts]
    expect(publishing(foreign)).toThrow(NotOfStreamError)
    await publish(3n)
    expect(publishing(source)).toThrow(Sequence.RepeatedError)
    await catalogue.recordAssignment((await stream.assign({ fromSequence: 2n })).record)
    expect(publishing(rendition)).toThrow(ReassignedError)
    await catalogue.update(streamId, { end: await stream.end(3n) })
    const [late] = (await partsOf(4n)) as [Parts]
    expect(publishing(late)).toThrow(EndedError)
  })
})

describe('nextSegment', () => {
  it('resolves at the next part if the caller asks for parts, and otherwise only at the next segment', async () => {
    const events: string[] = []
    const wait = async (name: string, options: { part?: 'none' | { sequenceNumber: bigint; index: number } }) => {
      await catalogue.nextSegment(streamId, { after: -1n, timeoutMs: 60_000, ...options })
      events.push(name)
    }
    const part = wait('part', { part: 'none' })
    const segment = wait('segment', {})
    await publishParts(0n, 1)
    await part
    expect(events).toEqual(['part'])
    await wait('known part', { part: 'none' })
    const second = wait('second part', { part: { sequenceNumber: 0n, index: 0 } })
    const [, next] = (await partsOf(0n)) as [Parts, Parts]
    catalogue.publishPart(streamId, next.part, next.bytes)
    await second
    await publish(0n)
    await segment
    expect(events).toEqual(['part', 'known part', 'second part', 'segment'])
  })

  it('resolves immediately when the caller knows only parts of an earlier segment', async () => {
    await publishParts(5n, 1)
    const known = { sequenceNumber: 4n, index: 2 }
    await catalogue.nextSegment(streamId, { after: -1n, part: known, timeoutMs: 60_000 })
    expect(catalogue.partsAfter(streamId, known)).toHaveLength(1)
  })
})

type Parts = Awaited<ReturnType<typeof partsOf>>[number]
