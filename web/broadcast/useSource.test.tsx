// @vitest-environment happy-dom
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readProcessing } from './soundProcessing'
import { type OnAir, useSource } from './useSource'

class Track extends EventTarget {
  readyState = 'live'
  enabled = true
  constructor(readonly kind: 'video' | 'audio') {
    super()
  }
  getSettings = () => ({ deviceId: this.kind })
  stop() {
    this.readyState = 'ended'
  }
  /** The device is unplugged. */
  lose() {
    this.stop()
    this.dispatchEvent(new Event('ended'))
  }
}

let asked: { video: Track; audio: Track; wanted: MediaStreamConstraints; answer(): void }[]
/** The dialogs for a screen that the browser has opened. */
let dialogs: { choose(): Track; close(reason?: string): void }[]
let isInstant: boolean
let shown: ReturnType<typeof useSource>
const onAir: { current: OnAir | undefined } = { current: undefined }

function Page() {
  shown = useSource(onAir)
  return null
}

let root: ReturnType<typeof createRoot>
beforeEach(() => {
  asked = []
  dialogs = []
  isInstant = true
  onAir.current = undefined
  localStorage.clear()
  const getUserMedia = (wanted: MediaStreamConstraints) =>
    new Promise((resolve) => {
      const [video, audio] = [new Track('video'), new Track('audio')]
      const listOf =
        (...tracks: Track[]) =>
        () =>
          tracks
      const stream = { getTracks: listOf(video, audio), getVideoTracks: listOf(video), getAudioTracks: listOf(audio) }
      asked.push({ video, audio, wanted, answer: () => resolve(stream) })
      if (isInstant) resolve(stream)
    })
  const getDisplayMedia = () =>
    new Promise((resolve, reject) => {
      const choose = () => {
        const video = new Track('video')
        resolve({ getTracks: () => [video], getVideoTracks: () => [video], getAudioTracks: () => [] })
        return video
      }
      dialogs.push({
        choose,
        close: (reason = 'Permission denied') => reject(new DOMException(reason, 'NotAllowedError')),
      })
    })
  const enumerateDevices = async () => []
  const mediaDevices = Object.assign(new EventTarget(), { getUserMedia, getDisplayMedia, enumerateDevices })
  vi.stubGlobal(
    'MediaStream',
    class {
      constructor(readonly tracks: readonly Track[]) {}
      getTracks = () => this.tracks
      getVideoTracks = () => this.tracks.filter(({ kind }) => kind === 'video')
      getAudioTracks = () => this.tracks.filter(({ kind }) => kind === 'audio')
    },
  )
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('navigator', { mediaDevices, userAgent: 'test' })
  vi.stubGlobal('VideoEncoder', { isConfigSupported: async (config: unknown) => ({ supported: true, config }) })
  vi.stubGlobal('MediaStreamTrackProcessor', class {})
  root = createRoot(document.createElement('div'))
  flushSync(() => root.render(<Page />))
})
afterEach(() => {
  root.unmount()
  vi.unstubAllGlobals()
})

/** The person turns the camera on, and the browser asks for permission. */
async function ask() {
  const before = asked.length
  shown.onOpen()
  await vi.waitFor(() => expect(asked.length).toBe(before + 1))
  return asked.at(-1) as (typeof asked)[number]
}

async function open() {
  const devices = await ask()
  await vi.waitFor(() => expect(shown.stream?.getTracks()).toContain(devices.video))
  return devices
}

/** The person chooses “Screen”, and the browser opens its dialog. */
async function askForScreen() {
  const before = dialogs.length
  shown.onKind('screen')
  await vi.waitFor(() => expect(dialogs.length).toBe(before + 1))
  return dialogs.at(-1) as (typeof dialogs)[number]
}

/** Waits until the page shows all earlier changes. */
async function rendered() {
  const on = !shown.cameraOn
  shown.onCameraOn(on)
  await vi.waitFor(() => expect(shown.cameraOn).toBe(on))
}

const states = () => asked.flatMap(({ video, audio }) => [video.readyState, audio.readyState])

