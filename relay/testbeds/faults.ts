/** For a test in which nothing may be wrong on disk. */
export function failOnFault(fault: Error): never {
  throw fault
}
