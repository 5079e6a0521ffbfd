// hls.js has no types for its light build. The interface is the same.
declare module 'hls.js/light' {
  export * from 'hls.js'
  export { default } from 'hls.js'
}
