/** The `onFault` of a test in which no fault may happen. */
export function failOnFault(fault: Error): never {
  throw fault
}
