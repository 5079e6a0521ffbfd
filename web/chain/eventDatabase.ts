import type { EventStore, StoredEvents } from './EventStore'

const storeName = 'events'
/** When the database has this number of searches, it forgets all of them. A search of one transcoder has some kilobytes. */
const mostSearches = 500

let opening: Promise<IDBDatabase> | undefined

/** The events that the page has read, in the IndexedDB of the browser. Each function rejects if the browser stores no data. */
export const eventDatabase: EventStore = {
  async get(key) {
    const store = (await open()).transaction(storeName).objectStore(storeName)
    return (await answerOf(store.get(key))) as StoredEvents | undefined
  },
  async set(key, stored) {
    const store = (await open()).transaction(storeName, 'readwrite').objectStore(storeName)
    if ((await answerOf(store.count())) >= mostSearches) await answerOf(store.clear())
    await answerOf(store.put(stored, key))
  },
}

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('lp.stake', 1)
    request.onupgradeneeded = () => request.result.createObjectStore(storeName)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opening
}

const answerOf = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
