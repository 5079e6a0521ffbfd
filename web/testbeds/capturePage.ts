// The page of capture.test.ts: runs one capture per call, and returns all events of the capture with their arrival times.
import { createAacEncoder, createSegmenter, type SegmentEvent } from 'lp-relay/media'
import { CaptureError, type CaptureReason } from '../broadcast/capture/CaptureError'
import { type CaptureEvent, type CaptureOptions, startCapture } from '../broadcast/capture/capture'
import { listDevices, openCamera, openScreen } from '../broadcast/capture/devices'
import { measureSpeed } from '../broadcast/capture/encoderSpeed'
import { checkSupport } from '../broadcast/capture/support'
import { askForPicture, type Picture, readPicture } from '../broadcast/capture/trackPicture'
import { LocalRecording, type LocalRecordingState } from '../broadcast/recording/LocalRecording'
import { deleteRecording, listRecordings, openRecording } from '../broadcast/recording/localRecordings'
import { type DrawingOptions, draw } from './drawing'

export type Recorded = {
  width: number
  height: number
  videoCodec: string | null
  /** Media time at which `stop` was called. */
  stoppedAtMs: number
  events: RecordedEvent[]
  stats: Awaited<ReturnType<Awaited<ReturnType<typeof startCapture>>['stats']>>
}

/** An event. `data` is base64 text. `error` is only the reason of the error. `atMs`: milliseconds since media time zero. */
export type RecordedEvent = { atMs: number } & PlainEvent

type PlainEvent =
  | Exclude<SegmentEvent, { type: 'bytes' }>
  | { type: 'bytes'; index: number; data: string }
  | { type: 'source-lost'; kind: 'video' | 'audio'; error: CaptureReason }
  | { type: 'ended'; reason: 'stopped' | 'sources-lost' }
  | { type: 'failed'; error: CaptureReason }

type Settings = Omit<CaptureOptions, 'stream' | 'onEvent'>
type Running = {
  stop(): Promise<Recorded>
  replaceStream(stream: MediaStream): Promise<void>
  until(type: string): Promise<void>
}

const waitMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function run(stream: MediaStream, settings: Settings = {}): Promise<Running> {
  const events: { atMs: number; event: CaptureEvent }[] = []
  const awaited = new Map<string, PromiseWithResolvers<void>>()
  const signal = (type: string) => {
    const one = awaited.get(type) ?? Promise.withResolvers<void>()
    awaited.set(type, one)
    return one
  }
  const onEvent = (event: CaptureEvent) => {
    events.push({ atMs: performance.timeOrigin + performance.now(), event })
    signal(event.type).resolve()
  }
  const capture = await startCapture({ ...settings, stream, onEvent })
  const { width, height, videoCodec, startedAtMs } = capture
  const mediaZeroMs = startedAtMs - (settings.startTimeMs ?? 1_000)
  return {
    replaceStream: capture.replaceStream,
    until: (type) => signal(type).promise,
    async stop() {
      const stoppedAtMs = performance.timeOrigin + performance.now() - mediaZeroMs
      await capture.stop()
      const stats = await capture.stats()
      const plain = events.map(({ atMs, event }) => ({ atMs: atMs - mediaZeroMs, ...plainEvent(event) }))
      return { width, height, videoCodec, stoppedAtMs, stats, events: plain }
    },
  }
}

function plainEvent(event: CaptureEvent): PlainEvent {
  if (event.type === 'bytes') return { ...event, data: base64(event.data) }
  if ('error' in event) return { ...event, error: event.error.reason }
  return event
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}

function canvasOf(width: number, height: number) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const paint = (color: string) => {
    context.fillStyle = color
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  return { canvas, paint }
}

