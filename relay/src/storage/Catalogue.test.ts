import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sequence } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStream } from '../../testbeds/stream'
import { encode } from '../records/json'
import type { StreamRecord } from '../records/StreamRecord'
import { Catalogue, UnknownStreamError } from './Catalogue'
import { encodeLine } from './logLine'
import { EndedError, NotOfStreamError, ReassignedError } from './publishErrors'

let directory: string
let catalogue: Catalogue
let faults: Error[]
const stream = createStream()
const { streamId } = stream
const { record, renditionKey } = await stream.assign({ fromSequence: 0n })
const [high] = record.renditions as [StreamRecord['renditions'][0]]

const reopen = async (silenceMs = 10_000) => {
  await catalogue.close()
  catalogue = await Catalogue.open({ directory, silenceMs, onFault })
}
const publish = async (sequenceNumber: bigint, atMs?: number) =>
  catalogue.publish(streamId, await stream.publication({ sequenceNumber, ...(atMs !== undefined && { atMs }) }))
const publishRendition = async (sequenceNumber: bigint) =>
  catalogue.publish(
    streamId,
    await stream.publication({ sequenceNumber, as: { streamId: high.streamId, signer: renditionKey } }),
  )
const numbers = (id = streamId, after = -1n) =>
  catalogue.segments(id, after, 100).map(({ sequenceNumber }) => Number(sequenceNumber))

const onFault = (fault: Error) => faults.push(fault)

beforeEach(async () => {
  faults = []
  directory = await mkdtemp(join(tmpdir(), 'lp-catalogue-'))
  catalogue = await Catalogue.open({ directory, onFault })
})
afterEach(async () => {
  await catalogue.close()
  await rm(directory, { recursive: true })
})

describe('publish', () => {
  it('returns the segments of a source and of a rendition in order, also when sequence numbers are missing', async () => {
    await catalogue.recordAssignment(record)
    for (const sequenceNumber of [0n, 1n, 4n]) await publish(sequenceNumber)
    await publishRendition(1n)
    expect(numbers()).toEqual([0, 1, 4])
    expect(numbers(streamId, 0n)).toEqual([1, 4])
    expect(numbers(high.streamId)).toEqual([1])
    expect(catalogue.latest(streamId, 2).map(({ sequenceNumber }) => sequenceNumber)).toEqual([1n, 4n])
    expect(catalogue.last(streamId)).toBe(4n)
    expect(catalogue.count(streamId)).toBe(3)
    expect(catalogue.sourceOf(high.streamId)).toBe(streamId)
  })

  it('writes to disk before it emits the event', async () => {
    await catalogue.recordAssignment(record)
    const told = catalogue.next('published')
    const publication = await stream.publication({ sequenceNumber: 7n })
    const published = catalogue.publish(streamId, publication)
    expect(catalogue.last(streamId)).toBeUndefined()
    expect((await told)[0]).toEqual({ sourceStreamId: streamId, publication })
    expect(await readFile(join(directory, streamId, 'stream.jsonl'), 'utf8')).toContain(publication.signature)
    await published
  })

  it('refuses a repeated sequence number, also while the first segment with this number is being written', async () => {
    await catalogue.recordAssignment(record)
    const publication = await stream.publication({ sequenceNumber: 1n })
    const results = await Promise.allSettled([1, 2].map(() => catalogue.publish(streamId, publication)))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await expect(publish(0n)).rejects.toThrow(Sequence.RepeatedError)
  })

  it('refuses a segment of an unknown stream, and a segment that belongs to another stream', async () => {
    await expect(publish(0n)).rejects.toThrow(UnknownStreamError)
    await catalogue.recordAssignment(record)
    const foreign = await createStream().publication({ sequenceNumber: 0n })
    await expect(catalogue.publish(streamId, foreign)).rejects.toThrow(NotOfStreamError)
  })
})

