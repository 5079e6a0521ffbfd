import { contractsOn } from '@lp/contracts/deployments'
import { Assignment, Hello, PayloadTree, Segment, StreamId } from '@lp/contracts/protocol'
import { type Address, createWalletClient, http } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAlerts } from '../../testbeds/alerts'
import { asOperator } from '../../testbeds/operator'
import {
  type Chain,
  domain,
  makeSegments,
  newTransport,
  nextBlock,
  type PostedJob,
  postJob,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import { trackersOf } from '../chain/trackers'
import type { Progress } from '../ingest/Progress'
import type { Publisher } from '../ingest/Publisher'
import * as IngestRoom from '../ingest/room'
import { greet } from '../mesh/greet'
import type { Peer } from '../mesh/Peer'
import type { Message } from '../mesh/wire'

let chain: Chain
let segments: Uint8Array[]
let relay: Awaited<ReturnType<typeof startRelay>>

beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(6)
  relay = await startRelay(chain)
})
afterAll(async () => {
  await relay.close()
  await chain.stop()
})

const reached = (publisher: Publisher, is: (progress: Progress) => boolean) =>
  new Promise<Progress>((resolve) => {
    const stop = publisher.on('progress', (progress) => {
      if (!is(progress)) return
      stop()
      resolve(progress)
    })
  })

function record(publisher: Publisher, from: number, to: number) {
  for (const [index, data] of segments.slice(from, to).entries()) {
    publisher.begin(1_790_000_000_000 + (from + index) * 2_000)
    for (let offset = 0; offset < data.length; offset += 8_000) publisher.append(data.slice(offset, offset + 8_000))
    publisher.end(2_000)
  }
}

const get = async (path: string) => (await fetch(`${relay.url}${path}`)).json()
const counter = async (name: string) => {
  const text = await (await fetch(`${relay.url}/metrics`)).text()
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
}

