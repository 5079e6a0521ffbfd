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

export class RefusedError extends ProtocolError {
  override readonly name = 'Runner.RefusedError'
  constructor({ exitCode, complaint }: { exitCode: number; complaint: string }) {
    super('ffmpeg could not transcode the segment.', {
      details: [`Exit code: ${exitCode}`, `It said: ${complaint.trim() || 'nothing'}`],
    })
  }
}
