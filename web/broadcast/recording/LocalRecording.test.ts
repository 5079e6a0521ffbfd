import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LocalRecording, type LocalRecordingState } from './LocalRecording'
import type { FromDisk, ToDisk } from './messages'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function started() {
  const posted: ToDisk[] = []
  const worker = {
    onmessage: null as ((event: MessageEvent) => void) | null,
    onerror: null as ((event: ErrorEvent) => void) | null,
    postMessage: (message: ToDisk) => void posted.push(message),
    terminate: vi.fn(),
  }
  const states: LocalRecordingState[] = []
  const startWorker = vi.fn(() => worker)
  const recording = new LocalRecording({ name: 'lp-1.ts', onChange: (state) => states.push(state), startWorker })
  return {
    ...{ posted, worker, recording, startWorker },
    last: () => states.at(-1),
    types: () => posted.map(({ type }) => type),
    tell: (message: FromDisk) => worker.onmessage?.({ data: message } as MessageEvent),
  }
}

const bytes = (length: number) => new Uint8Array(length)

describe('LocalRecording', () => {
  it('writes the bytes in their order, and says how long the file is, at most once a second', () => {
    const { recording, posted, tell, last } = started()
    recording.write(bytes(3))
    recording.write(bytes(4))
    expect(posted).toEqual([
      { type: 'open', name: 'lp-1.ts' },
      { type: 'write', data: bytes(3) },
      { type: 'write', data: bytes(4) },
    ])
    vi.advanceTimersByTime(1_001)
    tell({ type: 'written', bytes: 3 })
    tell({ type: 'written', bytes: 7 })
    expect(last()?.bytes).toBe(3)
    recording.close()
    tell({ type: 'closed' })
    expect(last()).toEqual({ name: 'lp-1.ts', bytes: 7, isClosed: true })
    recording.write(bytes(1))
    expect(posted.at(-1)).toEqual({ type: 'close' })
  })

  it('creates no file for a stream that does not start', () => {
    const { recording, startWorker, last } = started()
    recording.close()
    expect(startWorker).not.toHaveBeenCalled()
    expect(last()?.isClosed).toBe(true)
  })

  it('if the disk is slower than the stream, ends the recording instead of using more and more memory', () => {
    const { recording, types, tell, last } = started()
    for (let megabytes = 0; megabytes < 40; megabytes++) recording.write(bytes(1024 * 1024))
    expect(types().filter((type) => type === 'write')).toHaveLength(32)
    expect(types().at(-1)).toBe('close')
    expect(last()?.problem?.sentence).toContain('too slow')
    tell({ type: 'closed' })
    expect(last()?.isClosed).toBe(true)
  })

  it('says why there is no recording, and stops its worker', () => {
    const full = started()
    full.recording.write(bytes(9))
    full.tell({ type: 'failed', isFull: true, details: '' })
    expect(full.last()).toMatchObject({
      isClosed: true,
      problem: { sentence: expect.stringContaining('no more space') },
    })
    expect(full.worker.terminate).toHaveBeenCalledOnce()
    const refused = started()
    refused.recording.write(bytes(9))
    refused.worker.onerror?.({} as ErrorEvent)
    expect(refused.last()?.problem?.sentence).toContain('does not let the page write a file')
  })
})
