/** JSON in which a `bigint` is a decimal string: JSON's own numbers would round numbers of 64 bits and more. */
export const stringify = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field), indent)
