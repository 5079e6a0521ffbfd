const storageKey = 'lp.income'

/** Remembers that this browser has sold a stream. Only then, the page looks for income, and downloads the code for it. */
export const markSold = (): void => localStorage.setItem(storageKey, 'yes')

export const hasSold = (): boolean => localStorage.getItem(storageKey) !== null
