import type { CaptureStats, RecorderEvent, RecorderSettings, Sources } from './recorder'

/** Messages from the page to the worker. */
export type ToWorker =
  | { type: 'start'; sources: Sources; settings: RecorderSettings }
  | { type: 'replace'; sources: Sources }
  | { type: 'stats'; id: number }
  | { type: 'stop' }

/** Messages from the worker to the page. */
export type ToPage =
  | RecorderEvent
  | { type: 'started'; width: number; height: number; videoCodec: string | null; startedAtMs: number }
  | { type: 'stats'; id: number; stats: CaptureStats }
  | { type: 'failed'; reason: 'no-h264-encoder' | 'encoder-failed'; details: string[] }
