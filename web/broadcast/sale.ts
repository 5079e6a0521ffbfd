// This module is a download of its own: only a paid stream needs it.
export { openIncome, readIncome } from './openIncome'
export { StreamSale } from './StreamSale'
