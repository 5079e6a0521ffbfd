/** What went wrong, for switches and `data-` attributes. */
export type CaptureReason =
  | 'insecure-context'
  | 'no-get-user-media'
  | 'no-webcodecs'
  | 'no-track-processor'
  | 'no-h264-encoder'
  | 'no-camera'
  | 'no-microphone'
  | 'permission-refused'
  | 'screen-refused'
  | 'device-busy'
  | 'device-unplugged'
  | 'no-source'
  | 'encoder-failed'
  | 'worker-failed'

/** Base of every error of capture: what happened, what the broadcaster can do about it, and the facts for the log. */
export abstract class CaptureError extends Error {
  abstract override readonly name: string
  abstract readonly reason: CaptureReason
  /** What happened: one sentence, for people. */
  readonly shortMessage: string
  /** What to do now: one sentence, for people. */
  readonly nextStep: string
  readonly details: readonly string[]

  constructor(
    shortMessage: string,
    { nextStep, details = [], cause }: { nextStep: string; details?: readonly string[]; cause?: unknown },
  ) {
    super([`${shortMessage} ${nextStep}`, ...details].join('\n'), cause === undefined ? undefined : { cause })
    this.shortMessage = shortMessage
    this.nextStep = nextStep
    this.details = details
  }
}

/** The facts of a foreign error, for `details`. */
export function causeDetails(cause: unknown): string[] {
  return cause instanceof Error ? [`Cause: ${cause.name}: ${cause.message}`] : []
}
