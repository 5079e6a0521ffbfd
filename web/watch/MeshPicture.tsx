import { useId } from 'react'
import { formatBitrate } from '../ui/format'
import { curve, type Point, placeOf, radius, relay, size, widthOf, you } from './meshDrawing'
import { type Flow, sentenceOf, type Totals } from './Traffic'
import { useTraffic } from './useTraffic'

/** A live picture of the traffic: relays at the left, this viewer in the middle, other viewers at the right. */
export function MeshPicture({ read }: { read(): Omit<Totals, 'atMs'> }) {
  const id = useId()
  const traffic = useTraffic(read)
  if (!traffic) return null
  const { relays, viewers } = traffic
  const sentence = sentenceOf(traffic, formatBitrate)
  return (
    <figure className="border-line border-t px-4 py-4 sm:flex sm:items-center sm:gap-8" data-testid="mesh-picture">
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        className="mx-auto w-full max-w-md shrink-0 sm:mx-0 sm:w-1/2"
        role="img"
        aria-label={sentence}
      >
        <Arrow id={`${id}-in`} color="var(--accent)" />
        <Arrow id={`${id}-out`} color="var(--line-strong)" />
        <Lines id={id} flow={relays} at={relay} nodeRadius={radius.relay} />
        {viewers.map((viewer, index) => (
          <Lines key={viewer.id} id={id} flow={viewer} at={placeOf(index, viewers.length)} nodeRadius={radius.viewer} />
        ))}
        <rect
          {...{ x: relay.x - 11, y: relay.y - 11, width: 22, height: 22, rx: 6 }}
          fill="var(--surface)"
          stroke="var(--ink-soft)"
          strokeWidth="1.5"
        />
        <Name at={{ x: relay.x, y: relay.y + 32 }}>Relays</Name>
        {viewers.map((viewer, index) => {
          const { x, y } = placeOf(index, viewers.length)
          const isActive = viewer.fromBitrate + viewer.toBitrate > 0
          return (
            <circle
              key={viewer.id}
              {...{ cx: x, cy: y, r: radius.viewer }}
              fill="var(--surface)"
              stroke={isActive ? 'var(--ink-soft)' : 'var(--line-strong)'}
              strokeWidth="1.5"
            />
          )
        })}
        {viewers.length === 0 && <Name at={{ x: you.x + 150, y: you.y + 5 }}>No other viewer</Name>}
        <circle cx={you.x} cy={you.y} r={radius.you} fill="var(--accent)" />
        <Name at={{ x: you.x - 14, y: you.y + 34 }}>You</Name>
      </svg>
      {/* The text is also the name of the picture, and screen readers read this name. So the caption is hidden from them. */}
      <figcaption className="mt-3 min-w-0 sm:mt-0" aria-hidden="true">
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-ink-soft">
          <Key color="var(--accent)">received</Key>
          <Key color="var(--line-strong)">sent</Key>
        </p>
        <p className="mt-2 max-w-prose text-pretty text-sm tabular-nums leading-relaxed">{sentence}</p>
      </figcaption>
    </figure>
  )
}

/** The traffic with one node: a line for each direction that has traffic, wider for a higher rate. Without traffic, one dotted line. */
function Lines({ id, flow, at, nodeRadius }: { id: string; flow: Flow; at: Point; nodeRadius: number }) {
  const { fromBitrate, toBitrate } = flow
  if (fromBitrate + toBitrate === 0)
    return <path d={curve(at, you, nodeRadius, radius.you, 0)} stroke="var(--line-strong)" strokeDasharray="1 5" />
  const both = fromBitrate > 0 && toBitrate > 0
  const bend = both ? 9 : 0
  return (
    <g fill="none" strokeLinecap="butt">
      {toBitrate > 0 && (
        <path
          d={curve(you, at, radius.you, nodeRadius, bend)}
          stroke="var(--line-strong)"
          strokeWidth={widthOf(toBitrate)}
          markerEnd={`url(#${id}-out)`}
        />
      )}
      {fromBitrate > 0 && (
        <path
          d={curve(at, you, nodeRadius, radius.you, bend)}
          stroke="var(--accent)"
          strokeWidth={widthOf(fromBitrate)}
          markerEnd={`url(#${id}-in)`}
        />
      )}
    </g>
  )
}

function Arrow({ id, color }: { id: string; color: string }) {
  return (
    <marker
      id={id}
      viewBox="0 0 10 10"
      refX="4"
      refY="5"
      markerUnits="userSpaceOnUse"
      markerWidth="9"
      markerHeight="9"
      orient="auto"
    >
      <path d="M0,0 L10,5 L0,10 Z" fill={color} />
    </marker>
  )
}

function Name({ at: { x, y }, children }: { at: Point; children: string }) {
  return (
    <text x={x} y={y} textAnchor="middle" fontSize="13" fill="var(--ink-soft)">
      {children}
    </text>
  )
}

function Key({ color, children }: { color: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg viewBox="0 0 22 8" className="h-2 w-5.5" aria-hidden="true">
        <path d="M0,4 H14" stroke={color} strokeWidth="2.5" />
        <path d="M12,0 L22,4 L12,8 Z" fill={color} />
      </svg>
      {children}
    </span>
  )
}
