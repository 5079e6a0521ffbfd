import type { Page } from '@playwright/test'

/** The broadcasts that this browser can go on with after a reload. Their keys are among the stored values. */
export const stored = (page: Page): Promise<number> => storedIn(page, { database: 'lp.broadcast', store: 'broadcasts' })

/** The number of values in an IndexedDB store of our page. */
export const storedIn = (page: Page, place: { database: string; store: string }): Promise<number> =>
  page.evaluate(
    ({ database, store }) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(database, 1)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const opened = opening.result
          const counting = opened.transaction(store).objectStore(store).count()
          counting.onsuccess = () => {
            opened.close()
            resolve(counting.result)
          }
        }
      }),
    place,
  )