describe('useSource', () => {
  it('close turns the camera and the microphone off; the person can turn them on again', async () => {
    await open()
    shown.close()
    await rendered()
    expect(states()).toEqual(['ended', 'ended'])
    expect([shown.stream, shown.problem]).toEqual([undefined, undefined])
    await open()
    expect(states()).toEqual(['ended', 'ended', 'live', 'live'])
  })

  it('a camera that the person allows only after close is turned off', async () => {
    isInstant = false
    const { answer } = await ask()
    await vi.waitFor(() => expect(shown.opening).toBe(true))
    shown.close()
    answer()
    await vi.waitFor(() => expect(shown.opening).toBe(false))
    expect(states()).toEqual(['ended', 'ended'])
    expect(shown.stream).toBeUndefined()
  })

  it('if the camera is lost before the stream is live, says so, and turns the microphone off', async () => {
    const { video } = await open()
    video.lose()
    await rendered()
    expect(shown.problem).toEqual({
      sentence: 'The picture was lost: the camera was unplugged, or sharing was stopped.',
      nextStep: 'Connect the device again, or choose another source.',
    })
    expect(shown.stream).toBeUndefined()
    expect(states()).toEqual(['ended', 'ended'])
  })

  it('if the microphone is lost before the stream is live, says so, and keeps the picture', async () => {
    const { audio } = await open()
    audio.lose()
    await rendered()
    expect(shown.problem?.sentence).toContain('The sound was lost')
    expect(shown.stream).toBeDefined()
  })

  it('turns the noise suppression off: opens the devices again, and remembers it', async () => {
    await open()
    shown.onProcessing({ noiseSuppression: false })
    await vi.waitFor(() => expect(shown.stream?.getTracks()).toContain(asked[1]?.video))
    const sound = { echoCancellation: true, noiseSuppression: false, autoGainControl: true }
    expect(asked.map(({ wanted }) => wanted.audio)).toMatchObject([{ noiseSuppression: true }, sound])
    expect(states()).toEqual(['ended', 'ended', 'live', 'live'])
    expect(shown.processing).toEqual(sound)
    expect(readProcessing()).toEqual(sound)
  })

  it('before a camera is open, only remembers how the microphone is to sound', async () => {
    shown.onProcessing({ echoCancellation: false })
    shown.onProcessing({ autoGainControl: false })
    await rendered()
    expect(asked).toHaveLength(0)
    await open()
    expect(asked[0]?.wanted.audio).toMatchObject({ echoCancellation: false, autoGainControl: false })
  })

  it('says nothing if a replaced camera is lost, or if the present camera is lost while the stream is live', async () => {
    const first = await open()
    const second = await open()
    first.video.lose()
    onAir.current = { replaceStream: async () => {} }
    second.video.lose()
    await rendered()
    expect(shown.problem).toBeUndefined()
    expect(shown.stream?.getTracks()).toContain(second.video)
  })

  it('one click on “Screen” opens the dialog of the browser, before the stream is live too', async () => {
    const { video: camera } = await open()
    const screen = (await askForScreen()).choose()
    await vi.waitFor(() => expect(shown.stream?.getTracks()).toContain(screen))
    expect([shown.kind, camera.readyState, screen.readyState]).toEqual(['screen', 'ended', 'live'])
  })

  it('if the person closes the dialog without a choice, keeps the camera and reports no problem', async () => {
    const { video } = await open()
    const dialog = await askForScreen()
    await vi.waitFor(() => expect(shown.opening).toBe(true))
    dialog.close()
    await vi.waitFor(() => expect(shown.opening).toBe(false))
    expect([shown.kind, shown.problem, video.readyState]).toEqual(['camera', undefined, 'live'])
    expect(shown.stream?.getTracks()).toContain(video)
    const devices = await ask()
    await vi.waitFor(() => expect(shown.stream?.getTracks()).toContain(devices.video))
  })

  it('if the system forbids screens, says so, and keeps the camera', async () => {
    const { video } = await open()
    ;(await askForScreen()).close('Permission denied by system')
    await vi.waitFor(() => expect(shown.problem?.sentence).toBe('This browser is not allowed to record the screen.'))
    expect([shown.kind, video.readyState]).toEqual(['camera', 'live'])
  })

  it('reopen opens a camera with its switches, so that a muted microphone stays muted', async () => {
    const opening = shown.reopen({ kind: 'camera', cameraId: 'front', cameraOn: true, microphoneOn: false })
    const stream = await opening
    await rendered()
    expect(stream?.getAudioTracks().map(({ enabled }) => enabled)).toEqual([false])
    expect(shown.choice()).toMatchObject({ kind: 'camera', cameraId: 'front', microphoneOn: false })
    expect(shown.microphoneOn).toBe(false)
  })
})
