import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Assignment, Hello, PayloadTree, Segment, StreamEnd } from '@lp/contracts/protocol'
import { type Address, isAddressEqual } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { mineEachSecond, reached, record } from '../../testbeds/claims'
import { asOperator } from '../../testbeds/operator'
import {
  type Chain,
  domain,
  makeSegments,
  nextBlock,
  options,
  type PostedJob,
  postJob,
  publish,
  startChain,
  startRelay,
} from '../../testbeds/startNode'
import type { StatusJson } from '../gateway/StatusJson'
import { dial } from '../ingest/dial'
import { greet } from '../mesh/greet'
import type { BinarySocketConstructor } from '../mesh/WebSocketChannel'
import type { Message } from '../mesh/wire'

let chain: Chain
let segments: Uint8Array[]
/** This relay has a place for one stream. It hands no stream over, even if other tests make this machine slow. */
let quick: Awaited<ReturnType<typeof startRelay>>
/** This relay waits three seconds before it starts to transcode a segment of two seconds. */
let slow: Awaited<ReturnType<typeof startRelay>>
/** The jobs are posted and drawn before the first stream, because a relay accepts no new jobs while it is full or its segments are late. */
let jobs: PostedJob[]
const directory = mkdtempSync(join(tmpdir(), 'lp-slow-'))

beforeAll(async () => {
  chain = await startChain()
  segments = makeSegments(6)
  quick = await startRelay(chain, { maxStreams: 1, lateMs: 60_000 })
  const program = join(directory, 'ffmpeg')
  const ffmpeg = execFileSync('sh', ['-c', 'command -v ffmpeg'], { encoding: 'utf8' }).trim()
  const delayed = `#!/bin/sh\ncase "$*" in *pipe:0*) sleep 3 ;; esac\nexec ${ffmpeg} "$@"\n`
  writeFileSync(program, delayed)
  chmodSync(program, 0o755)
  process.env.LP_FFMPEG = program
  slow = await startRelay(chain, { lateMs: 2_000 })
  delete process.env.LP_FFMPEG
  jobs = []
  while (jobs.length < 5) jobs.push(await postJob(chain))
  await mineEachSecond(chain)
}, 120_000)
afterAll(async () => {
  await slow.close()
  await quick.close()
  await chain.stop()
  rmSync(directory, { recursive: true })
})

/** The job with only these candidates, in this order of priority. */
const among = (job: PostedJob, ...addresses: Address[]): PostedJob => ({
  ...job,
  candidates: addresses.flatMap((address) =>
    job.candidates.filter((candidate) => isAddressEqual(candidate.address, address)),
  ),
})

async function gauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, asOperator)).text()
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
}

/** A connection of the job's broadcaster. The test itself creates the broadcaster's messages. */
async function connect(job: PostedJob) {
  const { streamId, streamKey, jobId } = job
  const signal = new AbortController().signal
  const target = { serviceUri: quick.url, jobId, WebSocket: WebSocket as BinarySocketConstructor, signal }
  let channel = await dial(target).catch(() => undefined)
  // The relay reads the draw of the job from a block, and expects no broadcaster before that block.
  for (; !channel; channel = await dial(target).catch(() => undefined)) await nextBlock(chain)
  const peer = await greet(channel, {
    ...{ streamId, role: 'broadcaster', isRelay: () => true },
    sign: (hello) => Hello.sign(hello, streamKey, domain),
    recover: (hello, signature) => Hello.recover(hello, signature, domain),
  })
  const waiting = new Map<Message['type'], (message: Message) => void>()
  const messages: Message[] = []
  peer.on('message', (message) => {
    messages.push(message)
    waiting.get(message.type)?.(message)
  })
  const answer = <Type extends Message['type']>(type: Type) =>
    new Promise<Extract<Message, { type: Type }>>((resolve) => {
      const found = messages.find((message) => message.type === type)
      const settle = resolve as (message: Message) => void
      if (found) settle(found)
      else waiting.set(type, settle)
    })
  const closed = peer.next('close')
  const { acceptance } = await answer('acceptance')
  const terms = { jobId, streamId, transcoder: quick.address, renditionKey: acceptance.renditionKey, fromSequence: 0n }
  const assignment = await Assignment.sign(terms, streamKey, domain)
  return {
    ...{ answer, closed },
    /** Ends the stream. The relay then closes the connection. */
    async finish() {
      peer.send({
        type: 'streamEnd',
        streamEnd: await StreamEnd.sign({ streamId, lastSequenceNumber: 0n }, streamKey, domain),
      })
      await closed
    },
    assign: () => peer.send({ type: 'assignment', assignment }),
    /** Sends the bytes of segment 0, but not its end. */
    feed(data: Uint8Array) {
      peer.send({ type: 'begin', sequenceNumber: 0n, startTimeMs: 1_790_000_000_000n })
      for (let offset = 0; offset < data.length; offset += 40_000)
        peer.send({ type: 'bytes', sequenceNumber: 0n, offset, data: data.slice(offset, offset + 40_000) })
    },
    async end(data: Uint8Array) {
      const header = {
        ...{ streamId, sequenceNumber: 0n, startTimeMs: 1_790_000_000_000n, durationMs: 2_000 },
        dataHash: await PayloadTree.hash(data),
      }
      const segment = await Segment.sign(header, streamKey, domain)
      peer.send({ type: 'end', segment, length: data.length })
    },
  }
}

