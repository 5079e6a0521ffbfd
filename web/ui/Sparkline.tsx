const width = 240
const height = 40
const mostPoints = 60

export type SparklineProps = {
  label: string
  /** The values, oldest first. The last 60 values are drawn. */
  values: readonly number[]
  /** Drawn as a dashed line. */
  target: number
}

export function Sparkline({ label, values, target }: SparklineProps) {
  const shown = values.slice(-mostPoints)
  const top = Math.max(target * 1.25, ...shown, 1)
  const y = (value: number) => height - 2 - (value / top) * (height - 4)
  const step = width / (mostPoints - 1)
  const points = shown.map((value, index) => `${(index * step).toFixed(1)},${y(value).toFixed(1)}`)
  const end = ((shown.length - 1) * step).toFixed(1)
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-10 w-full"
      role="img"
      aria-label={label}
    >
      <line
        x1="0"
        x2={width}
        y1={y(target)}
        y2={y(target)}
        stroke="var(--line-strong)"
        strokeDasharray="3 4"
        vectorEffect="non-scaling-stroke"
      />
      {shown.length > 1 && (
        <>
          <path d={`M0,${height} L${points.join(' L')} L${end},${height} Z`} fill="var(--accent-soft)" />
          <polyline
            points={points.join(' ')}
            fill="none"
            stroke="var(--accent)"
            strokeWidth="1.5"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
    </svg>
  )
}
