// Substitutes for functions that older browsers lack, and for storage that the browser forbids. The page and the capture worker import this
// file before all other files.
export {}

const never = new AbortController().signal

if (!('any' in AbortSignal))
  Object.assign(AbortSignal, {
    any(signals: readonly AbortSignal[]): AbortSignal {
      const joined = new AbortController()
      const { signal } = joined
      for (const one of signals) {
        if (one.aborted) joined.abort(one.reason)
        else one.addEventListener('abort', () => joined.abort(one.reason), { once: true, signal })
      }
      return signal
    },
  })

if (!('timeout' in AbortSignal))
  Object.assign(AbortSignal, {
    timeout(ms: number): AbortSignal {
      const late = new AbortController()
      setTimeout(() => late.abort(new DOMException('The time is over.', 'TimeoutError')), ms)
      return late.signal
    },
  })

if (!('throwIfAborted' in never))
  Object.assign(AbortSignal.prototype, {
    throwIfAborted(this: AbortSignal): void {
      if (this.aborted) throw this.reason ?? new DOMException('The operation was aborted.', 'AbortError')
    },
  })

if (!('withResolvers' in Promise))
  Object.assign(Promise, {
    withResolvers<Value>() {
      let settle: Pick<PromiseWithResolvers<Value>, 'resolve' | 'reject'> | undefined
      const promise = new Promise<Value>((resolve, reject) => {
        settle = { resolve, reject }
      })
      return { promise, ...settle }
    },
  })

if (!('canParse' in URL))
  Object.assign(URL, {
    canParse(text: string, base?: string): boolean {
      try {
        return Boolean(new URL(text, base))
      } catch {
        return false
      }
    },
  })

if (!('isWellFormed' in String.prototype))
  Object.assign(String.prototype, {
    isWellFormed(this: string): boolean {
      try {
        return typeof encodeURIComponent(this) === 'string'
      } catch {
        return false
      }
    },
  })

/** Entries that last until the page is closed. */
class MemoryStorage implements Storage {
  readonly #entries: Map<string, string>
  constructor(entries: readonly [key: string, value: string][]) {
    this.#entries = new Map(entries)
  }
  get length() {
    return this.#entries.size
  }
  key = (index: number) => [...this.#entries.keys()][index] ?? null
  getItem = (key: string) => this.#entries.get(key) ?? null
  setItem = (key: string, value: string) => void this.#entries.set(key, String(value))
  removeItem = (key: string) => void this.#entries.delete(key)
  clear = () => this.#entries.clear()
}

type StorageName = 'localStorage' | 'sessionStorage'
const storageNames: readonly StorageName[] = ['localStorage', 'sessionStorage']

/** Whether the page can write. A browser can forbid storage, or have no space left. */
function isWritable(name: StorageName): boolean {
  try {
    const key = 'lp.probe'
    window[name].setItem(key, key)
    window[name].removeItem(key)
    return true
  } catch {
    return false
  }
}

/** The stored entries. A browser that has no space left can still read. */
function entriesOf(name: StorageName): [key: string, value: string][] {
  try {
    return Object.entries(window[name])
  } catch {
    return []
  }
}

function keepInMemory(name: StorageName): void {
  Object.defineProperty(window, name, { configurable: true, value: new MemoryStorage(entriesOf(name)) })
  // Without a key, the event says that the whole storage has changed.
  dispatchEvent(new StorageEvent('storage'))
}

// A worker has no window.
if (typeof window !== 'undefined') {
  for (const name of storageNames) if (!isWritable(name)) keepInMemory(name)
  const { setItem } = Storage.prototype
  // The space can also end later. A write that fails must not stop a broadcast whose deposit is paid.
  Storage.prototype.setItem = function (key, value) {
    try {
      setItem.call(this, key, value)
    } catch (error) {
      const name = storageNames.find((name) => window[name] === this)
      if (!name) throw error
      keepInMemory(name)
      window[name].setItem(key, value)
    }
  }
}
