import { Switch } from '../ui/Switch'
import type { Source } from './Source'

const switches = [
  {
    name: 'echoCancellation',
    label: 'Echo cancellation',
    text: 'Removes the sound of your loudspeakers. Turn it off if you wear headphones and play music.',
  },
  {
    name: 'noiseSuppression',
    label: 'Noise suppression',
    text: 'Removes steady noise, for example of a fan. Turn it off for music: it also removes instruments.',
  },
  {
    name: 'autoGainControl',
    label: 'Automatic volume',
    text: 'Makes quiet speech louder. Turn it off if you set the volume of the microphone yourself.',
  },
] as const

export function SoundSwitches({ source }: { source: Pick<Source, 'kind' | 'stream' | 'processing' | 'onProcessing'> }) {
  return (
    <details className="rounded-2xl border border-line bg-surface px-5 py-3 text-sm">
      <summary className="cursor-pointer font-medium">Sound of the microphone</summary>
      <div className="mt-4 space-y-4 pb-2">
        {switches.map(({ name, label, text }) => (
          <Switch
            key={name}
            label={label}
            text={text}
            isOn={source.processing[name]}
            onChange={(isOn) => source.onProcessing({ [name]: isOn })}
          />
        ))}
        {source.kind === 'screen' && source.stream && (
          <p className="text-[13px] text-ink-soft">A change takes effect when you choose a screen again.</p>
        )}
      </div>
    </details>
  )
}
