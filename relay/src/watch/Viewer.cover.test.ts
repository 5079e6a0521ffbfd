import { StreamCover, TranscodingOptions } from '@lp/contracts/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { createStream, domain } from '../../testbeds/stream'
import { untilState } from '../../testbeds/viewer'
import { Viewer } from './Viewer'

let host: Awaited<ReturnType<typeof startGateway>>
let viewer: Viewer | undefined
beforeEach(async () => {
  host = await startGateway()
})
afterEach(async () => {
  viewer?.close()
  await host.stop()
})

/** The snapshot of a viewer of a live stream. `change`: what the relay changes in the cover. */
async function seen(change: (cover: StreamCover.StreamCover) => StreamCover.StreamCover = (cover) => cover) {
  const { streamId, streamKey, assign, publication } = createStream()
  const { record } = await assign({ fromSequence: 0n })
  const cover = await StreamCover.sign({ streamId, title: 'Trains at Olten', poster: '' }, streamKey, domain)
  await host.catalogue.recordAssignment({ ...record, cover: change(cover) })
  await host.catalogue.publish(streamId, await publication({ sequenceNumber: 0n }))
  const { jobId, options, transcoder } = record
  const job = { jobId, streamId, optionsHash: TranscodingOptions.hash(options), over: false }
  const candidates = [{ address: transcoder, serviceUri: host.url }]
  viewer = new Viewer({ streamId, domain, directory: { find: async () => ({ job, candidates }) } })
  return { cover, snapshot: await untilState(viewer, 'live') }
}

describe('a viewer', () => {
  test('gets the title and the poster that the stream key signed', async () => {
    const { cover, snapshot } = await seen()
    expect(snapshot.cover).toEqual(cover)
  })

  test.each<[string, Partial<StreamCover.StreamCover>]>([
    ['another title', { title: 'Buy this' }],
    ['a title with a mark that turns the text around', { title: '\u202eolleh' }],
    ['a poster that is no picture', { poster: 'AAAA' }],
    ['the cover of another stream', { streamId: createStream().streamId }],
  ])('plays the stream, and shows no title, if the relay puts %s into the record', async (_, change) => {
    const { snapshot } = await seen((cover) => ({ ...cover, ...change }))
    expect(snapshot.cover).toBeUndefined()
  })
})
