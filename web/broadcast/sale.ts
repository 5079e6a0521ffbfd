// This module is a download of its own: only a paid stream needs it.
export { readIncome } from './openIncome'
export { prepareSale } from './prepareSale'
