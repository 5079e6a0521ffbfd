/** The `onFault` of a test that fails if any fault happens. */
export function failOnFault(fault: Error): never {
  throw fault
}
