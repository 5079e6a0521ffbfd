/** Writes JSON with each `bigint` as a decimal string, because readers round JSON numbers of more than 53 bits. */
export const stringify = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field), indent)
