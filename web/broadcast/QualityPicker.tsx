import { formatBitrate } from '../ui/format'
import { Segmented } from '../ui/Segmented'
import { formatAmount } from '../wallet/amount'
import type { Preset, Quality } from './Quality'

const reading = 'reading the chain'

export function QualityPicker({ quality }: { quality: Quality }) {
  const preset = quality.presets.find((candidate) => candidate.id === quality.presetId)
  const options = quality.presets.map(({ id, source }) => ({ value: id, label: `${source.height}p` }))
  return (
    <div className="space-y-4">
      <Segmented label="Quality" options={options} value={quality.presetId} onChange={quality.onPreset} />
      {preset && preset.frameRates.length > 1 && (
        <Segmented
          label="Frame rate"
          options={preset.frameRates.map((rate) => ({ value: `${rate}`, label: `${rate} fps` }))}
          value={`${preset.source.frameRate}`}
          onChange={(rate) => quality.onFrameRate(Number(rate))}
        />
      )}
      {preset && (
        <dl className="space-y-2.5 text-sm">
          <Row name="You send">{quality.isMeasuring ? 'measuring this computer' : sentOf(preset)}</Row>
          <Row name="Transcoded to">
            {preset.ladder.length > 0 ? preset.ladder.map(({ height }) => `${height}p`).join(', ') : 'no lower quality'}
          </Row>
          <Row name="Price">{quality.price ? `about ${formatAmount(quality.price.perHourWei)} per hour` : reading}</Row>
          <Row name="Network fee">{quality.price ? networkFeeOf(quality.price) : reading}</Row>
          <Row name="Deposit">{quality.price ? formatAmount(quality.price.depositWei) : reading}</Row>
        </dl>
      )}
    </div>
  )
}

const sentOf = ({ source }: Preset): string =>
  `${source.height}p, ${source.frameRate} fps, ${formatBitrate(source.bitrate)}`

const networkFeeOf = ({ networkWei }: NonNullable<Quality['price']>): string =>
  networkWei === undefined ? 'cannot be read now; your wallet shows it' : `about ${formatAmount(networkWei)} to go live`

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="shrink-0 text-ink-soft">{name}</dt>
      <dd className="text-right font-medium tabular-nums">{children}</dd>
    </div>
  )
}
