import { it } from 'vitest'
import { readFileSync, readdirSync } from 'node:fs'
import { MpegTs, Recipe, type TranscodingOptions } from '@lp/contracts/protocol'
import { runFfmpegCore } from '../verifier/ffmpegCore'
import { startSegment } from '../transcoder/segmentRun'
const inst='/work/main/node_modules/@ffmpeg-installer/linux-x64/ffmpeg'
const options: TranscodingOptions.TranscodingOptions = { width: 1280, height: 720, fps: 30, renditions: [{ height: 480, bitrate: 1e6 }, { height: 360, bitrate: 6e5 }, { height: 240, bitrate: 3e5 }] }
it('x', async () => {
  const dir = process.env.SEGS!
  let qps = options.renditions.map((_, i) => Recipe.qp0(options, i))
  for (const name of readdirSync(dir).filter((n) => n.endsWith('.ts')).sort()) {
    const data = new Uint8Array(readFileSync(dir + name))
    const source = MpegTs.probe(data)
    console.log(name, JSON.stringify(source))
    Recipe.checkSource({ probe: source, options, durationMs: 2100 })
    const outputs = qps.map((_, i) => `out${i}.ts`)
    const res: Record<string, string> = {}
    let last: Recipe.Output[] = []
    const fmt = async (ds: Uint8Array[]) => { last = await Promise.all(ds.map((d, i) => Recipe.measure({ data: d, qp: qps[i]! }))); return last.map((m) => `${m.canonicalHash.slice(0, 8)} qp${m.qp} ${m.bits}`).join(' | ') }
    for (const [n, path, sandbox] of [['sys', '/usr/bin/ffmpeg', { kind: 'bubblewrap' }], ['inst', inst, { kind: 'none', reason: '' }]] as const) {
      try {
        const run = startSegment({ path, sandbox }, { options, qps })
        const o = Promise.all(run.outputs.map(async (o) => { const c = []; for await (const x of o) c.push(x); return Buffer.concat(c) }))
        o.catch(() => {})
        for (let i = 0; i < data.length; i += 10000) await run.write(data.subarray(i, i + 10000))
        await run.end(); res[n] = await fmt(await o)
      } catch (e) { res[n] = String(e) }
    }
    const t = performance.now()
    try { res.wasm = await fmt(await runFfmpegCore({ args: Recipe.ffmpegArguments({ options, source, qps, engine: 'portable', input: 'in.ts', outputs }), input: { name: 'in.ts', data }, outputs })) } catch (e) { res.wasm = String(e) }
    console.log((performance.now() - t) | 0, 'ms', new Set(Object.values(res)).size === 1 ? 'SAME ' + res.sys : JSON.stringify(res, null, 1))
    qps = qps.map((qp, i) => Recipe.nextQp({ qp, bits: last[i]!.bits, targetBits: Recipe.targetBits(options.renditions[i]!.bitrate, source.durationMs) }))
  }
}, 300000)
