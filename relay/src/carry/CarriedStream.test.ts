import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TestStream } from '../../testbeds/TestStream'
import { Catalogue } from '../storage/Catalogue'
import { PayloadStore } from '../storage/PayloadStore'
import { CarriedStream } from './CarriedStream'

let directory: string
let catalogue: Catalogue
let payloads: PayloadStore
let stream: TestStream
let carried: CarriedStream
let faults: Error[]
beforeEach(async () => {
  faults = []
  const onFault = (fault: Error) => faults.push(fault)
  directory = await mkdtemp(join(tmpdir(), 'lp-carried-'))
  catalogue = await Catalogue.open({ directory: join(directory, 'streams'), onFault })
  payloads = await PayloadStore.open({ directory: join(directory, 'payloads'), maxBytes: 1_000, onFault })
  stream = new TestStream()
  carried = new CarriedStream({ streamId: stream.streamId, catalogue, payloads, onFault })
})
afterEach(async () => {
  await catalogue.close()
  await rm(directory, { recursive: true })
})

async function takeSegment(number: number, { index, payload }: { index?: number; payload?: Uint8Array } = {}) {
  const { byteLength: _, ...segment } = await stream.sign(number, {
    ...(index !== undefined && { index }),
    ...(payload && { payload }),
  })
  carried.takeSegment(segment, stream.payloads.get(segment.dataHash) as Uint8Array)
}
const numbers = (index?: number) =>
  catalogue.segments(stream.levelId(index), -1n, 100).map(({ sequenceNumber }) => Number(sequenceNumber))

describe('a carried stream', () => {
  test('writes the segments of each level in order, also segments that came before the record of the stream', async () => {
    await takeSegment(4)
    carried.take(await stream.record())
    await takeSegment(6)
    await takeSegment(6, { index: 0 })
    await takeSegment(5)
    await takeSegment(5)
    await carried.idle()
    expect(numbers()).toEqual([4, 5, 6])
    expect(numbers(0)).toEqual([6])
    const [newest] = catalogue.latest(stream.streamId, 1)
    expect(`${await payloads.read(newest?.dataHash ?? '0x')}`).toBe('source 6')
    expect(catalogue.record(stream.streamId)?.state).toBe('live')
    expect(faults).toEqual([])
  })

  test('does not wait for ever for a missing segment', async () => {
    carried.take(await stream.record())
    for (const number of [0, 2, 3, 4]) await takeSegment(number)
    await carried.idle()
    expect(numbers()).toEqual([0])
    await takeSegment(5)
    await takeSegment(1)
    await carried.idle()
    expect(numbers()).toEqual([0, 2, 3, 4, 5])
  })

  test('ends with the signed end of the stream, and takes no segment after it', async () => {
    carried.take(await stream.record())
    await takeSegment(0)
    await stream.finish(0)
    carried.take(await stream.record())
    await carried.idle()
    await takeSegment(1)
    carried.end()
    await carried.idle()
    expect(catalogue.record(stream.streamId)).toMatchObject({ state: 'ended', end: { lastSequenceNumber: 0n } })
    expect(numbers()).toEqual([0])
    expect(faults).toEqual([])
  })

  test('writes the renditions of the next transcoder after a handover', async () => {
    carried.take(await stream.record())
    await takeSegment(0, { index: 0 })
    const [before] = [stream.levelId(0)]
    const next = new TestStream()
    Object.assign(stream, { transcoder: next.transcoder, renditionKey: next.renditionKey, fromSequence: 1n })
    carried.take(await stream.record())
    await takeSegment(1, { index: 0 })
    await carried.idle()
    expect(faults).toEqual([])
    expect(catalogue.history(stream.streamId)).toHaveLength(2)
    expect(catalogue.last(before)).toBe(0n)
    expect(numbers(0)).toEqual([1])
  })

  test('continues after the store was full', async () => {
    carried.take(await stream.record())
    await takeSegment(0, { payload: new Uint8Array(1_001) })
    await takeSegment(1)
    await carried.idle()
    expect(faults.map(({ name }) => name)).toEqual(['PayloadStore.FullError'])
    expect(numbers()).toEqual([1])
  })
})