describe('a restart', () => {
  const path = () => join(directory, streamId, 'stream.jsonl')

  it('restores records and segments; a stream that was live is silent until its next segment', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    await publishRendition(0n)
    await reopen()
    expect(catalogue.record(streamId)).toEqual({ ...record, state: 'silent' })
    expect(numbers()).toEqual([0])
    expect(numbers(high.streamId)).toEqual([0])
    await publish(1n)
    expect(catalogue.record(streamId)?.state).toBe('live')
  })

  it('sets an unfinished last line aside, and writes the next line at the same position', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    const whole = await readFile(path())
    await publish(1n)
    const torn = await readFile(path())
    await catalogue.close()
    await writeFile(path(), torn.subarray(0, -1))
    await reopen()
    expect(numbers()).toEqual([0])
    expect(faults).toMatchObject([{ name: 'LineLog.DamagedLogError', path: path(), lines: 1, first: [{ line: 3 }] }])
    expect(await readFile(path())).toEqual(whole)
    await publish(1n)
    await reopen()
    expect(numbers()).toEqual([0, 1])
    expect(faults).toHaveLength(1)
  })

  it('sets aside repeated lines, and lines that belong to no stream or to another stream', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    const lines = (await readFile(path(), 'utf8')).split('\n')
    const foreign = encodeLine({
      version: 1,
      entry: encode({ record: (await createStream().assign({ fromSequence: 0n })).record }),
    })
    const strange = ['{"segment":{}}', 'null', '\u0000\u0000', foreign, lines[1] as string]
    await writeFile(path(), [...lines.slice(0, 2), ...strange, ''].join('\n'))
    await reopen()
    expect(numbers()).toEqual([0])
    expect(faults).toMatchObject([{ lines: 5, first: [3, 4, 5, 6, 7].map((line) => ({ line })) }])
    expect(catalogue.history(streamId)).toHaveLength(1)
  })

  it('keeps the segments of a stream whose record is lost, and serves the stream after its next Assignment', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    await publishRendition(0n)
    const lines = (await readFile(path(), 'utf8')).split('\n')
    await writeFile(path(), lines.with(0, 'lost').join('\n'))
    await reopen()
    expect(catalogue.records()).toEqual([])
    await catalogue.recordAssignment(record)
    await publish(1n)
    await reopen()
    expect(numbers()).toEqual([0, 1])
    expect(numbers(high.streamId)).toEqual([0])
    expect(faults).toHaveLength(1)
  })

  it('deletes a stream if no line of its log was completely written', async () => {
    await catalogue.recordAssignment(record)
    await catalogue.close()
    await truncate(path(), 10)
    catalogue = await Catalogue.open({ directory, onFault })
    expect(catalogue.records()).toEqual([])
    await catalogue.recordAssignment(record)
    expect(catalogue.records()).toHaveLength(1)
  })

  it('reads a log of version 0, and appends to this log', async () => {
    await catalogue.close()
    await cp(join(import.meta.dirname, '../../testbeds/version0/streams'), directory, { recursive: true })
    catalogue = await Catalogue.open({ directory, onFault })
    const [old] = catalogue.records() as [StreamRecord]
    const ids = [old.streamId, (old.renditions[0] as StreamRecord['renditions'][0]).streamId]
    expect(ids.map((id) => numbers(id))).toEqual([[0], [0]])
    expect(old).toMatchObject({ state: 'silent', source: { width: 1280 }, assignment: { fromSequence: 0n } })
    await catalogue.update(old.streamId, { state: 'ended' })
    await reopen()
    expect(catalogue.record(old.streamId)).toEqual({ ...old, state: 'ended' })
    expect(faults).toEqual([])
  })

  it('restores the signed end and every Assignment', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    const { record: second } = await stream.assign({ fromSequence: 1n })
    await catalogue.recordAssignment(second)
    await catalogue.update(streamId, { end: await stream.end(0n) })
    const history = catalogue.history(streamId)
    await reopen()
    expect(catalogue.history(streamId)).toEqual(history)
    expect(catalogue.record(streamId)?.end?.lastSequenceNumber).toBe(0n)
    expect(catalogue.discontinuities(streamId)).toEqual([1n])
    expect(catalogue.isComplete(high.streamId)).toBe(true)
  })
})

