import { expect, it } from 'vitest'
import { capturedScenes, checkHonest, type Scene } from '../../testbeds/captured'
import { findFfmpeg } from '../transcoder/findFfmpeg'

const scenes = capturedScenes()

it.each(scenes)(
  'the check does not convict an honest transcoder for segments that Chromium captured: $name',
  async (scene: Scene) => {
    const conclusions = await checkHonest(await findFfmpeg(), scene)
    expect(conclusions).toEqual(scene.segments.map(() => ({ verdict: 'Valid', findings: [] })))
  },
)

it('the scenes have thirty segments together', () => {
  expect(scenes.flatMap(({ segments }) => segments)).toHaveLength(30)
})
