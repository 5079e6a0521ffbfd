/** Parts per million as `2.5 %`, with a space that does not break the line. */
export const percent = (partsPerMillion: bigint): string =>
  `${Number((Number(partsPerMillion) / 10_000).toFixed(2))}\u00a0%`
