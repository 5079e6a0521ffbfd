import { ProtocolError } from '@lp/contracts/protocol'

export type Run = {
  /** `Recipe.ffmpegArguments`, with the names below as input and outputs. */
  args: readonly string[]
  input: { name: string; data: Uint8Array }
  /** Names of files, not of pipes. */
  outputs: readonly string[]
}

/**
 * Runs ffmpeg's WASM build, wherever we are: in a worker of Node or of a page. Resolves with the outputs; nothing of one
 * run is left for the next. Rejects with `RefusedError` when ffmpeg itself says no, which is news about the segment, and
 * with anything else when the machine failed, which is none.
 */
export type Runner = (run: Run) => Promise<Uint8Array[]>

/** ffmpeg also ends with an exit code when it gets no memory, or when the build itself breaks down. */
const isBreakdown = (complaint: string) =>
  /malloc of size \d+ failed|Cannot allocate memory|Out of memory|Aborted\([^)]/.test(complaint)

/** What a run comes to that ended with another exit code than 0. */
export const failureOf = (ended: { exitCode: number; complaint: string }): RefusedError | BrokenDownError =>
  isBreakdown(ended.complaint) ? new BrokenDownError(ended) : new RefusedError(ended)

export class RefusedError extends ProtocolError {
  override readonly name = 'Runner.RefusedError'
  constructor({ exitCode, complaint }: { exitCode: number; complaint: string }) {
    super('ffmpeg could not transcode the segment.', {
      details: [`Exit code: ${exitCode}`, `It said: ${complaint.trim() || 'nothing'}`],
    })
  }
}

export class BrokenDownError extends ProtocolError {
  override readonly name = 'Runner.BrokenDownError'
  constructor({ complaint }: { complaint: string }) {
    super('This machine could not transcode the segment.', { details: [`ffmpeg said: ${complaint.trim()}`] })
  }
}
