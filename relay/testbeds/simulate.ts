// A discrete-event simulation of viewers that share a live stream. It runs the real scheduler on a virtual clock, and models
// uplinks and delays. It is not a measurement. It shows the decisions of the scheduler among many viewers.
import type { Hex } from 'viem'
import { GatewayTimes } from '../src/mesh/GatewayTimes'
import { Holdings } from '../src/mesh/Holdings'
import type { Place } from '../src/mesh/SegmentStore'
import { type Decision, hasUploadSlot, schedule, type Want } from '../src/mesh/schedule'
import { Throughput } from '../src/mesh/Throughput'
import { randomFrom } from './fuzz'

export type Terms = {
  viewers: number
  segments: number
  seed?: number
  byteLength?: number
  /** Bandwidth of one viewer's uplink. */
  uplinkBytesPerMs?: (random: () => number) => number
  /** A viewer's part of the one-way delay: the delay between two viewers is the sum of both parts. */
  delayMs?: (random: () => number) => number
  /** Duration of one segment's transfer from the relay. */
  gatewayMs?: (random: () => number) => number
  /** Time from a segment's publication to its deadline. */
  spareMs?: number
  /** Whether a viewer ignores all requests. */
  isSilent?: (index: number) => boolean
  /** The time at which a viewer leaves, in milliseconds. */
  leavesMs?: (index: number) => number
}

export type Outcome = {
  /** The bytes that came from viewers, divided by all bytes. */
  shareFromViewers: number
  /** How often a segment arrived at a viewer after its deadline. */
  misses: number
  /** The number of copies that the relay served of one segment, on average. */
  copies: number
}

type SimWant = {
  -readonly [Key in keyof Want]: Want[Key]
} & { rejections: Map<Hex, number>; isDone: boolean; uploadId: number }
type Upload = { id: number; to: Viewer; want: SimWant; sinceMs: number; leftBytes: number; atMs: number }
type Viewer = {
  id: Hex
  index: number
  has: Set<bigint>
  wants: Set<SimWant>
  heard: Map<Viewer, { holdings: Holdings; throughput: Throughput }>
  uploads: Upload[]
  uplinkBytesPerMs: number
  delayMs: number
  gatewayTimes: GatewayTimes
  isSilent: boolean
  leavesMs: number
  wakeMs: number
}

const streamId: Hex = `0x${'5e'.repeat(32)}`
const segmentMs = 2_000

