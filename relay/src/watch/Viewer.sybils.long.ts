import { afterAll, test as base } from 'vitest'
import { broadcast, start } from '../../testbeds/attackedStream'
import { joinAttacker } from '../../testbeds/attacker'
import { type Fixtures, fixtures, until } from '../../testbeds/viewer'
import { startWebRtc } from '../../testbeds/wrtc'
import type { Viewer } from './Viewer'

const test = base.extend<Fixtures>(fixtures)
const webRtc = startWebRtc()
afterAll(() => webRtc.cleanup())

test('a viewer continues to play when attackers that do nothing have nearly all its channels', async ({
  serve,
  watch,
}) => {
  const room = await start({ serve, watch, webRtc }, 1)
  const attackers = Array.from({ length: 16 }, () => joinAttacker(room.stream, { relay: room.relay, webRtc }))
  // The attackers do not connect to each other.
  for (const one of attackers) for (const { id } of attackers) one.room.avoid(id)
  await until(room.viewers[0] as Viewer, ({ peers }) => peers >= 12)
  await broadcast(room, [1, 2])
  for (const attacker of attackers) attacker.room.leave()
})
