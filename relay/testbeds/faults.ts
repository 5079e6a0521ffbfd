/** An `onFault` for tests that expect no fault. */
export function failOnFault(fault: Error): never {
  throw fault
}
