import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenLying, playsOn, startRecorded, until } from '../../testbeds/recordedStream'

let recorded: Awaited<ReturnType<typeof startRecorded>>
beforeAll(async () => {
  recorded = await startRecorded()
  // One viewer keeps the whole recording. Then the honest relay closes.
  const holder = await recorded.open(recorded.relay.url, recorded.trackerUri)
  await until(holder, 'seen.kept === 1')
  await recorded.loseRelay()
})
afterAll(() => recorded?.stop())

test('a recording goes on with bytes from another viewer if the torrent of a relay has a wrong segment', async () => {
  const wrong = await recorded.lie({
    payload: (index, data) => (index === 1 ? data.map((byte, at) => (at === 999 ? byte ^ 1 : byte)) : data),
  })
  const liar = await listenLying(wrong)
  const viewer = await recorded.open(liar.uri, recorded.trackerUri)
  const seen = await until(viewer, `seen.refused['Segment.WrongPayloadError'] >= 1 && seen.bytesFromPeers > 0`)
  expect(seen.refused).toEqual({ 'Segment.WrongPayloadError': 1 })
  await until(viewer, 'seen.currentTime > 5 && seen.kept === 1')
  await viewer.context().close()
  liar.close()
})

test('a recording plays with bytes from another viewer if the torrent of a relay is not a recording', async () => {
  const liar = await listenLying({ torrent: Buffer.from('d4:infod6:lengthi1eee'), file: Buffer.alloc(1) })
  const viewer = await recorded.open(liar.uri, recorded.trackerUri)
  const seen = await playsOn(viewer, 1)
  expect(seen).toMatchObject({ state: 'found', refused: { 'Metainfo.MalformedError': 1 }, bytesFromRelays: 0 })
  await viewer.context().close()
  liar.close()
})
