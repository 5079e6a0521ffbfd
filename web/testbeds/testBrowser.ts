import '../substitutes'
import { WebSocket as Socket } from 'ws'
import type { ToPage, ToWorker } from '../broadcast/capture/messages'

/** The parts of a browser that a broadcast needs, and that Node does not have. A page can crash; its browser goes on. */
export class TestBrowser {
  readonly #held = new Map<string, object>()
  #page = new TestPage()

  /** The globals for the present page. `stub` sets them. */
  constructor(readonly stub: (name: string, value: unknown) => void) {
    stub('MediaStreamTrackProcessor', class {})
    this.#open()
  }

  get page(): TestPage {
    return this.#page
  }

  /** The page ends without any code of its own, and the person opens a new page. */
  crash(): void {
    this.#page.die()
    for (const [name, page] of this.#held) if (page === this.#page) this.#held.delete(name)
    this.openTab()
  }

  /** The person opens one more tab. The earlier page goes on. */
  openTab(): void {
    this.#page = new TestPage()
    this.#open()
  }

  #open(): void {
    const page = this.#page
    const held = this.#held
    this.stub('WebSocket', page.WebSocket)
    this.stub('Worker', page.Worker)
    const request = async (name: string, _: object, run: (lock: object | null) => unknown) => {
      if (held.has(name)) return run(null)
      held.set(name, page)
      try {
        return await run({})
      } finally {
        if (held.get(name) === page) held.delete(name)
      }
    }
    const query = async () => ({ held: [...held.keys()].map((name) => ({ name })) })
    this.stub('navigator', { userAgent: 'test', locks: { request, query } })
  }
}

/** A page with its camera. */
export class TestPage {
  readonly captures: TestCapture[] = []
  /** Whether a capture starts at once. If it is `false`, the test calls `TestCapture.start`. */
  isReady = true
  readonly stream = {
    getVideoTracks: () => [{ readyState: 'live', getSettings: () => ({}) }],
    getAudioTracks: () => [],
  } as unknown as MediaStream
  readonly WebSocket: new (
    address: string,
    protocols: string[],
  ) => Socket
  readonly Worker: new () => TestCapture
  readonly #sockets = new Set<Socket>()
  #isDead = false

  constructor() {
    const page = this
    this.WebSocket = class extends Socket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols)
        page.#sockets.add(this)
        if (page.#isDead) this.terminate()
      }
    }
    this.Worker = class extends TestCapture {
      constructor() {
        super(page)
        page.captures.push(this)
      }
    }
  }

  get capture(): TestCapture {
    return this.captures.at(-1) as TestCapture
  }

  die(): void {
    this.#isDead = true
    for (const socket of this.#sockets) socket.terminate()
  }
}

/** The worker that records a picture. */
class TestCapture {
  onmessage: ((event: { data: ToPage }) => void) | undefined
  readonly received: ToWorker[] = []
  #index = 0

  constructor(readonly page: TestPage) {}

  get startTimeMs(): number {
    const [first] = this.received
    return first?.type === 'start' ? first.settings.startTimeMs : Number.NaN
  }

  postMessage(message: ToWorker): void {
    this.received.push(message)
    if (message.type === 'start' && this.page.isReady) queueMicrotask(() => this.start())
    const pictures = { captured: 0, encoded: 0, dropped: 0, repeated: 0, fps: 0, fullFps: 0 }
    const stats = { ...pictures, encodeQueue: 0, encodeLatencyMs: 0, encodeLoad: undefined, bitrate: 0 }
    if (message.type === 'stop') queueMicrotask(() => this.#tell({ type: 'ended', reason: 'stopped', stats }))
  }

  terminate(): void {}

  start(): void {
    this.#tell({ type: 'started', width: 640, height: 360, videoCodec: 'avc1', startedAtMs: Date.now() })
  }

  begin(): void {
    const index = this.#index
    this.#tell({ type: 'begin', index, startTimeMs: this.startTimeMs + 2_000 * index })
    this.#tell({ type: 'bytes', index, data: crypto.getRandomValues(new Uint8Array(100)) })
  }

  end(): void {
    this.#tell({ type: 'end', index: this.#index++, durationMs: 2_000, byteLength: 100 })
  }

  #tell(data: ToPage): void {
    this.onmessage?.({ data })
  }
}
