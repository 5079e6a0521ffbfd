import type { Problem } from '../ui/Problem'

export type SourceKind = 'camera' | 'screen'

export type Device = {
  id: string
  /** Empty until the browser has been given permission. */
  label: string
}

/** What is being filmed, and the switches for it. */
export type Source = {
  kind: SourceKind
  cameras: readonly Device[]
  cameraId: string | undefined
  microphones: readonly Device[]
  microphoneId: string | undefined
  cameraOn: boolean
  microphoneOn: boolean
  /** What the preview shows; undefined before permission, and when no screen is picked. */
  stream: MediaStream | undefined
  /** The browser is asking for permission, or opening the device. */
  opening: boolean
  problem?: Problem
  onKind(kind: SourceKind): void
  onCamera(id: string): void
  onMicrophone(id: string): void
  onCameraOn(on: boolean): void
  onMicrophoneOn(on: boolean): void
  /** Ask for the camera, or for a screen. */
  onOpen(): void
}
