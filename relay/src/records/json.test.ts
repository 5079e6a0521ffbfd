import { describe, expect, it } from 'vitest'
import { createStream } from '../../testbeds/stream'
import { decodePublication, decodeRecord, decodeSegmentList, encode, MalformedError, parse } from './json'
import { maxSegments } from './SegmentList'

const stream = createStream()
const { record } = await stream.assign({ fromSequence: 3n })
const publications = await Promise.all([4n, 5n, 7n].map((sequenceNumber) => stream.publication({ sequenceNumber })))
const [publication] = publications as [(typeof publications)[0]]
const list = { streamId: stream.streamId, parts: [], segments: publications, state: 'live', end: undefined } as const
const plain = (value: Parameters<typeof encode>[0]) => parse(encode(value)) as Record<string, unknown>

describe('encode', () => {
  it('writes JSON that decodes to the same value', async () => {
    expect(decodeRecord(plain(record))).toEqual(record)
    expect(decodePublication(plain(publication))).toEqual(publication)
    expect(decodeSegmentList(plain(list))).toEqual(list)
    const ended = { ...record, state: 'ended', source: undefined, end: await stream.end(2n ** 64n - 1n) } as const
    expect(decodeRecord(plain(ended))).toEqual(ended)
  })

  it('writes a bigint as a decimal string', () => {
    expect(plain(publication).sequenceNumber).toBe('4')
  })
})

describe('decoding', () => {
  it('ignores unknown keys', () => {
    expect(decodePublication({ ...plain(publication), colour: 'red' })).toEqual(publication)
  })

  it.each<[string, Record<string, unknown>]>([
    ['a JSON number instead of a decimal string', { sequenceNumber: 4 }],
    ['a negative number', { sequenceNumber: '-1' }],
    ['leading zeros', { sequenceNumber: '04' }],
    ['an exponent', { sequenceNumber: '1e3' }],
    ['more than 64 bits', { sequenceNumber: '18446744073709551616' }],
    ['a short hash', { dataHash: '0x1234' }],
    ['a path instead of a hash', { dataHash: '../../../etc/passwd' }],
    ['a duration of 0', { durationMs: 0 }],
    ['a duration of a day', { durationMs: 86_400_000 }],
    ['a size with a fraction', { byteLength: 0.5 }],
    ['a payload above the size limit', { byteLength: 2 ** 30 }],
    ['a missing signature', { signature: undefined }],
  ])('refuses %s', (_, change) => {
    expect(() => decodePublication({ ...plain(publication), ...change })).toThrow(MalformedError)
  })

  it('refuses codecs with characters that would end the quotes around the codecs in a playlist', () => {
    const source = { ...stream.source, codecs: 'avc1"\n#EXT-X-ENDLIST' }
    expect(() => decodeRecord({ ...plain(record), source })).toThrow(MalformedError)
  })

  it('refuses a record with too many renditions, and a list with too many segments', () => {
    const renditions = Array.from({ length: 17 }, () => record.renditions[0])
    expect(() => decodeRecord({ ...plain(record), renditions })).toThrow(MalformedError)
    const segments = Array.from({ length: maxSegments + 1 }, () => plain(publication))
    expect(() => decodeSegmentList({ ...plain(list), segments })).toThrow(MalformedError)
  })

  it('refuses a list whose segments are out of order, or belong to another stream', async () => {
    const segments = publications.toReversed()
    expect(() => decodeSegmentList(plain({ ...list, segments }))).toThrow(MalformedError)
    const foreign = await createStream().publication({ sequenceNumber: 9n })
    expect(() => decodeSegmentList(plain({ ...list, segments: [publication, foreign] }))).toThrow(MalformedError)
  })

  it('names the wrong field in the error', () => {
    expect(() => decodePublication({ ...plain(publication), dataHash: 7 })).toThrowErrorMatchingInlineSnapshot(`
      [json.MalformedError: This is not a valid publication.
      dataHash: invalid_type]
    `)
    expect(() => parse('<html>')).toThrowErrorMatchingInlineSnapshot(`
      [json.MalformedError: This is not a valid JSON document.
      Begins with: <html>]
    `)
  })

  it('throws no error except MalformedError when one value is replaced by a wrong value', () => {
    const strange: unknown[] = [
      null,
      undefined,
      0,
      -1,
      1.5,
      Number.NaN,
      '',
      '0x',
      'x'.repeat(1e5),
      [],
      [[]],
      {},
      true,
      { toString: 1 },
    ]
    for (const [decode, value] of [
      [decodeRecord, plain(record)],
      [decodePublication, plain(publication)],
      [decodeSegmentList, plain(list)],
    ] as const)
      for (const changed of changes(value, strange)) {
        try {
          decode(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError)
        }
      }
  })
})

/** Yields copies of `value`. In each copy, one place holds one of the `strange` values. */
function* changes(value: unknown, strange: readonly unknown[]): Generator<unknown> {
  yield* strange
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value))
    for (const changed of changes(inner, strange))
      yield Array.isArray(value) ? value.with(Number(key), changed) : { ...value, [key]: changed }
}
