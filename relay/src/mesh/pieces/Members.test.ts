import { expect, test } from 'vitest'
import type { Peer } from '../Peer'
import { UploadLimit } from '../UploadLimit'
import { Members } from './Members'
import type { PieceNeighbour } from './PieceNeighbour'
import { Uplink } from './Uplink'

test('a neighbour that takes pieces and gives none owns no pieces after the next choice of the slots', () => {
  const limit = new UploadLimit()
  const members = new Members({ limit, selfId: '0x01', isViewer: true, random: () => 0, uplink: new Uplink() })
  const streamId = `0x${'05'.repeat(32)}` as const
  for (const id of ['0x02', '0x03']) members.add({ id, role: 'viewer', send: () => {} } as unknown as Peer)
  const [giver, taker] = [...members.neighbours.values()] as [PieceNeighbour, PieceNeighbour]
  for (const neighbour of [giver, taker]) neighbour.follow({ levels: [{ streamId, stripes: 0 }], weight: 2 })
  const weights = () => members.of(streamId).map(({ weight }) => weight)
  expect(weights()).toEqual([2, 2])
  for (const neighbour of [giver, taker]) neighbour.bytesTo = 1_000_000
  giver.bytesFrom = 1_000_000
  members.chooseSlots(performance.now())
  expect(weights()).toEqual([2, 0])
  members.close()
})
