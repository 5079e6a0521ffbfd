import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { PayloadTree } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { Metainfo } from '../recording'
import { type Recorded, Recordings } from './Recordings'

let relay: Awaited<ReturnType<typeof startGateway>>
beforeEach(async () => {
  relay = await startGateway({}, { silenceMs: 100 })
})
afterEach(() => relay.stop())

const data = (sequenceNumber: bigint) => Buffer.alloc(1_000, Number(sequenceNumber % 250n))

async function addStream(numbers: readonly bigint[]) {
  const stream = await relay.addStream()
  for (const sequenceNumber of numbers) await stream.publish({ sequenceNumber, data: data(sequenceNumber) })
  return stream
}

const segmentsOf = ({ info }: Recorded, { streamId }: Pick<Awaited<ReturnType<typeof addStream>>, 'streamId'>) =>
  Metainfo.decode(info, streamId).segments.map(({ sequenceNumber }) => sequenceNumber)

describe('Recordings', () => {
  it('reads the payloads once for many requests, and not again after a restart', async () => {
    const stream = await addStream([0n, 1n])
    await stream.finish(1n)
    const read = vi.spyOn(relay.payloads, 'read')
    const recordings = new Recordings(relay)
    const found = await Promise.all([recordings.find(stream.streamId), recordings.find(stream.streamId)])
    const restarted = await new Recordings(relay).find(stream.streamId)
    expect(new Set([...found, restarted].map((recorded) => recorded?.infoHash)).size).toBe(1)
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('makes the torrent again if the stored torrent is damaged', async () => {
    const stream = await addStream([0n])
    await stream.finish(0n)
    const first = await new Recordings(relay).find(stream.streamId)
    const directory = relay.catalogue.directoryOf(stream.streamId)
    expect((await readdir(directory)).sort()).toEqual(['recording.info', 'stream.jsonl'])
    await writeFile(join(directory, 'recording.info'), 'd6:length')
    expect(await new Recordings(relay).find(stream.streamId)).toEqual(first)
  })

  it('finds all segments of a stream that is longer than an hour, although only the newest segments are in memory', async () => {
    const stream = await relay.addStream()
    const payload = data(0n)
    const first = await stream.publication({ sequenceNumber: 0n, data: payload })
    await relay.payloads.put(await PayloadTree.hash(payload), payload)
    const numbers = Array.from({ length: 1_900 }, (_, number) => BigInt(number))
    await Promise.all(
      numbers.map((sequenceNumber) => relay.catalogue.publish(stream.streamId, { ...first, sequenceNumber })),
    )
    await stream.finish(1_899n)
    const recorded = (await new Recordings(relay).find(stream.streamId)) as Recorded
    expect(segmentsOf(recorded, stream)).toEqual(numbers)
    const bytes = await buffer(new Recordings(relay).read(recorded, { start: 999_500, end: 1_000_500 }))
    expect(Buffer.compare(bytes, payload)).toBe(0)
  })

  it('finds a longer recording after a stream without a signed end has continued with a further job', async () => {
    const stream = await addStream([0n, 1n])
    const recordings = new Recordings(relay)
    await relay.catalogue.update(stream.streamId, { state: 'ended' })
    await relay.catalogue.next('changed')
    const before = (await recordings.find(stream.streamId)) as Recorded
    await relay.catalogue.recordAssignment((await stream.assign({ fromSequence: 2n })).record)
    await stream.publish({ sequenceNumber: 2n, data: data(2n) })
    expect(await recordings.find(stream.streamId)).toBe(undefined)
    await stream.finish(2n)
    const after = (await recordings.find(stream.streamId)) as Recorded
    expect([segmentsOf(before, stream), segmentsOf(after, stream)]).toEqual([
      [0n, 1n],
      [0n, 1n, 2n],
    ])
  })

  it('finds no recording after the payloads were deleted, and a read of an earlier result fails', async () => {
    const stream = await addStream([0n, 1n])
    await stream.finish(1n)
    const recordings = new Recordings(relay)
    const recorded = (await recordings.find(stream.streamId)) as Recorded
    await relay.payloads.sweep({ olderThanMs: -1_000 })
    expect(await recordings.find(stream.streamId)).toBe(undefined)
    await expect(buffer(recordings.read(recorded, { start: 0, end: 2_000 }))).rejects.toThrow('was deleted')
  })

  it('finds no recording of a stream without segments', async () => {
    const stream = await addStream([])
    await relay.catalogue.update(stream.streamId, { end: await stream.end(0n) })
    expect(await new Recordings(relay).find(stream.streamId)).toBe(undefined)
  })
})
