import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '../ui/Problem'
import { CaptureError } from './capture/CaptureError'
import { type Source as Device, listDevices, onDevicesChange, openCamera, openScreen } from './capture/devices'
import { checkSupport } from './capture/support'
import type { Source, SourceKind } from './Source'

type Choice = { kind: SourceKind; cameraId?: string; microphoneId?: string; cameraOn: boolean; microphoneOn: boolean }

/** What is being filmed: opens devices as they are chosen, and lets go of the ones before. */
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
      const microphone = next.microphoneOn && (next.microphoneId ?? true)
      const camera = next.cameraOn && (next.cameraId ?? true)
      const device =
        next.kind === 'screen' ? await openScreen({ microphone }) : await openCamera({ camera, microphone })
      current.current?.close()
      current.current = device
      setOpened(device)
      if (device.missing[0]) setProblem(inWords(device.missing[0]))
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      setProblem(inWords(error))
    } finally {
      setOpening(false)
    }
  }, [])
  useEffect(() => () => current.current?.close(), [])

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
    // A screen is picked in the browser's own dialog, which only a click may open: `onOpen` follows.
    onKind: (kind) => (kind === 'screen' ? setChoice({ ...choice, kind }) : void open({ ...choice, kind })),
    onCamera: (cameraId) => void open({ ...choice, cameraId }),
    onMicrophone: (microphoneId) => void open({ ...choice, microphoneId }),
    onCameraOn: (cameraOn) => void open({ ...choice, cameraOn }),
    onMicrophoneOn: (microphoneOn) => void open({ ...choice, microphoneOn }),
    onOpen: () => void open(choice),
  }
}

const inWords = ({ shortMessage, nextStep }: CaptureError): Problem => ({ sentence: shortMessage, nextStep })

/** Names are only known once a device has been opened. */
function useDevices(opened: Device | undefined): Pick<Source, 'cameras' | 'microphones'> {
  const [devices, setDevices] = useState<Pick<Source, 'cameras' | 'microphones'>>({ cameras: [], microphones: [] })
  // biome-ignore lint/correctness/useExhaustiveDependencies: an opened device is what gives the others their names.
  useEffect(() => {
    const read = () =>
      void listDevices().then(({ cameras, microphones }) => {
        const named = ({ deviceId, label }: { deviceId: string; label: string }) => ({ id: deviceId, label })
        setDevices({ cameras: cameras.map(named), microphones: microphones.map(named) })
      })
    read()
    return onDevicesChange(read)
  }, [opened])
  return devices
}
