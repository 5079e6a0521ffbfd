import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway } from '../../testbeds/gateway'
import { decodeSegmentList } from '../records/json'
import type { Publication } from '../records/Publication'

let relay: Awaited<ReturnType<typeof startGateway>>
let stream: Awaited<ReturnType<typeof relay.addStream>>
let published: Publication[]

/** Segments 0 to 5, of which the disk no longer has the payloads of 0, 1 and 3. */
beforeAll(async () => {
  relay = await startGateway()
  stream = await relay.addStream()
  published = []
  for (let number = 0n; number < 6n; number++)
    published.push(await stream.publish({ sequenceNumber: number, data: randomBytes(1_000) }))
  const held = new Set([2, 4, 5].map((number) => (published[number] as Publication).dataHash))
  await relay.payloads.sweep({ olderThanMs: -60_000, held })
})
afterAll(() => relay.stop())

const ask = (query: string, id: string = stream.streamId) => fetch(`${relay.url}/segments/${id}?${query}`)
const numbers = async (query: string) =>
  decodeSegmentList(await (await ask(query)).json()).segments.map(({ sequenceNumber }) => Number(sequenceNumber))
/** The Unix time of a moment in the middle of a segment. */
const during = (number: number) => Number((published[number] as Publication).startTimeMs) + 1_000

describe('the past segments of a stream', () => {
  it('are those whose payloads the relay still holds, from a capture time on', async () => {
    expect(await numbers(`held=10&since=0`)).toEqual([2, 4, 5])
    expect(await numbers(`held=10&since=${during(2)}`)).toEqual([2, 4, 5])
    expect(await numbers(`held=10&since=${during(3)}`)).toEqual([4, 5])
    expect(await numbers(`held=10&since=${during(5) + 60_000}`)).toEqual([5])
  })

  it('are at most as many as the viewer asks for, after a sequence number', async () => {
    expect(await numbers('held=2&since=0')).toEqual([2, 4])
    expect(await numbers('held=2&after=2')).toEqual([4, 5])
    expect(await numbers('held=2&after=5')).toEqual([])
    expect(await numbers('held=1')).toEqual([2])
  })

  it('are not served if the broadcaster refuses recordings', async () => {
    const { streamId, publish } = await relay.addStream(undefined, { mayRecord: false })
    await publish({ sequenceNumber: 0n, data: randomBytes(1_000) })
    const answer = await ask('held=1&since=0', streamId)
    expect([answer.status, (await answer.json()).error]).toEqual([
      404,
      'The broadcaster does not let viewers seek back.',
    ])
    expect((await ask('after=-1', streamId)).status).toBe(200)
  })

  it.each(['held=0', 'held=1001', 'held=-1', 'held=x', 'held=', 'held=1&since=x', 'held=1&since=-5', 'held=1&after=x'])(
    'refuse the wrong question %s',
    async (query) => {
      expect((await ask(query)).status).toBe(400)
    },
  )

  it('of an unknown stream are not found', async () => {
    expect((await ask('held=1&since=0', `0x${'11'.repeat(32)}`)).status).toBe(404)
  })
})
