import { PieceTree } from '@lp/contracts/protocol'
import { expect, test } from 'vitest'
import { createLevel, type Release } from '../../../testbeds/pieces'
import { freeForAll } from '../Accounting'
import type { Peer } from '../Peer'
import { UploadLimit } from '../UploadLimit'
import { Announcer, placeOf } from './Announcer'
import { Members } from './Members'
import { PieceIntake } from './PieceIntake'
import type { PieceNeighbour } from './PieceNeighbour'
import { PieceStore } from './PieceStore'
import { PieceUploads } from './PieceUploads'
import type { SegmentPieces } from './SegmentPieces'

test('the bytes of a piece that a neighbour pushes twice count once for the choice of upload slots', async () => {
  const limit = new UploadLimit()
  const uploads = new PieceUploads({ accounting: freeForAll, limit, mayGive: () => true, onSent: () => {} })
  const members = new Members({ limit, selfId: '0x01', isViewer: true, random: () => 0, uplink: uploads.uplink })
  members.add({ id: '0x02', role: 'viewer', send: () => {} } as unknown as Peer)
  const neighbour = members.neighbours.get('0x02') as PieceNeighbour
  const store = new PieceStore()
  const announcer = new Announcer({ store, limit, isViewer: true, neighbours: () => [], tellsParts: () => true })
  const intake = new PieceIntake({ members, announcer, uploads, isViewer: true, onGrown: () => {} })
  const [{ header, bytes }] = (await createLevel(5_000, 1).segment(0)) as [Release]
  const place = placeOf(header)
  const segment = store.open(place) as SegmentPieces
  if ('segment' in header) segment.close(header.segment)
  const growing = await PieceTree.grow()
  growing.append(bytes)
  const path = await PieceTree.prove(growing.roots(), 0)
  const piece = { requestId: 0, ...place, length: bytes.length, index: 0, offset: 0, path, data: bytes }
  for (let copy = 0; copy < 2; copy++) await intake.fromNeighbour(neighbour, piece, { want: undefined, segment })
  expect(neighbour.bytesFrom).toBe(5_000)
  announcer.close()
})
