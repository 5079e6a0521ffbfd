type Listener<Arguments extends readonly unknown[]> = (...args: Arguments) => void

/** A source of events. `Events` maps the name of an event to the arguments of its listeners. */
export type Listenable<Events extends Record<keyof Events, readonly unknown[]>> = {
  /** Returns the function that stops listening. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void
  /** Resolves to the arguments of the next event with this name. */
  next<Name extends keyof Events>(name: Name): Promise<Events[Name]>
}

/** A typed event emitter for browser and Node. */
export class Emitter<Events extends Record<keyof Events, readonly unknown[]>> implements Listenable<Events> {
  readonly #listeners: { [Name in keyof Events]?: Set<Listener<Events[Name]>> } = {}

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    let listeners = this.#listeners[name]
    if (!listeners) {
      listeners = new Set()
      this.#listeners[name] = listeners
    }
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  next<Name extends keyof Events>(name: Name): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const stop = this.on(name, (...args) => {
        stop()
        resolve(args)
      })
    })
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    // Reads a copy, because a listener can add or remove listeners.
    for (const listener of [...(this.#listeners[name] ?? [])]) listener(...args)
  }
}
