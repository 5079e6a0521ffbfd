import { logOf } from 'lp-relay/log'
import type { CaptureError } from './CaptureError'
import { deviceError, NoCameraError, NoMicrophoneError, NoScreenSharingError, NoSourceError } from './deviceErrors'
import { mixSound } from './mixSound'
import { InsecureContextError, NoGetUserMediaError } from './support'
import { pictureConstraints, usualPicture } from './trackPicture'

const log = logOf('capture')

export type Device = { deviceId: string; label: string }

/** An opened camera or screen. */
export type Source = {
  kind: 'camera' | 'screen'
  stream: MediaStream
  /** An error for each chosen device that could not be opened. The source works without these devices. */
  missing: readonly CaptureError[]
  /** Turns the devices off. */
  close(): void
}

/** The id of a device, `true` for the browser's choice, `false` for no device. */
export type Choice = string | boolean

/** What the browser does with the sound of the microphone. For music, all three are better off. */
export type SoundProcessing = { echoCancellation: boolean; noiseSuppression: boolean; autoGainControl: boolean }

export const usualProcessing: SoundProcessing = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
}

/** The cameras and microphones of this computer. Browsers hide the names and the number of devices until the page has permission. */
export async function listDevices(): Promise<{ cameras: Device[]; microphones: Device[] }> {
  const devices = await mediaDevices().enumerateDevices()
  return { cameras: named(devices, 'videoinput', 'Camera'), microphones: named(devices, 'audioinput', 'Microphone') }
}

/** Calls the listener when a device is connected or removed. Returns a function that removes the listener. */
export function onDevicesChange(listener: () => void): () => void {
  const devices = mediaDevices()
  devices.addEventListener('devicechange', listener)
  return () => devices.removeEventListener('devicechange', listener)
}

/** Opens a camera, a microphone, or both. If only the microphone fails, resolves with the microphone's error in `missing`. */
export async function openCamera({
  camera = true,
  microphone = true,
  processing = usualProcessing,
}: {
  camera?: Choice
  microphone?: Choice
  processing?: SoundProcessing
} = {}): Promise<Source> {
  const devices = mediaDevices()
  const video = camera === false ? false : { ...pictureConstraints(usualPicture), ...chosen(camera) }
  const audio = microphone === false ? false : soundConstraints(microphone, processing)
  if (!video && !audio) throw new NoSourceError()
  if (!video) return source('camera', await open('microphone', () => devices.getUserMedia({ audio })))
  if (!audio) return source('camera', await open('camera', () => devices.getUserMedia({ video })))
  try {
    // One call opens both devices, so the browser asks for permission only once.
    return source('camera', await devices.getUserMedia({ video, audio }))
  } catch (cause) {
    const { cameras, microphones } = await listDevices()
    if (cameras.length === 0) throw new NoCameraError({ cause })
    if (isRefusal(cause) && !(await isAllowed('camera'))) throw deviceError('camera', cause)
    const stream = await open('camera', () => devices.getUserMedia({ video }))
    const missing = microphones.length === 0 ? new NoMicrophoneError({ cause }) : deviceError('microphone', cause)
    return source('camera', stream, [missing])
  }
}

/**
 * Captures a screen, window or tab, and its sound if the browser offers the sound. If `microphone` is set, mixes the sound of the
 * microphone with the sound of the screen. Browsers allow this call only in a click handler.
 */
export async function openScreen({
  microphone = false,
  processing = usualProcessing,
}: {
  microphone?: Choice
  processing?: SoundProcessing
} = {}): Promise<Source> {
  const devices = mediaDevices()
  if (!devices.getDisplayMedia) throw new NoScreenSharingError()
  const video = pictureConstraints(usualPicture)
  const screen = await open('screen', () => devices.getDisplayMedia({ video, audio: true }))
  if (microphone === false) return source('screen', screen)
  try {
    const voice = await devices.getUserMedia({ audio: soundConstraints(microphone, processing) })
    return screenWithVoice(screen, voice)
  } catch (cause) {
    return source('screen', screen, [deviceError('microphone', cause)])
  }
}

function screenWithVoice(screen: MediaStream, voice: MediaStream): Source {
  if (screen.getAudioTracks().length === 0) {
    return source('screen', new MediaStream([...screen.getTracks(), ...voice.getTracks()]))
  }
  const mix = mixSound([screen, voice])
  const close = () => {
    stopTracks(screen)
    stopTracks(voice)
    mix.close()
  }
  return { kind: 'screen', stream: new MediaStream([...screen.getVideoTracks(), ...mix.tracks]), missing: [], close }
}

function source(kind: Source['kind'], stream: MediaStream, missing: CaptureError[] = []): Source {
  return { kind, stream, missing, close: () => stopTracks(stream) }
}

function stopTracks(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop()
}

async function open(kind: 'camera' | 'microphone' | 'screen', ask: () => Promise<MediaStream>): Promise<MediaStream> {
  try {
    return await ask()
  } catch (cause) {
    throw deviceError(kind, cause)
  }
}

function mediaDevices(): MediaDevices {
  if (!isSecureContext) throw new InsecureContextError()
  if (!navigator.mediaDevices?.getUserMedia) throw new NoGetUserMediaError()
  return navigator.mediaDevices
}

function named(devices: MediaDeviceInfo[], kind: MediaDeviceKind, noun: string): Device[] {
  return devices
    .filter((device) => device.kind === kind)
    .map(({ deviceId, label }, index) => ({ deviceId, label: label || `${noun} ${index + 1}` }))
}

const soundConstraints = (microphone: Choice, processing: SoundProcessing) => ({
  sampleRate: { ideal: 48_000 },
  ...processing,
  ...chosen(microphone),
})

const chosen = (choice: Choice) => (typeof choice === 'string' && choice !== '' ? { deviceId: { exact: choice } } : {})

const isRefusal = (cause: unknown) => cause instanceof DOMException && cause.name === 'NotAllowedError'

async function isAllowed(name: 'camera'): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name })).state === 'granted'
  } catch (error) {
    // Some browsers do not support this query for cameras.
    log.debug('permission unknown', () => ({ name, error }))
    return false
  }
}
