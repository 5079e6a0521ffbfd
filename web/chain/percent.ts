/** Parts per million as `2.5 %`, with a space that does not break the line. */
export const percent = (partsPerMillion: bigint): string =>
  `${Number((Number(partsPerMillion) / 10_000).toFixed(2))}\u00a0%`

/** A share of 0 to 1 as text. A small share is not shown as 0 %, and a large share is not shown as 100 %. */
export function sharePercent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1\u00a0%'
  if (share < 1 && share > 0.999) return '>99.9\u00a0%'
  return `${Number((100 * share).toFixed(1))}\u00a0%`
}

/** A gain as text, with three digits. `1` is 100 %. */
export function gainPercent(gain: number): string {
  if (gain > 10) return '>1,000\u00a0%'
  return `${Number((100 * gain).toPrecision(3)).toLocaleString('en-GB', { maximumFractionDigits: 6 })}\u00a0%`
}
