import { hasNativeAac } from 'lp-relay/media'
import { CaptureError } from './CaptureError'
import { isIos } from './isIos'
import { hasTrackPorts } from './trackPorts'
import { findVideoConfig } from './videoCodec'

/** What this browser supports for a broadcast. */
export type Support = {
  /** Whether a broadcast is possible. */
  ok: boolean
  /** The missing features as errors, the most important first. */
  problems: CaptureError[]
  /** The H.264 codec string for the encoder, `avc1.…`. */
  videoCodec: string | null
  /** The encoder for sound: the encoder of the browser, or our WASM build, which is a download of 1 MB. Null: the browser can use neither. */
  aac: 'native' | 'wasm' | null
}

/** Checks the browser before the page asks for a camera. Never throws. */
export async function checkSupport({ width = 1280, height = 720, fps = 30 } = {}): Promise<Support> {
  const problems: CaptureError[] = []
  const hasWebCodecs = typeof VideoEncoder !== 'undefined'
  if (!isSecureContext) problems.push(new InsecureContextError())
  else {
    if (!navigator.mediaDevices?.getUserMedia) problems.push(new NoGetUserMediaError())
    if (!hasWebCodecs) problems.push(new NoWebCodecsError())
    else if (typeof MediaStreamTrackProcessor === 'undefined' && !hasTrackPorts())
      problems.push(new NoTrackProcessorError())
  }
  const config = hasWebCodecs ? await findVideoConfig({ width, height, fps, bitrate: 2_000_000 }) : null
  if (hasWebCodecs && !config) problems.push(new NoH264EncoderError())
  const aac = (await hasNativeAac(128_000)) ? 'native' : hasWebAssembly() ? 'wasm' : null
  if (aac === null) problems.push(new NoSoundEncoderError())
  return { ok: problems.length === 0, problems, videoCodec: config?.codec ?? null, aac }
}

/** The shortest module: the magic number, and version 1. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/** Whether the browser has WebAssembly, and neither its settings nor a policy forbid this page to use it. */
function hasWebAssembly(): boolean {
  try {
    return new WebAssembly.Module(emptyModule) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

const otherBrowser = () =>
  isIos()
    ? 'Update to iOS 16.4 or newer, or use a computer: other browsers on an iPhone or iPad have the same limit.'
    : 'Open this page in a current Chrome, Edge or Brave.'

/** Browsers allow cameras only for pages over HTTPS or from this computer. */
export class InsecureContextError extends CaptureError {
  override readonly name = 'Support.InsecureContextError'
  override readonly reason = 'insecure-context'
  constructor() {
    super('This page was opened over an insecure connection, so the browser does not allow a camera.', {
      nextStep: 'Open this page over https:// or on localhost.',
    })
  }
}

export class NoGetUserMediaError extends CaptureError {
  override readonly name = 'Support.NoGetUserMediaError'
  override readonly reason = 'no-get-user-media'
  constructor() {
    super('This browser does not allow pages to use cameras and microphones.', {
      nextStep: isIos() ? 'Open this page in Safari, not inside another app.' : otherBrowser(),
    })
  }
}

export class NoWebCodecsError extends CaptureError {
  override readonly name = 'Support.NoWebCodecsError'
  override readonly reason = 'no-webcodecs'
  constructor() {
    super('This browser cannot encode video in a page.', { nextStep: otherBrowser() })
  }
}

/** The browser has WebCodecs, but gives a page the frames of a camera neither from the track nor from a video element. */
export class NoTrackProcessorError extends CaptureError {
  override readonly name = 'Support.NoTrackProcessorError'
  override readonly reason = 'no-track-processor'
  constructor() {
    super('This browser does not let a page read the frames of a camera.', { nextStep: otherBrowser() })
  }
}

export class NoH264EncoderError extends CaptureError {
  override readonly name = 'Support.NoH264EncoderError'
  override readonly reason = 'no-h264-encoder'
  constructor({ details = [] }: { details?: readonly string[] } = {}) {
    super('This browser has no H.264 encoder.', { nextStep: otherBrowser(), details })
  }
}

/** The browser cannot encode AAC itself (Firefox, and Chromium on Linux), and has no WebAssembly for our encoder. */
export class NoSoundEncoderError extends CaptureError {
  override readonly name = 'Support.NoSoundEncoderError'
  override readonly reason = 'no-sound-encoder'
  constructor() {
    super('This browser cannot encode sound in this page, because WebAssembly is turned off.', {
      nextStep: `Allow WebAssembly for this page in the settings of the browser or of an extension, and reload the page.`,
    })
  }
}