describe('a relay', () => {
  it('reports one block per second on a local chain, even if the first blocks came faster', async () => {
    expect(await get('/status')).toMatchObject({ chain: { id: 31337, secondsPerBlock: 1 } })
  })

  it('exports each metric on which an alert depends, with a value as soon as the value is known', async () => {
    const read = async () => (await fetch(`${relay.url}/metrics`, asOperator)).text()
    // The relay knows the block when the chain has answered for the first time.
    await expect.poll(read).toMatch(/^lp_block \d/m)
    const text = await read()
    const { metrics } = readAlerts()
    expect(metrics.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([])
    // Without work there is no deadline, and before the first fault `lp_faults_total` has no value. The relay reads the disk a second after its start.
    const later = ['lp_deadline_seconds', 'lp_faults_total', 'lp_disk_free_bytes']
    const hasValue = (name: string) => new RegExp(`^${name} \\S+$`, 'm').test(text)
    expect(metrics.filter((name) => !later.includes(name) && !hasValue(name))).toEqual([])
  })

  describe('that is open for new jobs', () => {
    const { bondingManager } = contractsOn(31337)
    const isOpen = async (blockNumber?: bigint) => {
      const args = [relay.address] as const
      const known = await chain.client.readContract({
        ...{ ...bondingManager, functionName: 'getTranscoder', args },
        ...(blockNumber !== undefined && { blockNumber }),
      })
      return known.available
    }

    it('opens itself again when another process with its key has closed it', async () => {
      const account = privateKeyToAccount(relay.key)
      const other = createWalletClient({ account, chain: anvil, transport: http(chain.rpcUrl) })
      const hash = await other.writeContract({
        ...{ ...bondingManager, functionName: 'transcodeAvailability', args: [false] },
      })
      const { blockNumber } = await chain.client.waitForTransactionReceipt({ hash })
      expect(await isOpen(blockNumber)).toBe(false)
      while (!(await isOpen())) await nextBlock(chain)
    })

    it('closes and opens itself when the operator requests it', async () => {
      relay.acceptJobs(false)
      while (await isOpen()) await nextBlock(chain)
      await chain.test.mine({ blocks: 3 })
      expect(await isOpen()).toBe(false)
      relay.acceptJobs(true)
      while (!(await isOpen())) await nextBlock(chain)
    })
  })

  it('joins a job for which it was drawn, transcodes, publishes, and ends the job when the stream ends', async () => {
    const job = await postJob(chain)
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ phase }) => phase === 'assigned')
    const done = reached(publisher, ({ acknowledged }) => acknowledged === 3)
    record(publisher, 0, 3)
    const progress = await done
    expect(progress).toMatchObject({ sent: 3, acknowledged: 3, acknowledgedMs: 6_000, refused: 0, dropped: 0 })

    const stream = await get(`/streams/${job.streamId}`)
    expect(stream.renditions.map(({ height }: { height: number }) => height)).toEqual([120, 64])
    const { jobId, streamId } = job
    const renditionKey = stream.assignment.renditionKey
    for (const [index, rendition] of stream.renditions.entries()) {
      expect(rendition.streamId).toBe(StreamId.rendition({ jobId, streamId, index, renditionKey }))
      const list = await get(`/segments/${rendition.streamId}?after=-1`)
      expect(list.segments.map(({ sequenceNumber }: { sequenceNumber: string }) => sequenceNumber)).toEqual([
        '0',
        '1',
        '2',
      ])
      for (const { sequenceNumber, startTimeMs, dataHash, ...header } of list.segments) {
        const segment = {
          ...header,
          streamId: rendition.streamId,
          dataHash,
          sequenceNumber: BigInt(sequenceNumber),
          startTimeMs: BigInt(startTimeMs),
        }
        await Segment.verify(segment, domain)
        const payload = await (await fetch(`${relay.url}/payload/${dataHash}`)).arrayBuffer()
        await Segment.verifyPayload(segment, new Uint8Array(payload))
      }
    }

    await publisher.stop()
    leave()
    expect(await get(`/streams/${streamId}`)).toMatchObject({ state: 'ended', end: { lastSequenceNumber: '2' } })
    const { jobsManager } = contractsOn(31337)
    for (;;) {
      const { endBlock } = await chain.client.readContract({ ...jobsManager, functionName: 'getJob', args: [jobId] })
      if (endBlock <= (await chain.client.getBlockNumber({ cacheTime: 0 }))) break
    }
  })

  it('accepts a stream over WebSocket if WebRTC is not possible; the stream goes on after a restart of the relay', async () => {
    const job = await postJob(chain)
    const { publisher, leave } = publish(job, { isWebRtcPossible: false })
    const done = reached(publisher, ({ acknowledged }) => acknowledged === 2)
    record(publisher, 0, 2)
    expect(await done).toMatchObject({ refused: 0, dropped: 0, transcoder: relay.address })
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    const { port } = new URL(relay.url)
    const { directory, key } = relay
    await relay.close()
    await interrupted
    record(publisher, 2, 3)
    const continued = reached(publisher, ({ acknowledged }) => acknowledged === 3)
    relay = await startRelay(chain, { directory, key, port: Number(port) })
    expect(await continued).toMatchObject({ refused: 0, dropped: 0 })
    await publisher.stop()
    leave()
  })

  it('continues after its last segment when it is restarted in the middle of a stream', async () => {
    const directory = relay.directory
    const job = await postJob(chain)
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ phase }) => phase === 'assigned')
    let done = reached(publisher, ({ acknowledged }) => acknowledged === 2)
    record(publisher, 0, 2)
    await done
    const { port } = new URL(relay.url)
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    await relay.close()
    await interrupted
    record(publisher, 2, 4)
    done = reached(publisher, ({ acknowledged }) => acknowledged === 4)
    relay = await startRelay(chain, { directory, key: relay.key, port: Number(port) })
    expect(await done).toMatchObject({ refused: 0, dropped: 0 })
    const stream = await get(`/streams/${job.streamId}`)
    for (const streamId of [
      job.streamId,
      ...stream.renditions.map((rendition: { streamId: string }) => rendition.streamId),
    ]) {
      const list = await get(`/segments/${streamId}?after=-1`)
      expect(list.segments.map(({ sequenceNumber }: { sequenceNumber: string }) => sequenceNumber)).toEqual([
        '0',
        '1',
        '2',
        '3',
      ])
    }
    await publisher.stop()
    leave()
  })

  it('continues after the page of the broadcaster was loaded again in the middle of a segment, and marks a discontinuity', async () => {
    const job = await postJob(chain)
    const page = publish(job)
    await reached(page.publisher, ({ phase }) => phase === 'assigned')
    let done = reached(page.publisher, ({ acknowledged }) => acknowledged === 2)
    record(page.publisher, 0, 2)
    await done
    page.publisher.begin(1_790_000_004_000)
    page.publisher.append((segments[2] as Uint8Array).slice(0, 8_000))
    page.leave()
    const { assignments } = page.publisher
    const { publisher, leave } = publish(job, { fromSequence: 4n, assignments })
    done = reached(publisher, ({ acknowledged }) => acknowledged === 2)
    record(publisher, 4, 6)
    expect(await done).toMatchObject({ refused: 0, dropped: 0, transcoder: relay.address })
    await publisher.stop()
    leave()
    for (const level of ['source', '120p', '64p']) {
      const playlist = await (await fetch(`${relay.url}/hls/${job.streamId}/${level}/index.m3u8`)).text()
      expect(playlist.split('\n').filter((line) => /GAP|DISCONTINUITY$|\.ts/.test(line))).toEqual([
        ...['0.ts', '1.ts', '#EXT-X-GAP', '2.ts', '#EXT-X-GAP', '3.ts'],
        ...['#EXT-X-DISCONTINUITY', '4.ts', '5.ts'],
      ])
    }
  })
})