const scenarios = {
  support: () => checkSupport(),
  devices: () => listDevices(),

  /** The number of pictures that the encoder of this browser encodes in one second. */
  speed: async ({ width, height }: { width: number; height: number }) =>
    (await measureSpeed([{ width, height, fps: 20, bitrate: 2_000_000 }]))({ width, height }),

  /** Writes chunks into a recording, and reads the file again. */
  async recording({ name, chunks }: { name: string; chunks: readonly string[] }) {
    const closed = Promise.withResolvers<LocalRecordingState>()
    const recording = new LocalRecording({ name, onChange: (state) => state.isClosed && closed.resolve(state) })
    for (const chunk of chunks) recording.write(new TextEncoder().encode(chunk))
    recording.close()
    const state = await closed.promise
    const listed = await listRecordings()
    const text = await (await openRecording(name)).text()
    await deleteRecording(name)
    return { state, listed, text, left: await listRecordings() }
  },

  /** The picture of the camera, before and after the page has asked for another picture. */
  async picture(wanted: Picture) {
    const source = await openCamera({ microphone: false })
    const track = source.stream.getVideoTracks()[0] as MediaStreamTrack
    const before = readPicture(track)
    await askForPicture(track, wanted)
    const after = readPicture(track)
    source.close()
    return { before, after }
  },

  /** The reason why the page cannot open a camera. */
  refusal: () =>
    openCamera().then(
      () => null,
      (error) => (error instanceof CaptureError ? { reason: error.reason, nextStep: error.nextStep } : String(error)),
    ),

  async camera({
    ms,
    camera = true,
    microphone = true,
    offAfterMs = ms,
    settings,
  }: {
    ms: number
    camera?: boolean
    microphone?: boolean
    /** After this time, the broadcaster turns the picture off. */
    offAfterMs?: number
    settings?: Settings
  }) {
    const source = await openCamera({ camera, microphone })
    const capture = await run(source.stream, settings)
    await waitMs(offAfterMs)
    if (offAfterMs < ms) for (const track of source.stream.getVideoTracks()) track.enabled = false
    await waitMs(ms - offAfterMs)
    const recorded = await capture.stop()
    source.close()
    return { ...recorded, isHidden: document.hidden }
  },

  /** Captures the screen that the browser chooses. Mixes the sound of the screen and of the microphone. */
  async screen({ ms, settings }: { ms: number; settings?: Settings }) {
    const source = await openScreen({ microphone: true })
    const tracks = source.stream.getTracks().map(({ kind }) => kind)
    const capture = await run(source.stream, settings)
    await waitMs(ms)
    const recorded = await capture.stop()
    source.close()
    return { ...recorded, tracks, missing: source.missing.map(({ reason }) => reason) }
  },

  /** Captures a picture that the page draws, with or without sound. */
  async drawn({ ms, settings, ...drawing }: { ms: number; settings?: Settings } & DrawingOptions) {
    const { stream, close } = await draw(drawing)
    const capture = await run(stream, settings)
    await waitMs(ms)
    const recorded = await capture.stop()
    close()
    return recorded
  },

  /** Captures a canvas that is painted only once. */
  async still({ ms }: { ms: number }) {
    const { canvas, paint } = canvasOf(640, 360)
    const stream = canvas.captureStream()
    paint('teal')
    const capture = await run(stream)
    await waitMs(ms)
    return capture.stop()
  },

  /** Captures a canvas whose size changes: 640×360, then 360×640, then 1280×720. The size of a shared window can change in the same way. */
  async reshaped({ ms }: { ms: number }) {
    const { canvas, paint } = canvasOf(640, 360)
    const stream = canvas.captureStream(20)
    const painting = setInterval(() => paint(performance.now() % 200 < 100 ? 'red' : 'maroon'), 40)
    const capture = await run(stream)
    for (const [width, height] of [
      [640, 360],
      [360, 640],
      [1280, 720],
    ]) {
      Object.assign(canvas, { width, height })
      await waitMs(ms / 3)
    }
    clearInterval(painting)
    return capture.stop()
  },

  /** Captures a white flash and a tone that begin at the same moment, once a second. */
  async flashAndTone({ ms, sampleRate }: { ms: number; sampleRate: number }) {
    const { canvas, paint } = canvasOf(320, 180)
    const context = new AudioContext({ sampleRate })
    const tone = new OscillatorNode(context, { frequency: 1_000 })
    const gain = new GainNode(context, { gain: 0 })
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 })
    tone.connect(gain).connect(destination)
    tone.start()
    const stream = new MediaStream([...canvas.captureStream(30).getTracks(), ...destination.stream.getTracks()])
    const painting = setInterval(() => {
      const isOn = performance.now() % 1_000 < 300
      paint(isOn ? 'white' : 'black')
      gain.gain.value = isOn ? 0.5 : 0
    }, 10)
    const capture = await run(stream)
    await waitMs(ms)
    clearInterval(painting)
    const recorded = await capture.stop()
    await context.close()
    return recorded
  },

  /** Passes half a second of silence and then a tone directly to the encoder and the segmenter, without clocks and devices. */
  async tone() {
    const startTicks = 90_000
    const events: RecordedEvent[] = []
    const onEvent = (event: CaptureEvent) => events.push({ atMs: 0, ...plainEvent(event) })
    const shape = { hasVideo: false, hasAudio: true, startTicks, segmentTicks: 180_000, partTicks: 30_000 }
    const segmenter = createSegmenter({ ...shape, onEvent })
    const onFailure = (cause: unknown) => console.error(cause)
    const aac = await createAacEncoder({ bitrate: 128_000, startTicks, onUnit: segmenter.add, onFailure })
    for (let first = 0; first < 48_000; first += 4_800) {
      const samples = Float32Array.from({ length: 4_800 }, (_, index) =>
        first + index < 24_000 ? 0 : Math.sin((first + index) / 5) / 2,
      )
      aac.encode({ left: samples, right: samples }, first)
    }
    await aac.finish()
    segmenter.finish()
    return { events }
  },

  /**
   * During the capture, first the camera is lost, and the sound continues. Then a canvas replaces the camera. At the end, all sources are
   * lost.
   */
  async losses({ ms }: { ms: number }) {
    const first = await openCamera({})
    const capture = await run(first.stream)
    await waitMs(ms)
    for (const track of first.stream.getVideoTracks()) track.stop()
    await capture.until('source-lost')
    await waitMs(ms)
    const { canvas, paint } = canvasOf(1280, 720)
    const painting = setInterval(() => paint(performance.now() % 200 < 100 ? 'red' : 'maroon'), 40)
    const second = canvas.captureStream(20)
    await capture.replaceStream(new MediaStream([...second.getTracks(), ...first.stream.getAudioTracks()]))
    await waitMs(ms)
    first.close()
    for (const track of second.getTracks()) track.stop()
    await capture.until('ended')
    clearInterval(painting)
    return capture.stop()
  },

  /** Captures the camera and the microphone. During a part of the capture, the code of the page blocks the main thread. */
  async busyPage({ ms }: { ms: number }) {
    const source = await openCamera({})
    const capture = await run(source.stream)
    await waitMs(500)
    const until = performance.now() + ms
    while (performance.now() < until);
    await waitMs(500)
    const recorded = await capture.stop()
    source.close()
    return recorded
  },
}

export type Scenarios = typeof scenarios
Object.assign(globalThis, { scenarios })
