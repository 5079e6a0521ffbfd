import type { Problem } from '../ui/Problem'
import type { SoundProcessing } from './capture/devices'

export type SourceKind = 'camera' | 'screen'

/** A camera or a screen, and its switches. */
export type SourceChoice = {
  kind: SourceKind
  cameraId?: string
  microphoneId?: string
  cameraOn: boolean
  microphoneOn: boolean
}

export type Device = {
  id: string
  /** The name of the device. Until the person has given permission, a name with a number, for example `Camera 1`. */
  label: string
}

/** The captured camera or screen, and its switches. */
export type Source = {
  kind: SourceKind
  cameras: readonly Device[]
  cameraId: string | undefined
  microphones: readonly Device[]
  microphoneId: string | undefined
  processing: SoundProcessing
  cameraOn: boolean
  microphoneOn: boolean
  /** The stream of the preview. Undefined before the person has given permission, and while no screen is chosen. */
  stream: MediaStream | undefined
  /** The browser asks for permission or opens the device. */
  opening: boolean
  problem?: Problem
  onKind(kind: SourceKind): void
  onCamera(id: string): void
  onMicrophone(id: string): void
  /** Opens the camera and the microphone again. A shared screen keeps its sound until the person chooses a screen again. */
  onProcessing(change: Partial<SoundProcessing>): void
  onCameraOn(on: boolean): void
  onMicrophoneOn(on: boolean): void
  /** Opens the camera, or asks for a screen. */
  onOpen(): void
}