export function simulate(terms: Terms): Outcome {
  const below = randomFrom(terms.seed ?? 1)
  const random = () => below(2 ** 31) / 2 ** 31
  const { byteLength = 600_000, spareMs = 2_000 } = terms
  const { uplinkBytesPerMs = () => 2_500, delayMs = () => 20, gatewayMs = () => 150 } = terms
  const events: { atMs: number; act(): void }[] = []
  let nowMs = 0
  /** Inserts an event. `events` is sorted by time, the latest event first. */
  const at = (whenMs: number, act: () => void) => {
    const atMs = Math.max(whenMs, nowMs)
    let [low, high] = [0, events.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((events[middle]?.atMs ?? 0) > atMs) low = middle + 1
      else high = middle
    }
    events.splice(low, 0, { atMs, act })
  }
  const totals = { peers: 0, gateway: 0, misses: 0 }
  let uploadIds = 0

  const viewers = Array.from({ length: terms.viewers }, (_, index): Viewer => {
    const hex = Array.from({ length: 40 }, () => below(16).toString(16)).join('')
    return {
      ...{ id: `0x${hex}` as Hex, index, has: new Set(), wants: new Set(), heard: new Map(), uploads: [] },
      ...{ uplinkBytesPerMs: uplinkBytesPerMs(random), delayMs: delayMs(random), gatewayTimes: new GatewayTimes() },
      ...{ isSilent: terms.isSilent?.(index) ?? false, leavesMs: terms.leavesMs?.(index) ?? Number.POSITIVE_INFINITY },
      wakeMs: Number.POSITIVE_INFINITY,
    }
  })
  for (const viewer of viewers)
    for (const other of viewers)
      if (other !== viewer) viewer.heard.set(other, { holdings: new Holdings(), throughput: new Throughput() })
  const isHere = ({ leavesMs }: Viewer) => nowMs < leavesMs
  const between = (a: Viewer, b: Viewer) => a.delayMs + b.delayMs
  /** Runs `act` when a message from `from` arrives at `to`, if both viewers are present at that time. */
  const send = (from: Viewer, to: Viewer, act: () => void) =>
    at(nowMs + between(from, to), () => isHere(from) && isHere(to) && act())

  const plan = (viewer: Viewer) => {
    if (!isHere(viewer)) return
    const present = [...viewer.heard].filter(([other]) => isHere(other))
    const { decisions, wakeAtMs } = schedule<SimWant>({
      ...{ nowMs, selfId: viewer.id, wants: [...viewer.wants], random },
      gatewayMs: viewer.gatewayTimes.slowestMs,
      sources: present.map(([{ id }, { holdings, throughput }]) => ({
        ...{ id, isRelay: false, isUnpaid: false, holdings, bytesPerMs: throughput.at(nowMs) },
        pending: [...viewer.wants].filter(({ asked }) => asked?.peerId === id).length,
      })),
    })
    for (const decision of decisions) carryOut(viewer, decision)
    if (wakeAtMs === Number.POSITIVE_INFINITY) return
    viewer.wakeMs = wakeAtMs
    at(wakeAtMs, () => viewer.wakeMs === wakeAtMs && plan(viewer))
  }

  const carryOut = (viewer: Viewer, { type, want, ...more }: Decision<SimWant>) => {
    if (type === 'gateway') {
      const lastsMs = gatewayMs(random)
      want.gateway = 'asked'
      at(nowMs + lastsMs, () => {
        if (want.isDone) return
        viewer.gatewayTimes.add(lastsMs)
        totals.gateway += byteLength
        finish(viewer, want)
      })
    } else if (type === 'drop') {
      want.rejections.set(want.asked?.peerId ?? '0x', Number.POSITIVE_INFINITY)
      want.asked = undefined
    } else if (type === 'ask' && 'peerId' in more) {
      const peer = viewers.find(({ id }) => id === more.peerId) as Viewer
      want.asked = { peerId: peer.id, atMs: nowMs, answered: false }
      send(viewer, peer, () => serve(peer, viewer, want))
      // When a peer leaves, its channel closes.
      if (peer.leavesMs < Number.POSITIVE_INFINITY)
        at(peer.leavesMs, () => {
          if (want.asked?.peerId !== peer.id) return
          want.asked = undefined
          plan(viewer)
        })
    }
  }

  const serve = (from: Viewer, to: Viewer, want: SimWant) => {
    if (from.isSilent || want.asked?.peerId !== from.id) return
    if (!hasUploadSlot({ sinceMs: from.uploads.map(({ sinceMs }) => sinceMs), nowMs }))
      return send(from, to, () => {
        if (want.asked?.peerId !== from.id) return
        want.asked = undefined
        const retryMs = nowMs + 100 + random() * 150
        want.rejections.set(from.id, retryMs)
        plan(to)
      })
    send(from, to, () => {
      if (want.asked?.peerId === from.id) want.asked = { ...want.asked, answered: true }
    })
    progress(from)
    want.uploadId = uploadIds++
    from.uploads.push({ id: want.uploadId, to, want, sinceMs: nowMs, leftBytes: byteLength, atMs: nowMs })
    advance(from)
  }

  /** Updates the remaining bytes of a viewer's uploads. All uploads get the same part of the viewer's uplink. */
  const progress = (from: Viewer) => {
    for (const upload of from.uploads) {
      upload.leftBytes -= ((nowMs - upload.atMs) * from.uplinkBytesPerMs) / from.uploads.length
      upload.atMs = nowMs
    }
  }
  const advance = (from: Viewer) => {
    const next = [...from.uploads].sort((a, b) => a.leftBytes - b.leftBytes)[0]
    if (!next) return
    const count = from.uploads.length
    const { id } = next
    at(nowMs + (next.leftBytes * count) / from.uplinkBytesPerMs, () => {
      // If another upload has started or ended in the meantime, there is a newer event with a new time, so this event does
      // nothing.
      if (from.uploads.length !== count || !from.uploads.includes(next)) return
      progress(from)
      if (next.leftBytes > 1) return advance(from)
      from.uploads = from.uploads.filter((upload) => upload.id !== id)
      advance(from)
      send(from, next.to, () => received(from, next))
    })
  }
  const received = (from: Viewer, { to, want }: Upload) => {
    if (want.isDone || want.asked?.peerId !== from.id) return
    totals.peers += byteLength
    const elapsedMs = nowMs - want.asked.atMs
    to.heard.get(from)?.throughput.sample({ bytes: byteLength, elapsedMs, nowMs })
    finish(to, want)
  }

  const finish = (viewer: Viewer, want: SimWant) => {
    want.isDone = true
    viewer.wants.delete(want)
    if (nowMs > want.deadlineMs) totals.misses++
    const loser = viewers.find(({ id }) => id === want.asked?.peerId)
    if (loser?.uploads.some(({ id }) => id === want.uploadId))
      send(viewer, loser, () => {
        progress(loser)
        loser.uploads = loser.uploads.filter(({ id }) => id !== want.uploadId)
        advance(loser)
      })
    viewer.has.add(want.sequenceNumber)
    for (const other of viewer.heard.keys())
      send(viewer, other, () => {
        other.heard.get(viewer)?.holdings.update({ streamId, isWhole: false, sequenceNumbers: [want.sequenceNumber] })
        plan(other)
      })
    plan(viewer)
  }

  for (let number = 0; number < terms.segments; number++)
    // All viewers learn of a new segment at about the same time, because their long polls end together.
    for (const viewer of viewers)
      at(number * segmentMs + random() * 60, () => {
        if (!isHere(viewer)) return
        const place: Place = { streamId, sequenceNumber: BigInt(number) }
        const times = { wantedAtMs: nowMs, deadlineMs: nowMs + spareMs }
        const state = { asked: undefined, rejections: new Map(), isDone: false, uploadId: -1 }
        viewer.wants.add({ ...place, ...times, ...state, byteLength, gateway: 'idle' })
        plan(viewer)
      })
  for (let event = events.pop(); event; event = events.pop()) {
    nowMs = event.atMs
    event.act()
  }
  return {
    shareFromViewers: totals.peers / (totals.peers + totals.gateway),
    misses: totals.misses,
    copies: totals.gateway / byteLength / terms.segments,
  }
}
