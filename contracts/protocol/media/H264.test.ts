import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import * as H264 from './H264'

const stream = (size: string, ...args: string[]) =>
  new Uint8Array(
    execFileSync('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=${size}`, '-frames:v', '1', '-c:v', 'libx264', ...args],
      ...['-f', 'h264', 'pipe:1'],
    ]),
  )

const parametersOf = (stream: Uint8Array) =>
  H264.nalUnits(stream).find((unit) => H264.typeOf(unit) === H264.nalType.sps) as Uint8Array

describe('nalUnits', () => {
  it('splits at start codes of three and of four bytes, and drops the zeros between units', () => {
    const bytes = Uint8Array.from([9, 0, 0, 0, 1, 65, 1, 0, 0, 0, 0, 1, 66, 0, 0, 3, 0, 0, 1, 0, 0, 1, 67, 0])
    expect(H264.nalUnits(bytes).map((unit) => [...unit])).toEqual([[65, 1], [66, 0, 0, 3], [67]])
  })

  it('refuses a picture with more than 128 units', () => {
    const bytes = Uint8Array.from({ length: 4 * 129 }, (_, index) => ([0, 0, 1, 65] as const)[index % 4] as number)
    expect(() => H264.nalUnits(bytes)).toThrow(H264.MalformedError)
  })
})

describe('parse', () => {
  it.each([
    ['baseline', 'avc1.42c0', 64, 64],
    ['main', 'avc1.4d40', 1366, 768],
    ['high', 'avc1.6400', 90, 162],
  ])('reads the size and the codec of a stream with the profile %s', (profile, codec, width, height) => {
    const format = H264.parse(parametersOf(stream(`${width}x${height}`, '-profile:v', profile, '-pix_fmt', 'yuv420p')))
    expect(format).toMatchObject({ width, height, fullRange: false, colour: { primaries: 2, transfer: 2, matrix: 2 } })
    expect(format.codec.startsWith(codec)).toBe(true)
  })

  it('skips scaling lists and a pixel aspect ratio', () => {
    const args = ['-pix_fmt', 'yuv420p', '-x264-params', 'cqm=jvt', '-vf', 'setsar=40/33', '-color_trc', 'bt709']
    expect(H264.parse(parametersOf(stream('320x180', ...args)))).toMatchObject({
      ...{ width: 320, height: 180 },
      colour: { primaries: 2, transfer: 1, matrix: 2 },
    })
  })

  it('refuses formats that browsers do not send', () => {
    const parse = (format: string) => () => H264.parse(parametersOf(stream('64x64', '-pix_fmt', format)))
    expect(parse('yuv444p')).toThrow(H264.UnsupportedError)
    expect(parse('yuv420p10le')).toThrow(H264.UnsupportedError)
    expect(parse('gray')).toThrow(H264.UnsupportedError)
  })

  it('refuses a parameter set whose end is missing', () => {
    const whole = parametersOf(stream('320x180', '-pix_fmt', 'yuv420p'))
    for (let length = 1; length < 8; length++)
      expect(() => H264.parse(whole.subarray(0, length))).toThrow(H264.MalformedError)
  })
})
