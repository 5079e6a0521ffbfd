import { ProtocolError } from '@lp/contracts/protocol'

export type Run = {
  /** The arguments that `Recipe.ffmpegArguments` returns. They contain the names of `input` and `outputs`. */
  args: readonly string[]
  input: { name: string; data: Uint8Array }
  /** Names of files, not of pipes. */
  outputs: readonly string[]
}

/**
 * Runs ffmpeg's WASM build in a worker of Node or of a page. Resolves with the contents of the output files. Each run starts
 * from the same state. Rejects with `RefusedError` when ffmpeg refuses the segment: this is evidence about the segment. Rejects
 * with another error when this machine fails: this is no evidence about the segment.
 */
export type Runner = (run: Run) => Promise<Uint8Array[]>

/**
 * Whether ffmpeg's output shows that this machine failed: ffmpeg got no memory, or the build itself failed. The exit code does not show
 * this, because it is other than 0 for a refused segment, too.
 */
const isBreakdown = (complaint: string) =>
  /malloc of size \d+ failed|Cannot allocate memory|Out of memory|Aborted\([^)]/.test(complaint)

/** The error for a run that ended with an exit code other than 0. */
export const failureOf = (ended: { exitCode: number; complaint: string }): RefusedError | BrokenDownError =>
  isBreakdown(ended.complaint) ? new BrokenDownError(ended) : new RefusedError(ended)

export class RefusedError extends ProtocolError {
  override readonly name = 'Runner.RefusedError'
  constructor({ exitCode, complaint }: { exitCode: number; complaint: string }) {
    super('ffmpeg could not transcode the segment.', {
      details: [`Exit code: ${exitCode}`, `ffmpeg said: ${complaint.trim() || 'nothing'}`],
    })
  }
}

export class BrokenDownError extends ProtocolError {
  override readonly name = 'Runner.BrokenDownError'
  constructor({ complaint }: { complaint: string }) {
    super('This machine could not transcode the segment.', { details: [`ffmpeg said: ${complaint.trim()}`] })
  }
}
