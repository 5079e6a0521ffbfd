import { PayloadTree, Segment, StreamEnd, StreamId } from '@lp/contracts/protocol'
import { Metainfo, type Recording } from 'lp-relay'
import { type Hex, numberToHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Found, RecordingSearch } from './RecordingSearch'
import type { TorrentFile } from './TorrentFile'

const domain = { chainId: 31337, jobsManager: '0x1111111111111111111111111111111111111111' } as const
const key = privateKeyToAccount(generatePrivateKey())
const streamId = StreamId.random(key.address)
const data = new Uint8Array([1])

/** The torrent of a recording with `count` segments of a stream with three segments. */
async function torrentOf(count: number, by = key): Promise<Metainfo.Info> {
  const dataHash = await PayloadTree.hash(data)
  const segments = await Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const header = { streamId, sequenceNumber: BigInt(number), startTimeMs: 0n, durationMs: 2_000, dataHash }
      return { ...header, signature: await by.sign({ hash: Segment.hash(header, domain) }), byteLength: 1 }
    }),
  )
  const end = await StreamEnd.sign({ streamId, lastSequenceNumber: 2n }, by, domain)
  return Metainfo.build({ streamId, segments, end }, async () => data)
}

const infoHashOf = (number: number): Hex => numberToHex(number, { size: 20 })

/** The torrents that strangers can send, by infohash. For other infohashes, no metadata ever arrives. */
let known: Map<Hex, Metainfo.Info>
let opened: Hex[]
let closed: Hex[]
let found: Found[]
let refused: string[]
let search: RecordingSearch

const open = (infoHash: Hex, info: Metainfo.Info | undefined): TorrentFile => {
  opened.push(infoHash)
  const file = {
    info: (read: (info: Metainfo.Info) => unknown, signal: AbortSignal) =>
      info
        ? Promise.resolve(info).then(read)
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    close: () => closed.push(infoHash),
  }
  return file as unknown as TorrentFile
}

beforeEach(() => {
  vi.useFakeTimers()
  // The fake clock does not control `AbortSignal.timeout`.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const late = new AbortController()
    setTimeout(() => late.abort(new DOMException('The time is over.', 'TimeoutError')), ms)
    return late.signal
  })
  known = new Map()
  ;[opened, closed, found, refused] = [[], [], [], []]
  search = new RecordingSearch({
    ...{ streamId, domain },
    torrents: {
      addInfo: (info, { infoHash }) => open(infoHash, info),
      addInfoHash: (infoHash) => open(infoHash, known.get(infoHash)),
    },
    onFound: (one) => found.push(one),
    refuse: (error) => refused.push((error as Error).name),
  })
})
afterEach(() => {
  search.close()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const offer = async (info: Metainfo.Info) =>
  search.offer({ info, webSeed: '', recording: Metainfo.decode(info, streamId) as Recording.Recording })
const counts = () => found.map(({ recording }) => recording.segments.length)
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('the search for a recording', () => {
  test('immediately takes a recording that has the last segment of the stream, and then opens no torrent that viewers name', async () => {
    await offer(await torrentOf(3))
    search.propose(infoHashOf(1))
    await passes(60_000)
    expect([counts(), opened.length]).toEqual([[3], 1])
  })

  test('if no recording has the last segment of the stream, takes the longest recording that it finds within three seconds', async () => {
    await offer(await torrentOf(1))
    known.set(infoHashOf(1), await torrentOf(2))
    search.propose(infoHashOf(1))
    await passes(2_900)
    expect(counts()).toEqual([])
    await passes(200)
    expect([counts(), closed.length]).toEqual([[2], 1])
  })

  test('closes a torrent with wrong signatures, and a torrent whose metadata do not arrive within 15 s; opens at most three torrents at a time', async () => {
    known.set(infoHashOf(1), await torrentOf(3, privateKeyToAccount(generatePrivateKey())))
    known.set(infoHashOf(5), await torrentOf(3))
    for (const number of [1, 2, 3, 4, 5]) search.propose(infoHashOf(number))
    await passes(1_000)
    expect([opened.length, refused]).toEqual([4, ['Segment.WrongSignerError']])
    await passes(15_000)
    expect([counts(), refused.includes('TimeoutError')]).toEqual([[3], true])
  })

  test('after a wrong segment, finds another torrent of the recording, and never again opens the torrent that gave this segment', async () => {
    const info = await torrentOf(3)
    await offer(info)
    known.set(infoHashOf(1), info)
    const [first] = found as [Found]
    search.refuse(first)
    await offer(info)
    search.propose(first.infoHash)
    search.propose(infoHashOf(1))
    await passes(1_000)
    expect(found.map(({ infoHash }) => infoHash)).toEqual([first.infoHash, infoHashOf(1)])
  })

  test('remembers at most 32 infohashes whose torrents are not open yet', async () => {
    for (let number = 1; number <= 100; number++) search.propose(infoHashOf(number))
    for (let round = 0; round < 20; round++) await passes(15_000)
    expect(opened.length).toBe(3 + 32)
  })
})
