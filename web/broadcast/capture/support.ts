import { hasNativeAac } from 'lp-relay/media'
import { CaptureError } from './CaptureError'
import { findVideoConfig } from './videoCodec'

/** What this browser can do for a broadcaster. */
export type Support = {
  /** Whether it can go live. */
  ok: boolean
  /** What hinders it, the most telling first. */
  problems: CaptureError[]
  /** The H.264 variant that it would encode, `avc1.…`. */
  videoCodec: string | null
  /** Who encodes sound: the browser, or our WASM (another megabyte to load). */
  aac: 'native' | 'wasm'
  /** Whether it can share a screen; phones cannot. */
  screen: boolean
}

/** Asks the browser, before anybody is asked for a camera. Never throws. */
export async function checkSupport({ width = 1280, height = 720, fps = 30 } = {}): Promise<Support> {
  const problems: CaptureError[] = []
  const hasWebCodecs = typeof VideoEncoder !== 'undefined' && typeof AudioData !== 'undefined'
  if (!isSecureContext) problems.push(new InsecureContextError())
  else {
    if (!navigator.mediaDevices?.getUserMedia) problems.push(new NoGetUserMediaError())
    if (!hasWebCodecs) problems.push(new NoWebCodecsError())
    else if (typeof MediaStreamTrackProcessor === 'undefined') problems.push(new NoTrackProcessorError())
  }
  const config = hasWebCodecs ? await findVideoConfig({ width, height, fps, bitrate: 2_000_000 }) : null
  if (hasWebCodecs && !config) problems.push(new NoH264EncoderError())
  return {
    ok: problems.length === 0,
    problems,
    videoCodec: config?.codec ?? null,
    aac: (await hasNativeAac(128_000)) ? 'native' : 'wasm',
    screen: typeof navigator.mediaDevices?.getDisplayMedia === 'function',
  }
}

const OTHER_BROWSER = 'Open this page in a current Chrome, Edge or Brave.'

/** Browsers give cameras only to pages that came over HTTPS or from this machine. */
export class InsecureContextError extends CaptureError {
  override readonly name = 'Support.InsecureContextError'
  override readonly reason = 'insecure-context'
  constructor() {
    super('This page was opened over an insecure connection, so the browser hides the camera.', {
      nextStep: 'Open it over https:// or on localhost.',
    })
  }
}

export class NoGetUserMediaError extends CaptureError {
  override readonly name = 'Support.NoGetUserMediaError'
  override readonly reason = 'no-get-user-media'
  constructor() {
    super('This browser gives pages no access to cameras and microphones.', { nextStep: OTHER_BROWSER })
  }
}

export class NoWebCodecsError extends CaptureError {
  override readonly name = 'Support.NoWebCodecsError'
  override readonly reason = 'no-webcodecs'
  constructor() {
    super('This browser cannot encode video in a page.', { nextStep: OTHER_BROWSER })
  }
}

/** WebCodecs is there, but no way to the single frames of a camera (Firefox, Safari's main thread). */
export class NoTrackProcessorError extends CaptureError {
  override readonly name = 'Support.NoTrackProcessorError'
  override readonly reason = 'no-track-processor'
  constructor() {
    super('This browser does not let a page read the frames of a camera.', { nextStep: OTHER_BROWSER })
  }
}

export class NoH264EncoderError extends CaptureError {
  override readonly name = 'Support.NoH264EncoderError'
  override readonly reason = 'no-h264-encoder'
  constructor({ details = [] }: { details?: readonly string[] } = {}) {
    super('This browser has no H.264 encoder.', { nextStep: OTHER_BROWSER, details })
  }
}
