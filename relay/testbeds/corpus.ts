import { execFileSync } from 'node:child_process'
import type { TranscodingOptions } from '@lp/contracts/protocol'

/**
 * Segments with properties on which transcoders of other projects have failed. The segments are small, because
 * ffmpeg's WASM build is slow.
 */
export type Case = {
  name: string
  data: Uint8Array
  hasPicture: boolean
}

export const ladder: TranscodingOptions.TranscodingOptions = {
  width: 320,
  height: 180,
  fps: 30,
  renditions: [
    { height: 120, bitrate: 150_000 },
    { height: 64, bitrate: 50_000 },
  ],
}

const picture = (size = '320x180', rate = 20) => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}`]
const sound = (rate = 48_000) => ['-f', 'lavfi', '-i', `sine=440:r=${rate}`]
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '600', '-bf', '0', '-b:v', '500k']
const aac = ['-c:a', 'aac', '-b:a', '32k']
const remux = ['-f', 'mpegts', '-i', 'pipe:0', '-c', 'copy', '-copyts']

/** The transport stream that the system's ffmpeg makes with these arguments. */
export function generate(args: readonly string[], input?: Uint8Array): Uint8Array {
  const output = ['-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts', 'pipe:1']
  return execFileSync('ffmpeg', ['-v', 'error', ...args, ...output], { input, maxBuffer: 64 * 1024 * 1024 })
}

const packetBytes = 188
const picturePid = 0x100
const soundPid = 0x101

/** Leaves out the packets of one elementary stream. The program map still declares this stream. */
function without(data: Uint8Array, pid: number): Uint8Array {
  const packets = Array.from({ length: data.length / packetBytes }, (_, index) =>
    data.subarray(index * packetBytes, (index + 1) * packetBytes),
  )
  return Buffer.concat(packets.filter(([, high, low]) => (((high as number) & 0x1f) << 8) + (low as number) !== pid))
}

export function corpus(): Case[] {
  const both = generate([...picture(), ...sound(), '-t', '0.6', ...h264, ...aac])
  const irregular = "setpts='(PTS+between(mod(N,5),1,2)*0.013/TB)+gt(N,7)*0.4/TB'"
  const bt709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'iec61966-2-1']
  const noise = 'h264_metadata=aud=insert:sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+noise'
  const cases: Record<string, Uint8Array> = {
    'picture and sound': both,
    'a varying rate and a late start': generate([
      ...[...picture(), ...sound(), '-t', '0.8', '-vf', irregular, '-vsync', '0', '-enc_time_base', '1:90000'],
      ...[...h264, ...aac, '-output_ts_offset', '3600'],
    ]),
    'timestamps that wrap': generate([
      ...picture(),
      ...sound(),
      '-t',
      '0.6',
      ...h264,
      ...aac,
      '-output_ts_offset',
      '95443.4',
    ]),
    'no sound': generate([...picture(), '-t', '0.4', ...h264]),
    'sound alone': generate([...sound(44_100), '-t', '1', ...aac]),
    'sound that starts late': generate([...picture(), '-itsoffset', '0.4', ...sound(), '-t', '0.8', ...h264, ...aac]),
    'odd sizes': generate([...picture('322x178', 25), '-t', '0.3', ...h264]),
    'one picture': generate([...picture('100x66'), '-frames:v', '1', ...h264]),
    'a slow slide': generate([...picture('160x120', 2), ...sound(), '-t', '2', ...h264, ...aac]),
    'portrait with tall pixels': generate([...picture('90x160'), '-vf', 'setsar=4/3', '-t', '0.3', ...h264]),
    'full range and colours': generate([...picture(), '-t', '0.3', ...h264, '-pix_fmt', 'yuvj420p', ...bt709]),
    'pictures out of order, several references': generate([
      ...[...picture(), '-t', '0.6', ...h264, '-preset', 'medium', '-bf', '2', '-refs', '4'],
    ]),
    'several slices': generate([...picture(), '-t', '0.3', ...h264, '-slices', '4']),
    'SEI and delimiter noise': generate([...remux, '-bsf:v', noise], both),
    'sound declared and absent': without(both, soundPid),
    'pictures declared and absent': without(both, picturePid),
    'packets of sound that hold many frames': generate([...remux, '-max_delay', '700000'], both),
  }
  const blind = ['sound alone', 'pictures declared and absent']
  return Object.entries(cases).map(([name, data]) => ({ name, data, hasPicture: !blind.includes(name) }))
}

/** Segments of one stream. Each segment has more noise in its pictures than the previous segment. */
export const streamOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) =>
    generate([
      ...[...picture(), ...sound(), '-t', '0.5', '-vf', `noise=alls=${index * 20}:allf=t:all_seed=1`],
      ...[...h264, ...aac, '-output_ts_offset', `${index / 2}`],
    ]),
  )

/** Segments with an intact container and damaged pictures. */
export function damaged(count: number): Uint8Array[] {
  const whole = generate([...picture(), '-t', '0.4', ...h264, '-b:v', '2M'])
  return Array.from({ length: count }, (_, index) => {
    const data = whole.slice()
    // The damaged bytes come after the parameter sets, inside a packet's payload, in the coefficients of a picture.
    const packet = 40 + index * 30
    data.fill(0xff, packet * packetBytes + 60, packet * packetBytes + 80 + index * 20)
    return data
  })
}
