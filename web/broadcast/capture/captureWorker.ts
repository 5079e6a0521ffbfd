import '../../substitutes'
import { causeDetails } from './CaptureError'
import type { ToPage, ToWorker } from './messages'
import { type Recorder, type RecorderEvent, startRecorder, UnsupportedSizeError } from './recorder'

let starting: Promise<Recorder> | null = null
let hasFailed = false

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  handle(data).catch(fail)
}

self.onunhandledrejection = ({ reason }) => fail(reason)

async function handle(message: ToWorker) {
  if (message.type === 'start') {
    starting = startRecorder({ ...message, onEvent: passOn, onFailure: fail })
    const { width, height, videoCodec, startedAtMs } = await starting
    return post({ type: 'started', width, height, videoCodec, startedAtMs })
  }
  const recorder = await starting
  if (!recorder) return
  if (message.type === 'replace') recorder.replace(message.sources)
  if (message.type === 'stats') post({ type: 'stats', id: message.id, stats: recorder.stats() })
  if (message.type === 'stop') await recorder.stop()
}

function passOn(event: RecorderEvent) {
  post(event, event.type === 'bytes' ? [event.data.buffer] : [])
}

function fail(cause: unknown) {
  if (hasFailed) return
  hasFailed = true
  const reason = cause instanceof UnsupportedSizeError ? 'no-h264-encoder' : 'encoder-failed'
  post({ type: 'failed', reason, details: causeDetails(cause) })
}

function post(message: ToPage, transfer: Transferable[] = []) {
  self.postMessage(message, { transfer })
}
