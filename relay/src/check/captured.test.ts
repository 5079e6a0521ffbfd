import { beforeAll, describe, expect, it } from 'vitest'
import { capturedScenes, checkHonest, type Scene } from '../../testbeds/captured'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'

let ffmpeg: Ffmpeg
beforeAll(async () => {
  ffmpeg = await findFfmpeg()
})

// captured.long.ts checks all thirty segments.
const few = capturedScenes().filter(({ name }) => ['camera', 'slide', 'uneven-rate', 'odd-size'].includes(name))

describe('an honest transcoder of segments that Chromium captured', () => {
  it.each(few)('is not convicted: $name', async ({ name, segments }: Scene) => {
    for (const { verdict, findings } of await checkHonest(ffmpeg, { name, segments: segments.slice(0, 2) }))
      expect({ verdict, findings }).toEqual({ verdict: 'Valid', findings: [] })
  })
})
