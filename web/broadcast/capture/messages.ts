import type { CaptureStats, RecorderEvent, RecorderSettings, Sources } from './recorder'

/** What the page tells the worker. */
export type ToWorker =
  | { type: 'start'; sources: Sources; settings: RecorderSettings }
  | { type: 'replace'; sources: Sources }
  | { type: 'stats'; id: number }
  | { type: 'stop' }

/** What the worker tells the page. */
export type ToPage =
  | RecorderEvent
  | { type: 'started'; width: number; height: number; videoCodec: string | null; startedAtMs: number }
  | { type: 'stats'; id: number; stats: CaptureStats }
  | { type: 'failed'; reason: 'no-h264-encoder' | 'encoder-failed'; details: string[] }