/** Many pictures of the size that the job permits, in two seconds. */
const flood = (pictures: number): Uint8Array =>
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `color=s=${options.width}x${options.height}:r=${pictures / 2}`],
    ...['-t', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-f', 'mpegts', 'pipe:1'],
  ])

describe('a relay with a place for one stream', () => {
  it('serves the newest of 40 connections of one broadcaster, and closes the others', async () => {
    const job = among(jobs[0] as PostedJob, quick.address)
    const data = segments[0] as Uint8Array
    const older = []
    for (let count = 0; count < 39; count++) {
      const connection = await connect(job)
      connection.assign()
      connection.feed(data.slice(0, 4_000))
      older.push(connection)
    }
    const newest = await connect(job)
    newest.assign()
    await Promise.all(older.map(({ closed }) => closed))
    newest.feed(data)
    await newest.end(data)
    expect(await newest.answer('ack')).toMatchObject({ sequenceNumber: 0n })
    expect(await gauge(quick.url, 'lp_streams_assigned')).toBe(1)

    const other = await connect(among(jobs[1] as PostedJob, quick.address))
    other.assign()
    expect(await other.answer('refusal')).toMatchObject({ code: 'Places.BusyError' })
    await newest.finish()
    expect(await gauge(quick.url, 'lp_streams_assigned')).toBe(0)
  })

  it('refuses a segment as soon as it has too many pictures, and does not wait for its end', async () => {
    const connection = await connect(among(jobs[2] as PostedJob, quick.address))
    connection.assign()
    connection.feed(flood(400))
    expect(await connection.answer('refusal')).toMatchObject({ code: 'Recipe.SourceError', sequenceNumber: 0n })
    await connection.finish()
  })
})

describe('a relay that is slower than real time', () => {
  it('transcodes each segment of a stream that it wanted to hand over, if there is no other transcoder', async () => {
    const job = among(jobs[4] as PostedJob, slow.address)
    const { publisher, leave } = publish(job, { patienceMs: 300 })
    await reached(publisher, ({ phase }) => phase === 'assigned')
    const handedOver = reached(publisher, ({ phase }) => phase === 'interrupted')
    record(publisher, segments.slice(0, 4))
    await handedOver
    await reached(publisher, ({ acknowledged }) => acknowledged === 4)
    const status = (await (await fetch(`${slow.url}/status`, asOperator)).json()) as StatusJson
    expect(status.streams).toContainEqual(
      expect.objectContaining({ streamId: job.streamId, segments: { source: 4, '120p': 4, '64p': 4 } }),
    )
    await publisher.stop()
    leave()
  })

  it('hands the stream over before segments are lost, and closes for new jobs', async () => {
    const job = among(jobs[3] as PostedJob, slow.address, quick.address)
    const { publisher, leave } = publish(job)
    await reached(publisher, ({ transcoder }) => transcoder === slow.address)
    const all = reached(publisher, ({ acknowledged }) => acknowledged === 6)
    const handedOver = reached(publisher, ({ transcoder }) => transcoder === quick.address)
    record(publisher, segments)
    await handedOver
    const health = await fetch(`${slow.url}/healthz`)
    expect([health.status, await health.text()]).toEqual([503, expect.stringContaining('Segments are late')])
    expect(await all).toMatchObject({ transcoder: quick.address, refused: 0, dropped: 0 })
    expect(await gauge(slow.url, 'lp_open_for_jobs')).toBe(0)
    // A viewer that asks the slow relay must look for another transcoder.
    expect((await fetch(`${slow.url}/segments/${job.streamId}?after=6`)).status).toBe(503)
    await publisher.stop()
    leave()
  })
})
