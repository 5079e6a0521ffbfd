import { useEffect, useState } from 'react'
import { type Source as Device, listDevices, onDevicesChange } from './capture/devices'
import type { Source } from './Source'

/** The devices of this machine. Browsers give the names of devices only after a device was opened. */
export function useDevices(opened: Device | undefined): Pick<Source, 'cameras' | 'microphones'> {
  const [devices, setDevices] = useState<Pick<Source, 'cameras' | 'microphones'>>({ cameras: [], microphones: [] })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names are known after a device was opened.
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
