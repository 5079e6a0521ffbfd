/** `changed` tells all calls of `until` that they must look again. */
export function createSignal() {
  const waiting = new Set<() => void>()
  return {
    changed() {
      for (const look of [...waiting]) look()
    },
    /** Resolves when `is` returns true. Calls `is` immediately, and after each change. */
    until: (is: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!is()) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}
