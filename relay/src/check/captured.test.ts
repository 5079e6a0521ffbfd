import { beforeAll, describe, expect, it } from 'vitest'
import { type Ffmpeg, findFfmpeg } from '../transcoder/ffmpeg'
import { capturedScenes, checkHonest, type Scene } from '../../testbeds/captured'

let ffmpeg: Ffmpeg
beforeAll(async () => {
  ffmpeg = await findFfmpeg()
})

// All thirty segments: captured.long.ts.
const few = capturedScenes().filter(({ name }) => ['camera', 'slide', 'uneven-rate', 'odd-size'].includes(name))

describe('an honest transcoder of what Chromium captured', () => {
  it.each(few)('is not convicted: $name', async ({ name, segments }: Scene) => {
    for (const { verdict, findings } of await checkHonest(ffmpeg, { name, segments: segments.slice(0, 2) }))
      expect({ verdict, findings }).toEqual({ verdict: 'Valid', findings: [] })
  })
})
