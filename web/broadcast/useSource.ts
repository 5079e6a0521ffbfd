import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '../ui/Problem'
import { CaptureError } from './capture/CaptureError'
import { DeviceUnpluggedError, ScreenNotChosenError } from './capture/deviceErrors'
import { type Source as Device, openCamera, openScreen, type SoundProcessing } from './capture/devices'
import { checkSupport } from './capture/support'
import type { Source, SourceChoice, SourceKind } from './Source'
import { readProcessing, storeProcessing } from './soundProcessing'
import { useDevices } from './useDevices'

type Choice = { kind: SourceKind; cameraId?: string; microphoneId?: string; processing: SoundProcessing }
type Switches = Pick<Source, 'cameraOn' | 'microphoneOn'>

/** `close` turns the devices off. */
export type SourceControl = Source & {
  close(): void
  choice(): SourceChoice
  /** Opens a camera or a screen with these switches. Resolves to its stream. `undefined`: `problem` says why it is not open. */
  reopen(choice: SourceChoice): Promise<MediaStream | undefined>
}

/** A live stream. `replaceStream` resolves when the stream no longer needs the devices that were chosen before. */
export type OnAir = { replaceStream(stream: MediaStream): Promise<void> }

/** Opens the chosen devices, and closes the devices that were chosen before. `onAir`: undefined while no stream is live. */
export function useSource(onAir: RefObject<OnAir | undefined>): SourceControl {
  const [choice, setChoice] = useState<Choice>(() => ({ kind: 'camera', processing: readProcessing() }))
  const [switches, setSwitches] = useState<Switches>({ cameraOn: true, microphoneOn: true })
  const [opened, setOpened] = useState<Device>()
  const [opening, setOpening] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const devices = useDevices(opened)
  const current = useRef<Device>(undefined)
  /** The number of calls of `close`. A device that was asked for before a call must not stay open after the call. */
  const closes = useRef(0)
  /** The choice of the last attempt to open devices. While a stream is live, `choice` changes only if the attempt succeeds. */
  const asked = useRef(choice)
  /** The choice of the last attempt that has succeeded. */
  const present = useRef(choice)
  /** The present state of the switches. The person can use the switches while a device opens. */
  const latest = useRef(switches)

  const close = useCallback(() => {
    closes.current++
    current.current?.close()
    current.current = undefined
    setOpened(undefined)
  }, [])
  /** A live stream tells the person about a lost track itself, and goes on with the other track. */
  const onLost = useCallback(
    (device: Device, kind: 'video' | 'audio') => {
      if (current.current !== device || onAir.current) return
      if (kind === 'video') close()
      setProblem(problemFor(new DeviceUnpluggedError({ kind })))
    },
    [onAir, close],
  )

  const open = useCallback(
    async (next: Choice): Promise<MediaStream | undefined> => {
      asked.current = next
      const closesBefore = closes.current
      // While a stream is live, the page shows the earlier choice until the new devices are open, because viewers see the earlier devices.
      if (!onAir.current) setChoice(next)
      setOpening(true)
      setProblem(undefined)
      try {
        const support = await checkSupport()
        if (support.problems[0]) throw support.problems[0]
        const { cameraId: camera = true, microphoneId: microphone = true, processing } = next
        const sound = { microphone, processing }
        const device = next.kind === 'screen' ? await openScreen(sound) : await openCamera({ camera, ...sound })
        if (closes.current !== closesBefore) return void device.close()
        applySwitches(device.stream, latest.current)
        const before = current.current
        current.current = device
        await onAir.current?.replaceStream(device.stream)
        before?.close()
        // `close` was called, or another device was opened, while the live stream changed to this device.
        if (current.current !== device) return
        present.current = next
        setChoice(next)
        setOpened(device)
        for (const track of device.stream.getTracks())
          track.addEventListener('ended', () => onLost(device, track.kind === 'video' ? 'video' : 'audio'))
        if (device.missing[0]) setProblem(problemFor(device.missing[0]))
        return device.stream
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error
        // The earlier camera or screen stays, so the page shows it again.
        if (next.kind === 'screen') setChoice(present.current)
        // A person who closes the dialog of the browser has made a choice.
        if (error instanceof ScreenNotChosenError) asked.current = present.current
        else setProblem(problemFor(error))
      } finally {
        setOpening(false)
      }
    },
    [onAir, onLost],
  )
  useEffect(() => close, [close])
  // Before the person is asked for a camera, the page says which function the browser lacks.
  useEffect(() => {
    void checkSupport().then(({ problems: [first] }) => first && setProblem((shown) => shown ?? problemFor(first)))
  }, [])

  // A device stays open when its switch is off, because closing the device would end its track in the live stream.
  const onSwitch = useCallback((change: Partial<Switches>) => {
    latest.current = { ...latest.current, ...change }
    setSwitches(latest.current)
    if (current.current) applySwitches(current.current.stream, latest.current)
  }, [])
  const reopen = useCallback(
    ({ cameraOn, microphoneOn, ...choice }: SourceChoice) => {
      onSwitch({ cameraOn, microphoneOn })
      return open({ ...choice, processing: asked.current.processing })
    },
    [open, onSwitch],
  )

  return {
    kind: choice.kind,
    ...devices,
    cameraId: choice.cameraId ?? opened?.stream.getVideoTracks()[0]?.getSettings().deviceId,
    microphoneId: choice.microphoneId ?? opened?.stream.getAudioTracks()[0]?.getSettings().deviceId,
    processing: choice.processing,
    ...switches,
    stream: opened?.kind === choice.kind ? opened.stream : undefined,
    opening,
    ...(problem && { problem }),
    // The browser opens its dialog for a screen only after a click, and the click that chooses the kind is enough.
    onKind: (kind) => void open({ ...choice, kind }),
    onCamera: (cameraId) => void open({ ...choice, cameraId }),
    onMicrophone: (microphoneId) => void open({ ...choice, microphoneId }),
    onProcessing(change) {
      const next = { ...choice, processing: { ...asked.current.processing, ...change } }
      storeProcessing(next.processing)
      if (current.current?.kind === 'camera') return void open(next)
      asked.current = next
      setChoice(next)
    },
    onCameraOn: (cameraOn) => onSwitch({ cameraOn }),
    onMicrophoneOn: (microphoneOn) => onSwitch({ microphoneOn }),
    onOpen: () => void open(asked.current),
    close,
    choice: useCallback(() => ({ ...present.current, ...latest.current }), []),
    reopen,
  }
}

/** A track that is off sends black frames or silence. */
function applySwitches(stream: MediaStream, { cameraOn, microphoneOn }: Switches) {
  for (const track of stream.getVideoTracks()) track.enabled = cameraOn
  for (const track of stream.getAudioTracks()) track.enabled = microphoneOn
}

const problemFor = ({ shortMessage, nextStep }: CaptureError): Problem => ({ sentence: shortMessage, nextStep })
