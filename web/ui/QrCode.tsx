import { useMemo } from 'react'
import { encode } from 'uqr'

/** The code is always black on white, because phone cameras read such a code best. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, modules } = useMemo(() => {
    const { data, size } = encode(text, { ecc: 'L', border: 2 })
    return { size, modules: data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))) }
  }, [text])
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      className="w-full rounded-xl bg-white"
    >
      <path d={modules.join('')} fill="#000" />
    </svg>
  )
}
