/** JSON in which a `bigint` is a decimal string, because a JSON number would round integers of more than 53 bits. */
export const stringify = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field), indent)
