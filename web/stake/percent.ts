/** Parts per million as a person reads them: `2.5 %`, never broken between two lines. */
export const percent = (partsPerMillion: bigint): string =>
  `${Number((Number(partsPerMillion) / 10_000).toFixed(2))}\u00a0%`
