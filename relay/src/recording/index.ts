export * as Layout from './Layout'
export * as Metainfo from './Metainfo'
export * as Recording from './Recording'
