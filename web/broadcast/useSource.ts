import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '../ui/Problem'
import { CaptureError } from './capture/CaptureError'
import { type Source as Device, openCamera, openScreen } from './capture/devices'
import { checkSupport } from './capture/support'
import type { Source, SourceKind } from './Source'
import { useDevices } from './useDevices'

type Choice = { kind: SourceKind; cameraId?: string; microphoneId?: string; cameraOn: boolean; microphoneOn: boolean }

/** Opens the chosen devices, and closes the devices that were chosen before. */
export function useSource(): Source {
  const [choice, setChoice] = useState<Choice>({ kind: 'camera', cameraOn: true, microphoneOn: true })
  const [opened, setOpened] = useState<Device>()
  const [opening, setOpening] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const devices = useDevices(opened)
  const current = useRef<Device>(undefined)

  const open = useCallback(async (next: Choice) => {
    setChoice(next)
    setOpening(true)
    setProblem(undefined)
    try {
      const support = await checkSupport()
      if (support.problems[0]) throw support.problems[0]
      const { cameraId: camera = true, microphoneId: microphone = true } = next
      const device =
        next.kind === 'screen' ? await openScreen({ microphone }) : await openCamera({ camera, microphone })
      applySwitches(device.stream, next)
      current.current?.close()
      current.current = device
      setOpened(device)
      if (device.missing[0]) setProblem(problemFor(device.missing[0]))
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      setProblem(problemFor(error))
    } finally {
      setOpening(false)
    }
  }, [])
  useEffect(() => () => current.current?.close(), [])
  // The page says which functions the browser lacks before the person is asked for a camera.
  useEffect(() => {
    void checkSupport().then(({ problems: [first] }) => first && setProblem((shown) => shown ?? problemFor(first)))
  }, [])

  // A device stays open when its switch is off, because closing the device would end its track in the live stream.
  const setSwitch = (next: Choice) => {
    setChoice(next)
    if (opened) applySwitches(opened.stream, next)
  }

  return {
    kind: choice.kind,
    ...devices,
    cameraId: choice.cameraId ?? opened?.stream.getVideoTracks()[0]?.getSettings().deviceId,
    microphoneId: choice.microphoneId ?? opened?.stream.getAudioTracks()[0]?.getSettings().deviceId,
    cameraOn: choice.cameraOn,
    microphoneOn: choice.microphoneOn,
    stream: opened?.kind === choice.kind ? opened.stream : undefined,
    opening,
    ...(problem && { problem }),
    // The browser opens its dialog for a screen only after a click. So the kind `screen` alone opens nothing: a button then calls `onOpen`.
    onKind: (kind) => (kind === 'screen' ? setChoice({ ...choice, kind }) : void open({ ...choice, kind })),
    onCamera: (cameraId) => void open({ ...choice, cameraId }),
    onMicrophone: (microphoneId) => void open({ ...choice, microphoneId }),
    onCameraOn: (cameraOn) => setSwitch({ ...choice, cameraOn }),
    onMicrophoneOn: (microphoneOn) => setSwitch({ ...choice, microphoneOn }),
    onOpen: () => void open(choice),
  }
}

/** A track that is off sends black frames or silence. */
function applySwitches(stream: MediaStream, { cameraOn, microphoneOn }: Choice) {
  for (const track of stream.getVideoTracks()) track.enabled = cameraOn
  for (const track of stream.getAudioTracks()) track.enabled = microphoneOn
}

const problemFor = ({ shortMessage, nextStep }: CaptureError): Problem => ({ sentence: shortMessage, nextStep })
