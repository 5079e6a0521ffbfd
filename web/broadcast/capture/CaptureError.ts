/** The kind of failure, for code and `data-` attributes. */
export type CaptureReason =
  | 'insecure-context'
  | 'no-get-user-media'
  | 'no-webcodecs'
  | 'no-track-processor'
  | 'no-h264-encoder'
  | 'no-sound-encoder'
  | 'no-camera'
  | 'no-microphone'
  | 'permission-refused'
  | 'screen-not-chosen'
  | 'screen-refused'
  | 'no-screen-sharing'
  | 'device-busy'
  | 'device-unplugged'
  | 'no-source'
  | 'encoder-failed'
  | 'worker-failed'

/** Base class of all capture errors: a sentence, the next step for the broadcaster, and details for the log. */
export abstract class CaptureError extends Error {
  abstract override readonly name: string
  abstract readonly reason: CaptureReason
  /** One sentence for people. */
  readonly shortMessage: string
  /** The next step: one or two sentences for people. */
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

/** Name and message of an error, for `details`. */
export function causeDetails(cause: unknown): string[] {
  return cause instanceof Error ? [`Cause: ${cause.name}: ${cause.message}`] : []
}
