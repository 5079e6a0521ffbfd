/** Parts per million as a person reads them: `2.5 %`. */
export const percent = (partsPerMillion: bigint): string => `${Number((Number(partsPerMillion) / 10_000).toFixed(2))} %`
