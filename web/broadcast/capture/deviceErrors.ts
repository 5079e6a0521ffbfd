import { CaptureError, type CaptureReason, causeDetails } from './CaptureError'
import { isIos } from './isIos'

export type SourceKind = 'camera' | 'microphone' | 'screen'

/** The error for a person when getUserMedia or getDisplayMedia fails. */
export function deviceError(kind: SourceKind, cause: unknown): CaptureError {
  const name = cause instanceof DOMException ? cause.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return kind === 'screen' ? screenError(cause as DOMException) : new PermissionRefusedError({ kind, cause })
  }
  if (name === 'NotFoundError')
    return kind === 'microphone' ? new NoMicrophoneError({ cause }) : new NoCameraError({ cause })
  // The id of the chosen device is the only exact constraint. So this error almost always means that this device is not connected.
  if (name === 'OverconstrainedError') return new DeviceUnpluggedError({ kind, cause })
  return new DeviceBusyError({ kind, cause })
}

/** Browsers use one error for three causes. Only the message shows that the system or the site, and not the person, has refused. */
function screenError(cause: DOMException): CaptureError {
  const isForbidden = cause.name === 'SecurityError' || /by system|polic/i.test(cause.message)
  return isForbidden ? new ScreenRefusedError({ cause }) : new ScreenNotChosenError({ cause })
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
    super('No camera was found.', { nextStep: 'Connect a camera, or share a screen.', cause })
  }
}

export class NoMicrophoneError extends DeviceError {
  override readonly name = 'Devices.NoMicrophoneError'
  override readonly reason = 'no-microphone'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('No microphone was found.', { nextStep: 'Connect a microphone, or go live without sound.', cause })
  }
}

export class PermissionRefusedError extends DeviceError {
  override readonly name = 'Devices.PermissionRefusedError'
  override readonly reason = 'permission-refused'
  constructor({ kind, cause }: { kind: SourceKind; cause?: unknown }) {
    super(`This page has no permission to use the ${kind}.`, {
      nextStep: isIos()
        ? 'Allow it in the address bar’s menu under Website Settings, or in the Settings app under this browser. Then try again.'
        : 'Allow it with the icon beside the address bar, then try again.',
      cause,
    })
  }
}

/** The person has closed the dialog of the browser without a choice. */
export class ScreenNotChosenError extends DeviceError {
  override readonly name = 'Devices.ScreenNotChosenError'
  override readonly reason = 'screen-not-chosen'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('No screen was chosen.', { nextStep: 'Try again, and choose a screen, a window or a tab.', cause })
  }
}

export class ScreenRefusedError extends DeviceError {
  override readonly name = 'Devices.ScreenRefusedError'
  override readonly reason = 'screen-refused'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('This browser is not allowed to record the screen.', {
      nextStep: 'Allow it in the settings of the system under screen recording, or use the camera.',
      cause,
    })
  }
}

/** Thrown if the browser does not let a page record the screen. No browser on a phone lets a page record the screen. */
export class NoScreenSharingError extends DeviceError {
  override readonly name = 'Devices.NoScreenSharingError'
  override readonly reason = 'no-screen-sharing'
  constructor() {
    super('This browser cannot share a screen.', { nextStep: 'Use the camera, or share a screen from a computer.' })
  }
}

export class DeviceBusyError extends DeviceError {
  override readonly name = 'Devices.DeviceBusyError'
  override readonly reason = 'device-busy'
  constructor({ kind, cause }: { kind: SourceKind; cause?: unknown }) {
    super(`The ${kind} could not be started. Another program may be using it.`, {
      nextStep: 'Close that program, or choose another device.',
      cause,
    })
  }
}

export class DeviceUnpluggedError extends DeviceError {
  override readonly name = 'Devices.DeviceUnpluggedError'
  override readonly reason: CaptureReason = 'device-unplugged'
  constructor({ kind, cause }: { kind: SourceKind | 'video' | 'audio'; cause?: unknown }) {
    super(LOST[kind], { nextStep: 'Connect the device again, or choose another source.', cause })
  }
}

const LOST = {
  camera: 'The camera is not connected any more.',
  microphone: 'The microphone is not connected any more.',
  screen: 'The screen is not available any more.',
  video: 'The picture was lost: the camera was unplugged, or sharing was stopped.',
  audio: 'The sound was lost: the microphone was unplugged, or sharing was stopped.',
}

/** Thrown when a stream has no live track, or when neither a camera nor a microphone was chosen. */
export class NoSourceError extends DeviceError {
  override readonly name = 'Devices.NoSourceError'
  override readonly reason = 'no-source'
  constructor() {
    super('There is no picture and no sound to send.', { nextStep: 'Choose a camera, a microphone or a screen.' })
  }
}