describe('silence and end', () => {
  it('makes a stream silent when no segment comes in time, and live again at the next segment', async () => {
    await reopen(50)
    await catalogue.recordAssignment(record)
    await publish(0n)
    expect((await catalogue.next('changed'))[0].state).toBe('silent')
    await publish(1n)
    expect(catalogue.record(streamId)?.state).toBe('live')
  })

  it('ends a stream permanently when the stream’s signed end arrives', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    const ended = catalogue.next('ended')
    await catalogue.update(streamId, { end: await stream.end(0n) })
    expect((await ended)[0].state).toBe('ended')
    await expect(publish(1n)).rejects.toThrow(EndedError)
    await expect(catalogue.recordAssignment((await stream.assign({ fromSequence: 1n })).record)).rejects.toThrow(
      EndedError,
    )
  })

  it('accepts renditions after the end of the source, and reports when a level is complete', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    await catalogue.update(streamId, { end: await stream.end(0n) })
    expect(catalogue.isComplete(streamId)).toBe(true)
    expect(catalogue.isComplete(high.streamId)).toBe(false)
    await publishRendition(0n)
    expect(catalogue.isComplete(high.streamId)).toBe(true)
  })

  it('stops waiting for a rendition that is not published in time', async () => {
    await reopen(50)
    await catalogue.recordAssignment(record)
    await publish(0n)
    await catalogue.update(streamId, { end: await stream.end(0n) })
    await catalogue.nextSegment(high.streamId, { after: -1n, timeoutMs: 10_000 })
    expect(catalogue.isComplete(high.streamId)).toBe(true)
  })
})

describe('nextSegment', () => {
  it('resolves immediately if a newer segment is already published, or if the stream is unknown', async () => {
    await catalogue.recordAssignment(record)
    await publish(3n)
    await catalogue.nextSegment(streamId, { after: 2n, timeoutMs: 60_000 })
    await catalogue.nextSegment(createStream().streamId, { after: 2n, timeoutMs: 60_000 })
  })

  it('resolves at the next segment, at the end of the stream, on abort, and after the timeout', async () => {
    await catalogue.recordAssignment(record)
    const wait = (options: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
      catalogue.nextSegment(streamId, { after: 0n, timeoutMs: 60_000, ...options })
    await publish(0n)
    const segment = wait()
    await publish(1n)
    await segment
    const abort = new AbortController()
    const aborted = catalogue.nextSegment(streamId, { after: 1n, timeoutMs: 60_000, signal: abort.signal })
    abort.abort()
    await aborted
    await catalogue.nextSegment(streamId, { after: 1n, timeoutMs: 20 })
    const end = catalogue.nextSegment(streamId, { after: 1n, timeoutMs: 60_000 })
    await catalogue.update(streamId, { end: await stream.end(1n) })
    await end
  })
})

describe('a handover', () => {
  it('accepts renditions of the previous transcoder, up to the end of that transcoder’s range', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    const successor = await stream.assign({ fromSequence: 2n })
    await catalogue.recordAssignment(successor.record)
    await publishRendition(1n)
    await expect(publishRendition(2n)).rejects.toThrow(ReassignedError)
    const as = { streamId: successor.record.renditions[0]?.streamId ?? '0x', signer: successor.renditionKey } as const
    await catalogue.publish(streamId, await stream.publication({ sequenceNumber: 2n, as }))
    expect(numbers(high.streamId)).toEqual([1])
    expect(numbers(as.streamId)).toEqual([2])
    expect(catalogue.discontinuities(streamId)).toEqual([2n])
  })

  it('does not happen when the same Assignment is recorded again', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    await catalogue.recordAssignment({ ...record, source: undefined })
    expect(catalogue.history(streamId)).toEqual([record])
    expect(catalogue.discontinuities(streamId)).toEqual([])
  })
})

describe('discontinuities', () => {
  it('are the segments at which the picture size changes or the timestamps jump', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    await catalogue.update(streamId, { source: { ...stream.source, width: 960 } })
    await publish(1n)
    await publish(2n, 60_000)
    expect(catalogue.discontinuities(streamId)).toEqual([1n, 2n])
    await reopen()
    expect(catalogue.discontinuities(streamId)).toEqual([1n, 2n])
  })
})

describe('sweep', () => {
  it('deletes from memory and disk the streams that have not changed for a long time, but never a live stream', async () => {
    await catalogue.recordAssignment(record)
    await publish(0n)
    await catalogue.sweep(0)
    expect(numbers()).toEqual([0])
    await catalogue.update(streamId, { state: 'ended' })
    await catalogue.sweep(60_000)
    expect(numbers()).toEqual([0])
    await catalogue.sweep(-1)
    expect(catalogue.records()).toEqual([])
    expect(catalogue.sourceOf(high.streamId)).toBeUndefined()
    await reopen()
    expect(catalogue.records()).toEqual([])
  })
})
