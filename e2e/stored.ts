import type { Page } from '@playwright/test'

/** The broadcasts that this browser can go on with after a reload. Their keys are among the stored values. */
export const stored = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('lp.broadcast', 1)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const database = opening.result
          const counting = database.transaction('broadcasts').objectStore('broadcasts').count()
          counting.onsuccess = () => {
            database.close()
            resolve(counting.result)
          }
        }
      }),
  )
