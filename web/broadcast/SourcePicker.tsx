import Camera from 'lucide-react/icons/camera'
import Mic from 'lucide-react/icons/mic'
import ScreenShare from 'lucide-react/icons/screen-share'
import { Button } from '../ui/Button'
import { Segmented } from '../ui/Segmented'
import { Select } from '../ui/Select'
import type { Device, Source } from './Source'

const kinds = [
  {
    value: 'camera' as const,
    label: (
      <>
        <Camera className="size-4" aria-hidden="true" /> Camera
      </>
    ),
  },
  {
    value: 'screen' as const,
    label: (
      <>
        <ScreenShare className="size-4" aria-hidden="true" /> Screen
      </>
    ),
  },
]

// Until the person has given permission, browsers list devices with empty ids. A select accepts no empty value.
const options = (devices: readonly Device[], noun: string) =>
  devices
    .filter((device) => device.id !== '')
    .map((device, index) => ({ value: device.id, label: device.label || `${noun} ${index + 1}` }))

export function SourcePicker({ source }: { source: Source }) {
  return (
    <div className="grid gap-3 sm:grid-cols-[auto_1fr_1fr]">
      <Segmented label="Source" options={kinds} value={source.kind} onChange={source.onKind} />
      {source.kind === 'camera' ? (
        <Select
          label="Camera"
          icon={<Camera className="size-4 shrink-0 text-ink-soft" aria-hidden="true" />}
          options={options(source.cameras, 'Camera')}
          value={source.cameraId}
          placeholder="No camera yet"
          onChange={source.onCamera}
        />
      ) : (
        <Button look="outline" onClick={source.onOpen} className="w-full">
          {source.stream ? 'Choose another screen' : 'Choose a screen'}
        </Button>
      )}
      <Select
        label="Microphone"
        icon={<Mic className="size-4 shrink-0 text-ink-soft" aria-hidden="true" />}
        options={options(source.microphones, 'Microphone')}
        value={source.microphoneId}
        placeholder="No microphone yet"
        onChange={source.onMicrophone}
      />
    </div>
  )
}
