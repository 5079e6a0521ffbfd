import { readFileSync } from 'node:fs'
import { PayloadTree, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import { type Conclusion, checkSegment } from '../src/check/checkSegment'
import type { Ffmpeg } from '../src/transcoder/Ffmpeg'
import { runFfmpegCore } from '../src/verifier/ffmpegCore'
import { transcode } from './native'

/** A scene that the page captured in Chromium: consecutive segments of 2 s. web/testbeds/captureCorpus.ts makes these captures. */
export type Scene = { name: string; segments: { data: Uint8Array; durationMs: number }[] }

const read = (name: string) => readFileSync(new URL(`./captured/${name}`, import.meta.url))

export function capturedScenes(): Scene[] {
  const scenes = new Map<string, Scene['segments']>()
  for (const { name, durationMs } of JSON.parse(read('index.json').toString()) as {
    name: string
    durationMs: number
  }[]) {
    const scene = name.replace(/-\d+$/, '')
    scenes.set(scene, [...(scenes.get(scene) ?? []), { data: read(`${name}.mpegts`), durationMs }])
  }
  return [...scenes].map(([name, segments]) => ({ name, segments }))
}

const options: TranscodingOptions.TranscodingOptions = {
  ...{ width: 640, height: 360, fps: 30 },
  renditions: [
    { height: 240, bitrate: 400_000 },
    { height: 144, bitrate: 120_000 },
  ],
}

/** Transcodes the segments of a scene in order, as an honest transcoder does, and checks each segment. */
export async function checkHonest(ffmpeg: Ffmpeg, { segments }: Scene): Promise<Conclusion[]> {
  const conclusions: Conclusion[] = []
  let preceding: Recipe.Preceding | 'none' = 'none'
  for (const { data, durationMs } of segments) {
    const qps = Recipe.quantisersAfter(preceding, options)
    const { payloads, outputs } = await transcode(ffmpeg, { options, data, qps })
    const work = { options, segment: { dataHash: await PayloadTree.hash(data), durationMs }, outputs, preceding }
    conclusions.push(
      await checkSegment({ runner: runFfmpegCore, work, payloads: { source: data, renditions: payloads } }),
    )
    preceding = { outputs, durationMs }
  }
  return conclusions
}
