/** One panel of a drawing: lines between two axes. A scale maps a value to a position on its axis, from 0 to 1. */
export type Panel = {
  title: string
  x: Axis
  y: Axis
  lines: readonly Line[]
  /** Filled polygons. Each corner has a value for each axis. */
  areas?: readonly { points: readonly Value[] }[]
  notes?: readonly { at: Value; text: string; anchor?: Anchor }[]
}

export type Axis = { label: string; scale(value: number): number; ticks: readonly { value: number; text: string }[] }
export type Line = {
  points: readonly Value[]
  colour: Colour
  dashed?: boolean
  label?: { at: Value; text: string; anchor?: Anchor }
}
export type Value = readonly [x: number, y: number]
type Anchor = 'start' | 'middle' | 'end'
type Colour = keyof typeof light

export const linear =
  (from: number, to: number) =>
  (value: number): number =>
    (value - from) / (to - from)
export const logarithmic =
  (from: number, to: number) =>
  (value: number): number =>
    Math.log(value / from) / Math.log(to / from)

const light = { ink: '#1f2430', a: '#0b62c4', b: '#a8480a', c: '#2b7a2b', d: '#8a2a8a', e: '#b3261e', faint: '#6b7280' }
const dark = { ink: '#e6e8ee', a: '#6db3ff', b: '#ffab70', c: '#7ddc7d', d: '#e59be5', e: '#ff8f87', faint: '#9aa3b2' }
const [width, height] = [560, 420]
const [left, right, top, bottom] = [70, 34, 44, 54]

/** An SVG with panels side by side, in the light or dark colours of the reader's system. */
export function chart({ title, panels }: { title: string; panels: readonly Panel[] }): string {
  const full = width * panels.length
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style()}</style>`,
    `<rect class="ground" width="${full}" height="${height}"/>`,
    ...panels.map((panel, index) => `<g transform="translate(${width * index} 0)">\n${drawn(panel, index)}\n</g>`),
    '</svg>',
  ].join('\n')}\n`
}

function drawn(panel: Panel, index: number): string {
  const { x, y } = panel
  const place = ([xValue, yValue]: Value): string =>
    `${round(acrossOf(x.scale(xValue)))},${round(downOf(y.scale(yValue)))}`
  const [floor, ceiling] = [downOf(0), downOf(1)]
  return [
    `<clipPath id="plot${index}"><rect x="${left}" y="${top}" width="${width - left - right}" height="${height - top - bottom}"/></clipPath>`,
    text({ x: left, y: 24, text: panel.title, class: 'title' }),
    ...x.ticks.flatMap(({ value, text: word }) => {
      const across = round(acrossOf(x.scale(value)))
      return [
        `<path class="grid" d="M${across} ${ceiling}V${floor}"/>`,
        text({ x: across, y: floor + 18, text: word, anchor: 'middle', class: 'small' }),
      ]
    }),
    ...y.ticks.flatMap(({ value, text: word }) => {
      const down = round(downOf(y.scale(value)))
      return [
        `<path class="grid" d="M${left} ${down}H${width - right}"/>`,
        text({ x: left - 8, y: down + 4, text: word, anchor: 'end', class: 'small' }),
      ]
    }),
    text({ x: (left + width - right) / 2, y: height - 12, text: x.label, anchor: 'middle', class: 'small' }),
    `<g transform="translate(16 ${(top + height - bottom) / 2}) rotate(-90)">${text({ x: 0, y: 0, text: y.label, anchor: 'middle', class: 'small' })}</g>`,
    `<g clip-path="url(#plot${index})">`,
    ...(panel.areas ?? []).map(({ points }) => `<polygon class="area" points="${points.map(place).join(' ')}"/>`),
    ...panel.lines.map(
      ({ points, colour, dashed }) =>
        `<polyline class="line ${colour}${dashed ? ' dashed' : ''}" points="${points.map(place).join(' ')}"/>`,
    ),
    '</g>',
    ...panel.lines.flatMap(({ label, colour }) => (label ? [labelled(label, place, `small ${colour}`)] : [])),
    ...(panel.notes ?? []).map((note) => labelled(note, place, 'small note')),
  ].join('\n')
}

const acrossOf = (part: number) => left + part * (width - left - right)
const downOf = (part: number) => height - bottom - part * (height - top - bottom)
const round = (value: number) => Math.round(value * 10) / 10

function labelled(
  { at, text: word, anchor }: { at: Value; text: string; anchor?: Anchor },
  place: (value: Value) => string,
  style: string,
) {
  const [x, y] = place(at).split(',').map(Number) as [number, number]
  return text({ x, y: y - 6, text: word, class: style, ...(anchor && { anchor }) })
}

function text({
  x,
  y,
  text: word,
  anchor = 'start',
  class: style,
}: {
  x: number
  y: number
  text: string
  anchor?: Anchor
  class: string
}) {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" class="${style}">${escaped(word)}</text>`
}

function style(): string {
  const colours = (palette: typeof light) =>
    Object.entries(palette)
      .map(([name, value]) => `.line.${name}{stroke:${value}}text.${name}{fill:${value}}`)
      .join('')
  return [
    'text{font:600 15px system-ui,sans-serif;fill:#1f2430}text.small{font:13px system-ui,sans-serif}',
    '.ground{fill:#fff}.grid{stroke:#d8dce4;fill:none}.line{fill:none;stroke-width:2}.dashed{stroke-dasharray:6 4}',
    `.area{fill:#b3261e;fill-opacity:.1}.note{fill:#6b7280}${colours(light)}`,
    '@media (prefers-color-scheme:dark){text{fill:#e6e8ee}.ground{fill:#14171f}.grid{stroke:#303645}',
    `.area{fill:#ff8f87;fill-opacity:.16}.note{fill:#9aa3b2}${colours(dark)}}`,
  ].join('')
}

const escaped = (word: string) => word.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;')
