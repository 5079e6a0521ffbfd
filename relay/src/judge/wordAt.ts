import { type Pages, pageBytes } from './Pages'

/** The word at an address that is a multiple of 4, as an unsigned number. The lowest byte comes first. */
export function wordAt(pages: Pages, address: number): number {
  const page = pages.get(Math.floor(address / pageBytes))
  return page ? new DataView(page.buffer, page.byteOffset).getUint32(address % pageBytes, true) : 0
}
