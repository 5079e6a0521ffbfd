/**
 * Names the kind of address that a relay lacks, if a page with this protocol cannot reach the relay. A page from an https address may open
 * only https addresses and addresses of its own machine.
 */
export const missingAddress = (pageProtocol: string = location.protocol): string =>
  pageProtocol === 'https:' ? 'no https address' : 'no valid address'
