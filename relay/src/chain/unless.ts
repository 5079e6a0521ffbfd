/** For `catch`: returns `undefined` for errors of this class, and throws all other errors. */
export const unless = (kind: new (...args: never[]) => Error) => (error: unknown) => {
  if (error instanceof kind) return undefined
  throw error
}
