import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import * as Jpeg from './media/Jpeg'
import * as StreamCover from './StreamCover'
import * as StreamId from './StreamId'

const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const streamKey = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(streamKey.address)

const segment = (marker: number, content: readonly number[]) => [0xff, marker, 0, content.length + 2, ...content]
const frame = (width: number, height: number, marker = 0xc0) =>
  segment(marker, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])
const scan = [...segment(0xda, [1, 1, 0, 0, 63, 0]), 0x12, 0xff, 0x00, 0xff, 0xd0, 0x34]
/** The markers of a JPEG file. `content`: default a frame of 320 × 180 pixels and its scan. */
const jpeg = (content: readonly number[] = [...frame(320, 180), ...scan]) =>
  Uint8Array.from([0xff, 0xd8, ...segment(0xe0, [1, 2]), ...content, 0xff, 0xd9])
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))
const cover = { streamId, title: 'Trains at Olten 🚂', poster: base64(jpeg()) }

describe('the title and the poster of a stream', () => {
  it('are valid only as the stream key signed them, and only for its stream', async () => {
    const signed = await StreamCover.sign(cover, streamKey, domain)
    await StreamCover.verify(signed, { streamId, domain })
    for (const change of [{ title: 'Planes' }, { poster: '' }])
      await expect(StreamCover.verify({ ...signed, ...change }, { streamId, domain })).rejects.toThrow(
        StreamCover.WrongSignerError,
      )
    const stranger = privateKeyToAccount(generatePrivateKey())
    const forged = await StreamCover.sign(cover, stranger, domain)
    await expect(StreamCover.verify(forged, { streamId, domain })).rejects.toThrow(StreamCover.WrongSignerError)
    const other = StreamId.random(streamKey.address)
    await expect(StreamCover.verify(signed, { streamId: other, domain })).rejects.toThrow(StreamCover.ForeignError)
  })

  it.each([
    ['', undefined],
    ['I <3 trains, 5 > 4 & “quotes”', undefined],
    ['日本語 עברית é e\u0301 👩‍👩‍👧', undefined],
    ['🚂'.repeat(100), undefined],
    ['🚂'.repeat(101), 'length'],
    ['a'.repeat(10_000_000), 'length'],
    [' a', 'space'],
    ['two\nlines', 'characters'],
    ['two\u2028lines', 'characters'],
    ['bell\u0007', 'characters'],
    ['\u202egnp.exe', 'characters'],
    ['mark\u200f', 'characters'],
    ['isolate\u2066', 'characters'],
    ['half of a pair \ud83d', 'characters'],
    [`high${'\u0301'.repeat(5)}`, 'characters'],
    ['<b>bold</b>', 'markup'],
    ['</script>', 'markup'],
    ['<!-- -->', 'markup'],
  ])('say why a title must not be shown: %j', async (title, fault) => {
    expect(StreamCover.faultOf(title)).toBe(fault)
    const signing = StreamCover.sign({ streamId, title, poster: '' }, streamKey, domain)
    if (fault) await expect(signing).rejects.toThrow(StreamCover.TitleError)
    else await signing
  })

  it.each<[string, string, new (...parameters: never[]) => Error]>([
    ['text that is not base64', '"><script>', StreamCover.PosterError],
    [
      'more bytes than a record can carry',
      base64(jpeg([...frame(320, 180), ...scan, ...Array(8_000).fill(1)])),
      StreamCover.PosterError,
    ],
    ['a text of megabytes', 'A'.repeat(10_000_000), StreamCover.PosterError],
    [
      'a picture of 4,000 megapixels in a few bytes',
      base64(jpeg([...frame(65_535, 65_535), ...scan])),
      StreamCover.PosterError,
    ],
    ['a second, larger frame', base64(jpeg([...frame(320, 180), ...frame(9_999, 9_999), ...scan])), Jpeg.FormError],
    ['a progressive picture with many scans', base64(jpeg([...frame(320, 180, 0xc2), ...scan])), Jpeg.FormError],
    ['many scans', base64(jpeg([...frame(320, 180), ...Array(5).fill(scan).flat()])), Jpeg.FormError],
    ['no picture', base64(jpeg([])), Jpeg.FormError],
    ['a segment that is longer than the file', base64(jpeg([0xff, 0xe1, 0xff, 0xff])), Jpeg.FormError],
    ['another format', base64(new TextEncoder().encode('<svg onload="alert(1)"/>')), Jpeg.FormError],
  ])('are refused with %s as the poster', async (_, poster, error) => {
    await expect(StreamCover.sign({ streamId, title: '', poster }, streamKey, domain)).rejects.toThrow(error)
    const signature = await streamKey.sign({ hash: `0x${'11'.repeat(32)}` })
    const received = { streamId, title: '', poster, signature }
    await expect(StreamCover.verify(received, { streamId, domain })).rejects.toThrow(error)
  })

  it('have the size of the picture', () => {
    expect(Jpeg.sizeOf(jpeg())).toEqual({ width: 320, height: 180 })
  })
})
