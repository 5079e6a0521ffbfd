import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { capturedScenes, checkHonest, type Scene } from '../../testbeds/captured'
import { findFfmpeg } from '../transcoder/findFfmpeg'

const installed: string = createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg').path
const programs = { 'the system’s ffmpeg': {}, 'the ffmpeg from npm': { LP_FFMPEG: installed } }

describe.each(Object.entries(programs))('an honest transcoder with %s', (_, env) => {
  const scenes = capturedScenes()

  it.each(scenes)('is not convicted for segments that Chromium captured: $name', async (scene: Scene) => {
    const ffmpeg = await findFfmpeg({ ...process.env, ...env })
    const conclusions = await checkHonest(ffmpeg, scene)
    expect(conclusions).toEqual(scene.segments.map(() => ({ verdict: 'Valid', findings: [] })))
  })

  it('is checked with thirty segments', () => {
    expect(scenes.flatMap(({ segments }) => segments)).toHaveLength(30)
  })
})
