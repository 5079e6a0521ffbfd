import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Recipe } from '@lp/contracts/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { capturedScenes, checkHonest, type Scene } from '../../testbeds/captured'
import { type Case, corpus, damaged, ladder } from '../../testbeds/corpus'
import { transcode } from '../../testbeds/native'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'
import { RefusedError, startSegment } from '../transcoder/SegmentRun'
import { buildOwnFfmpeg } from './buildOwnFfmpeg'

/** The name contains a space, because the name of a home directory can contain a space. */
const cache = mkdtempSync(join(tmpdir(), 'lp own build '))
const env = { PATH: process.env.PATH, XDG_CACHE_HOME: cache }
afterAll(() => rmSync(cache, { recursive: true }))

let own: Ffmpeg
let system: Ffmpeg
beforeAll(async () => {
  // Sandboxes and the user `nobody` must reach the program.
  chmodSync(cache, 0o755)
  const { build, isNew } = await buildOwnFfmpeg({ env })
  expect(isNew).toBe(true)
  own = await findFfmpeg(env)
  expect(own.ownBuild).toEqual(build)
  system = await findFfmpeg({ PATH: process.env.PATH })
}, 30 * 60_000)

const qps = ladder.renditions.map((_, index) => Recipe.qp0(ladder, index))

const outputs = async (ffmpeg: Ffmpeg, data: Uint8Array) =>
  (await transcode(ffmpeg, { options: ladder, data, qps })).outputs.map(({ canonicalHash, bits }) => [
    canonicalHash,
    bits,
  ])

describe('the ffmpeg that lp-relay builds from Debian’s sources', () => {
  it('is built once, and is small', async () => {
    expect((await buildOwnFfmpeg({ env })).isNew).toBe(false)
    expect(statSync(own.path).size).toBeLessThan(10_000_000)
    expect(own.version).toMatch(/^\d+\.\d+.*-lp$/)
  })

  it.each(corpus())('gives the same bits as the system’s ffmpeg: $name', async ({ data }: Case) => {
    expect(await outputs(own, data)).toEqual(await outputs(system, data))
  })

  it('refuses a damaged bitstream', async () => {
    for (const data of damaged(4)) await expect(outputs(own, data)).rejects.toThrow(RefusedError)
  })

  it('makes pictures while the segment arrives', async () => {
    const data = capturedScenes()[0]?.segments[0]?.data as Uint8Array
    const run = startSegment(own, { options: { ...ladder, width: 640, height: 360 }, qps })
    // All outputs are read all the time: ffmpeg accepts no more input while an output is full.
    const reads = run.outputs.map((output) => {
      let ended: Promise<void> | undefined
      const begun = new Promise<void>((resolve) => {
        ended = (async () => {
          for await (const _ of output) resolve()
        })()
      })
      return { begun, ended }
    })
    // The last packets arrive only after the first pictures were made.
    const most = data.length - 10 * 188
    await run.write(data.subarray(0, most))
    await Promise.all(reads.map(({ begun }) => begun))
    await run.write(data.subarray(most))
    await run.end()
    await Promise.all([run.done, ...reads.map(({ ended }) => ended)])
  })

  it.each(capturedScenes())('follows the recipe with segments that Chromium captured: $name', async (scene: Scene) => {
    const conclusions = await checkHonest(own, scene)
    expect(conclusions).toEqual(scene.segments.map(() => ({ verdict: 'Valid', findings: [] })))
  })
})
