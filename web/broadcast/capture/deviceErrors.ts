import { CaptureError, type CaptureReason, causeDetails } from './CaptureError'

export type SourceKind = 'camera' | 'microphone' | 'screen'

/** Tells a person what a refusal of getUserMedia or getDisplayMedia means. */
export function deviceError(kind: SourceKind, cause: unknown): CaptureError {
  const name = cause instanceof DOMException ? cause.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return kind === 'screen' ? new ScreenRefusedError({ cause }) : new PermissionRefusedError({ kind, cause })
  }
  if (name === 'NotFoundError')
    return kind === 'microphone' ? new NoMicrophoneError({ cause }) : new NoCameraError({ cause })
  // Only the chosen device's id is a hard wish: it is not there any more.
  if (name === 'OverconstrainedError') return new DeviceUnpluggedError({ kind, cause })
  return new DeviceBusyError({ kind, cause })
}

abstract class DeviceError extends CaptureError {
  constructor(shortMessage: string, { nextStep, cause }: { nextStep: string; cause?: unknown }) {
    super(shortMessage, { nextStep, details: causeDetails(cause), cause })
  }
}

export class NoCameraError extends DeviceError {
  override readonly name = 'Devices.NoCameraError'
  override readonly reason = 'no-camera'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('No camera was found.', { nextStep: 'Connect one, or share a screen.', cause })
  }
}

export class NoMicrophoneError extends DeviceError {
  override readonly name = 'Devices.NoMicrophoneError'
  override readonly reason = 'no-microphone'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('No microphone was found.', { nextStep: 'Connect one, or go live without sound.', cause })
  }
}

export class PermissionRefusedError extends DeviceError {
  override readonly name = 'Devices.PermissionRefusedError'
  override readonly reason = 'permission-refused'
  constructor({ kind, cause }: { kind: SourceKind; cause?: unknown }) {
    super(`The browser was not allowed to use the ${kind}.`, {
      nextStep: 'Allow it with the icon beside the address bar, then try again.',
      cause,
    })
  }
}

export class ScreenRefusedError extends DeviceError {
  override readonly name = 'Devices.ScreenRefusedError'
  override readonly reason = 'screen-refused'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('No screen was chosen.', { nextStep: 'Press Share screen again and pick a screen, window or tab.', cause })
  }
}

export class DeviceBusyError extends DeviceError {
  override readonly name = 'Devices.DeviceBusyError'
  override readonly reason = 'device-busy'
  constructor({ kind, cause }: { kind: SourceKind; cause?: unknown }) {
    super(`The ${kind} could not be started; another program may be using it.`, {
      nextStep: 'Close that program, or pick another device.',
      cause,
    })
  }
}

export class DeviceUnpluggedError extends DeviceError {
  override readonly name = 'Devices.DeviceUnpluggedError'
  override readonly reason: CaptureReason = 'device-unplugged'
  constructor({ kind, cause }: { kind: SourceKind | 'video' | 'audio'; cause?: unknown }) {
    super(LOST[kind], { nextStep: 'Connect it again, or pick another one.', cause })
  }
}

const LOST = {
  camera: 'That camera is no longer there.',
  microphone: 'That microphone is no longer there.',
  screen: 'That screen is no longer there.',
  video: 'The picture was lost: the camera was unplugged, or sharing was stopped.',
  audio: 'The sound was lost: the microphone was unplugged.',
}

/** Thrown when a stream with no live track is to be captured. */
export class NoSourceError extends DeviceError {
  override readonly name = 'Devices.NoSourceError'
  override readonly reason = 'no-source'
  constructor() {
    super('There is neither picture nor sound to send.', { nextStep: 'Pick a camera, a microphone or a screen.' })
  }
}
