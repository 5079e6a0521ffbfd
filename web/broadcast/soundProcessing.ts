import { type SoundProcessing, usualProcessing } from './capture/devices'

const storageKey = 'lp.sound'

/** The browser remembers the choice, because a broadcaster usually has the same room and the same microphone. */
export function readProcessing(): SoundProcessing {
  const off = (localStorage.getItem(storageKey) ?? '').split(',')
  const isOn = (name: keyof SoundProcessing) => !off.includes(name)
  return {
    echoCancellation: isOn('echoCancellation'),
    noiseSuppression: isOn('noiseSuppression'),
    autoGainControl: isOn('autoGainControl'),
  }
}

/** Stores the names of the functions that are off. */
export function storeProcessing(processing: SoundProcessing): void {
  const names = Object.keys(usualProcessing) as (keyof SoundProcessing)[]
  localStorage.setItem(storageKey, names.filter((name) => !processing[name]).join())
}