describe('two relays', () => {
  it('hand over a stream when the first relay is stopped, and no segment is lost', async () => {
    const other = await startRelay(chain)
    const job = await postJob(chain)
    expect(job.candidates).toHaveLength(2)
    const { publisher, leave } = publish(job, { patienceMs: 300 })
    await reached(publisher, ({ phase }) => phase === 'assigned')
    let done = reached(publisher, ({ acknowledged }) => acknowledged === 2)
    record(publisher, 0, 2)
    const { transcoder: first } = await done
    const [leaving, staying] = first === relay.address ? [relay, other] : [other, relay]
    const interrupted = reached(publisher, ({ phase }) => phase === 'interrupted')
    await leaving.close()
    await interrupted
    record(publisher, 2, 4)
    done = reached(publisher, ({ acknowledged }) => acknowledged === 4)
    expect(await done).toMatchObject({ transcoder: staying.address, refused: 0, dropped: 0 })
    const stream = await (await fetch(`${staying.url}/streams/${job.streamId}`)).json()
    expect(stream.assignment).toMatchObject({ fromSequence: '2' })
    await publisher.stop()
    leave()
    relay = staying
  })
})

describe('a relay with a hostile broadcaster', () => {
  let job: PostedJob
  let peer: Peer
  let leave: () => void
  const messages: Message[] = []
  let arrived = () => {}
  let renditionKey: Address

  /** A broadcaster that creates its own messages, so it can send false messages. */
  beforeAll(async () => {
    job = await postJob(chain)
    await connect()
    await assign(0n)
  })
  afterAll(() => leave())

  async function connect() {
    const { streamId, streamKey, candidates } = job
    const room = newTransport().join({ infoHash: IngestRoom.infoHash(streamId), trackers: trackersOf(candidates) })
    leave = () => room.leave()
    const [channel] = await room.next('channel')
    peer = await greet(channel, {
      ...{ streamId, role: 'broadcaster', isRelay: () => true },
      sign: (hello) => Hello.sign(hello, streamKey, domain),
      recover: (hello, signature) => Hello.recover(hello, signature, domain),
    })
    peer.on('message', (message) => {
      messages.push(message)
      arrived()
    })
    renditionKey = (await answer('acceptance')).acceptance.renditionKey
  }

  async function assign(fromSequence: bigint) {
    const { jobId, streamId, streamKey } = job
    const terms = { jobId, streamId, transcoder: relay.address, renditionKey, fromSequence }
    peer.send({ type: 'assignment', assignment: await Assignment.sign(terms, streamKey, domain) })
  }

  async function answer<Type extends Message['type']>(type: Type): Promise<Extract<Message, { type: Type }>> {
    for (;;) {
      const index = messages.findIndex((message) => message.type === type)
      if (index >= 0) return messages.splice(index, 1)[0] as Extract<Message, { type: Type }>
      await new Promise<void>((resolve) => {
        arrived = resolve
      })
    }
  }

  async function send(
    sequenceNumber: bigint,
    {
      data = segments[0] as Uint8Array,
      signed,
      key = job.streamKey,
    }: { data?: Uint8Array; signed?: Uint8Array; key?: PrivateKeyAccount } = {},
  ) {
    const header = {
      streamId: job.streamId,
      sequenceNumber,
      startTimeMs: 1_790_000_000_000n,
      durationMs: 2_000,
      dataHash: await PayloadTree.hash(signed ?? data),
    }
    const foreign = key !== job.streamKey
    const signedAs = foreign ? { ...header, streamId: StreamId.random(key.address) } : header
    const { signature } = await Segment.sign(signedAs, key, domain)
    peer.send({ type: 'begin', sequenceNumber, startTimeMs: header.startTimeMs })
    for (let offset = 0; offset < data.length; offset += 40_000)
      peer.send({ type: 'bytes', sequenceNumber, offset, data: data.slice(offset, offset + 40_000) })
    peer.send({ type: 'end', segment: { ...header, signature }, length: data.length })
  }

  it('accepts an honest segment', async () => {
    await send(0n)
    expect(await answer('ack')).toMatchObject({ sequenceNumber: 0n })
  })

  it.each([
    ['a flipped byte', 'Segment.WrongPayloadError', 1n],
    ['a foreign signature', 'Segment.WrongSignerError', 1n],
    ['a repeated number', 'Sequence.RepeatedError', 0n],
    ['a number too far ahead', 'Sequence.TooFarAheadError', 31n],
    ['data that is no MPEG-TS', 'MpegTs.MalformedError', 1n],
  ])('refuses %s, and counts the refusal', async (lie, code, sequenceNumber) => {
    const counted = `lp_segments_refused_total{code="${code}"}`
    const before = await counter(counted)
    const data = (segments[0] as Uint8Array).slice()
    if (lie === 'a flipped byte') {
      data[9_000] = (data[9_000] as number) ^ 1
      await send(sequenceNumber, { data, signed: segments[0] as Uint8Array })
    } else if (lie === 'a foreign signature')
      await send(sequenceNumber, { key: privateKeyToAccount(generatePrivateKey()) })
    else if (lie === 'data that is no MPEG-TS')
      await send(sequenceNumber, { data: crypto.getRandomValues(new Uint8Array(20_000)) })
    else await send(sequenceNumber)
    expect(await answer('refusal')).toMatchObject({ sequenceNumber, code })
    expect(await counter(counted)).toBe(before + 1)
  })

  it('accepts the next honest segment, although the two sequence numbers before it are missing', async () => {
    await send(3n, { data: segments[1] as Uint8Array })
    expect(await answer('ack')).toMatchObject({ sequenceNumber: 3n })
    const list = await get(`/segments/${job.streamId}?after=-1`)
    expect(list.segments.map(({ sequenceNumber }: { sequenceNumber: string }) => sequenceNumber)).toEqual(['0', '3'])
  })

  it('closes the connection when an Assignment begins at a segment that is already transcoded', async () => {
    const closed = peer.next('close')
    await assign(3n)
    await closed
    expect(await counter('lp_segments_refused_total{code="JobWork.TooEarlyError"}')).toBe(1)
    expect(await get(`/streams/${job.streamId}`)).toMatchObject({ assignment: { fromSequence: '0' } })
  })

  it('closes the connection at the first Assignment that the contracts would not record', async () => {
    leave()
    await connect()
    const closed = peer.next('close')
    const first = 4n
    for (let number = 0n; number <= Assignment.maxPerTranscoder; number++) await assign(first + number)
    await closed
    expect(await counter('lp_segments_refused_total{code="JobWork.TooManyAssignmentsError"}')).toBe(1)
    const last = first + BigInt(Assignment.maxPerTranscoder) - 1n
    expect(await get(`/streams/${job.streamId}`)).toMatchObject({ assignment: { fromSequence: String(last) } })
  })
})
